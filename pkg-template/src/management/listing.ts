/**
 * The list of all models (requirement M1). In order: the providers are asked, those whose lists are fresh say so at once;
 * what they said reaches the core; the rows are made of what the core then knows.
 *
 * The invariant: a list is made once for the same knowledge. Asked again meanwhile, the same frozen value comes back.
 */
import type { InstancePort } from "../attachment.js";
import { modelyardError } from "../errors.js";
import type { ModelState } from "../generated/index.js";
import { share } from "../share.js";
import type { ListedModel, ModelList, ProviderState } from "./api.js";
import { checkAsked, checkGoing, unlessAborted } from "./asked.js";
import type { Feed } from "./feed.js";
import type { Life, ManagementPorts } from "./life.js";
import { rowsOf } from "./rows.js";
import type { ManagementStore } from "./store.js";

export interface ListingPorts {
  readonly port: InstancePort;
  readonly feed: Feed;
  readonly life: Life;
  readonly store: ManagementStore;
  readonly ports: ManagementPorts;
}

export interface Listing {
  list(asked: unknown): Promise<ModelList>;
  /** What rows were made of is no longer in force. */
  forget(): void;
}

/** Rows, and what they were made of. */
interface Made {
  readonly models: readonly ModelState[];
  readonly ages: string;
  readonly version: number;
  readonly rows: Promise<readonly ListedModel[]>;
}

export function createListing({ port, feed, life, store, ports }: ListingPorts): Listing {
  let made: Made | null = null;
  let version = 0;

  /** The rows of all models. Several who ask at once get the same. */
  function rows(providers: readonly ProviderState[]): Promise<readonly ListedModel[]> {
    const { models } = port.modelyard.getSnapshot();
    const ages = JSON.stringify(providers.map(({ id, listedAt, stale }) => [id, listedAt, stale]));
    if (made && made.models === models && made.ages === ages && made.version === version) return made.rows;
    const { now, pause } = ports;
    const making = rowsOf(models, providers, { port, now, pause }).then((list) => Object.freeze(list));
    const mine: Made = { models, ages, version, rows: making };
    made = mine;
    making.catch(() => {
      if (made === mine) made = null;
    });
    return making;
  }

  return {
    async list(given) {
      const { provider, refresh, waitMs, signal } = checkAsked(given, ["provider", "refresh", "waitMs", "signal"]);
      checkGoing(signal);
      const isEngine = port.options.engines.some((engine) => engine.id === provider);
      let providers: readonly ProviderState[] = [];
      if (!isEngine) {
        const session = await unlessAborted(life.ready(), signal);
        const asked = JSON.stringify({
          ...(provider === null ? {} : { provider }),
          refresh,
          ...(waitMs === null ? {} : { waitMs }),
        });
        const report = await unlessAborted(
          session.wait((core) => core.list(asked)),
          signal,
        );
        providers = share(null, report.providers);
      }
      await unlessAborted(feed.flushed(), signal);
      const shown = store.snapshot().providers;
      const ofAll = shown.map((one) => providers.find((newer) => newer.id === one.id) ?? one);
      const all = await unlessAborted(rows(ofAll), signal);
      const models = provider === null ? all : Object.freeze(all.filter((row) => row.provider === provider));
      return Object.freeze({ models, providers });
    },
    forget() {
      version += 1;
    },
  };
}

/** The error for a name nobody has. */
export function unknownModel(modelId: string, closest: readonly string[]): Error {
  return modelyardError("not_found", `There is no model “${modelId}”.`, {
    model: modelId,
    field: "modelId",
    value: modelId.slice(0, 200),
    ...(closest.length > 0 && { recovery: [`Did you mean ${closest.map((id) => `“${id}”`).join(" or ")}?`] }),
  });
}
