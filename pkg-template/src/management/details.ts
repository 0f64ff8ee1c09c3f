/** All there is to know of one model: what the list knows, and what its provider says when it is asked for it alone. */
import type { InstancePort } from "../attachment.js";
import type { Capabilities, ModelManifest, ServedDetails, Support } from "../generated/index.js";
import { share } from "../share.js";
import type { ListedModel, ModelDetails, ModelFact } from "./api.js";
import { checkAsked, unlessAborted } from "./asked.js";
import { closest } from "./closest.js";
import type { Life, ManagementPorts } from "./life.js";
import { unknownModel } from "./listing.js";
import { idOf, servedName } from "./names.js";
import { rowsOf, unknownOf } from "./rows.js";
import type { ManagementStore } from "./store.js";

export interface DetailPorts {
  readonly port: InstancePort;
  readonly life: Life;
  readonly store: ManagementStore;
  readonly ports: ManagementPorts;
}

/** What a list does not say, of a model about which nobody says it. */
const NOTHING: Omit<ModelDetails, keyof ListedModel | "missing"> = {
  description: null,
  digest: null,
  format: null,
  license: null,
  template: null,
  system: null,
  parameters: [],
  files: [],
};

/** Rejects with `not_found` that names the closest. */
export async function showModel(modelId: string, given: unknown, surroundings: DetailPorts): Promise<ModelDetails> {
  const { refresh, signal } = checkAsked(given, ["refresh", "signal"]);
  const { port, life, store } = surroundings;
  const { models } = port.modelyard.getSnapshot();
  const ofPage = models.find((model) => model.id === modelId && !model.served);
  const { providers } = store.snapshot();
  const served = ofPage ? null : servedName(modelId, providers);
  if (!ofPage && !served)
    throw unknownModel(
      modelId,
      closest(
        modelId,
        models.map((model) => model.id),
      ),
    );
  if (!served) return detailsOf(await rowOfModel(modelId, surroundings), fileFacts(modelId, port.manifests()));
  const session = await unlessAborted(life.ready(), signal);
  const asked = JSON.stringify({ provider: served.provider, model: served.name, refresh });
  const said = await unlessAborted(
    session.wait((core) => core.show(asked)),
    signal,
  );
  const id = models.some((model) => model.id === said.id) ? said.id : idOf(served);
  return servedDetails(await rowOfModel(id, surroundings), said);
}

/** Its row; `null` for a model the core has not heard of yet. */
async function rowOfModel(id: string, { port, store, ports }: DetailPorts): Promise<ListedModel | null> {
  const models = port.modelyard.getSnapshot().models.filter((model) => model.id === id);
  const { now, pause } = ports;
  const [row] = await rowsOf(models, store.snapshot().providers, { port, now, pause });
  return row ?? null;
}

function fileFacts(modelId: string, manifests: readonly ModelManifest[]): typeof NOTHING {
  const manifest = manifests.findLast(({ id }) => id === modelId);
  const files = (manifest?.files ?? []).map(({ name, sizeBytes }) => ({ name, sizeBytes: sizeBytes ?? null }));
  return { ...NOTHING, description: manifest?.description ?? null, files };
}

function servedDetails(row: ListedModel | null, said: ServedDetails): ModelDetails {
  const facts: Pick<ListedModel, ModelFact> = {
    // The model database knows families better than their architecture says.
    family: row?.family ?? said.family,
    sizeBytes: said.sizeBytes ?? row?.sizeBytes ?? null,
    parametersBillions: said.parametersBillions ?? row?.parametersBillions ?? null,
    quantization: said.quantization ?? row?.quantization ?? null,
    modified: said.modified ?? row?.modified ?? null,
    contextWindow: said.contextWindow ?? row?.contextWindow ?? null,
    servedContextWindow: said.servedContextWindow ?? row?.servedContextWindow ?? null,
    maxOutputTokens: said.maxOutputTokens ?? row?.maxOutputTokens ?? null,
    capabilities: row ? both(said.capabilities, row.capabilities) : said.capabilities,
  };
  const listed: ListedModel = {
    id: said.id,
    name: said.name,
    provider: said.provider,
    presence: "cached",
    served: true,
    inUse: false,
    ...row,
    ...facts,
    stale: said.stale,
    ageMs: said.ageMs,
    unknown: unknownOf(facts),
  };
  const { digest, format, license, template, system, parameters } = said;
  return detailsOf(listed, { ...NOTHING, digest, format, license, template, system, parameters });
}

function detailsOf(row: ListedModel | null, more: typeof NOTHING): ModelDetails {
  const known = { ...(row as ListedModel), ...more };
  // An age is no fact of the model.
  const missing = Object.entries(known)
    .filter(([name, value]) => name !== "ageMs" && (value === null || (Array.isArray(value) && value.length === 0)))
    .map(([name]) => name)
    .filter((name) => name !== "unknown" && (name === "files" ? !known.served : true))
    .filter((name) => !known.served || name !== "description");
  if (known.unknown.includes("capabilities")) missing.push("capabilities");
  return share(null, { ...known, missing });
}

/** Both: what the first says, and where it says nothing, what the other says. */
function both(first: Capabilities, other: Capabilities): Capabilities {
  const merged = Object.entries(first).map(([name, support]): [string, Support] => [
    name,
    support === "unknown" ? other[name as keyof Capabilities] : support,
  ]);
  return Object.fromEntries(merged) as Capabilities;
}
