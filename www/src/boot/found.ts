/**
 * Models people found in the hub. The package forgets what it was told of models when the page is left, so those that
 * are here, or on their way, are kept by the demo and offered again at the next start.
 */
import type { ModelManifest, Modelyard } from "modelyard";

const KEPT = "demo:found";

/** Those that were kept. */
export function foundModels(): readonly ModelManifest[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? (kept as ModelManifest[]) : [];
  } catch {
    return [];
  }
}

export class Found {
  readonly #modelyard: Modelyard;
  readonly #seen: Map<string, ModelManifest>;

  constructor(modelyard: Modelyard) {
    this.#modelyard = modelyard;
    this.#seen = new Map(foundModels().map((one) => [one.id, one]));
    modelyard.on("downloadQueued", ({ modelId }) => {
      this.#keep(modelId, true);
    });
    modelyard.on("downloadCanceled", ({ modelId }) => {
      this.#keep(modelId, false);
    });
    modelyard.on("modelRemoved", ({ modelId }) => {
      this.#keep(modelId, false);
    });
  }

  /** Downloads a model that was found. Throws what the package throws. */
  download(manifest: ModelManifest): void {
    this.#seen.set(manifest.id, manifest);
    const isKnown = this.#modelyard.getSnapshot().models.some((one) => one.id === manifest.id);
    if (!isKnown) this.#modelyard.addModels([manifest]);
    this.#modelyard.download(manifest.id);
  }

  #keep(id: string, isWanted: boolean): void {
    const manifest = this.#seen.get(id);
    if (manifest === undefined) return;
    const others = foundModels().filter((one) => one.id !== id);
    try {
      localStorage.setItem(KEPT, JSON.stringify(isWanted ? [...others, manifest] : others));
    } catch {
      // Full or blocked: it is offered as long as the page lives.
    }
  }
}
