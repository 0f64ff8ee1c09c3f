/** Starts to get a model, whoever has it (requirement M6). What becomes of it is the queue's. */
import type { InstancePort } from "../attachment.js";
import { ModelyardError } from "../errors.js";
import type { JobState } from "../generated/index.js";
import { fieldsOf, invalid, text } from "../input.js";
import type { ProviderState } from "./api.js";
import type { Feed } from "./feed.js";
import type { Life, ManagementPorts } from "./life.js";
import { idOf, type ServedName, servedName, wholeName } from "./names.js";
import type { ManagementStore } from "./store.js";

export interface PullPorts {
  readonly port: InstancePort;
  readonly life: Life;
  readonly store: ManagementStore;
  readonly ports: ManagementPorts;
  readonly feed: Feed;
}

export async function startPull(model: string, given: unknown, surroundings: PullPorts): Promise<JobState> {
  const { port, life, store, ports, feed } = surroundings;
  const asked = fieldsOf("options", given, ["provider"]);
  const provider = asked.provider === undefined ? null : text("options.provider", asked.provider);
  const { modelyard } = port;
  const known = modelyard.getSnapshot().models.find((one) => one.id === model && !one.served);
  const ofPage = known && (provider === null || provider === known.engine);
  if (ports.isOffline() && known?.presence !== "cached") throw offline(model);
  if (ofPage) return modelyard.download(model);
  await life.ready();
  await feed.flushed();
  const { providers, settings } = store.snapshot();
  const preferred = settings.find((setting) => setting.path === "defaultProvider")?.value;
  const served = nameIn(model, provider, providers, typeof preferred === "string" ? preferred : null);
  const id = idOf(served);
  port.command({
    type: "addServed",
    model: { id, name: served.name, engine: served.provider, files: [], served: { name: served.name, here: false } },
  });
  return modelyard.download(id);
}

/** Whose model is meant, and which. */
function nameIn(
  model: string,
  provider: string | null,
  providers: readonly ProviderState[],
  preferred: string | null,
): ServedName {
  const named = servedName(model, providers);
  if (named && (provider === null || provider === named.provider)) return named;
  const only = providers.length === 1 ? providers[0]?.id : undefined;
  const wanted = provider ?? preferred ?? only;
  const whose = providers.find((one) => one.id === wanted);
  if (whose) return { provider: whose.id, name: wholeName(whose, model) };
  if (wanted !== undefined) throw invalid("options.provider", "is no provider of the configuration", wanted);
  throw invalid("options.provider", "must say which provider is to pull it", "nothing");
}

function offline(model: string): ModelyardError {
  return new ModelyardError({
    code: "offline",
    message: `Pulling “${model}” needs a network, and there is none.`,
    recovery: ["Connect to a network and try again."],
    retryable: true,
    model,
  });
}
