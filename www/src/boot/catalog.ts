/**
 * Which models the demo offers: those its model server lists, and a few small real ones from Hugging Face.
 *
 * The last list is kept, because a page that is opened without a network must still know the models it has stored.
 */
import type { ModelManifest } from "modelyard";
import hub from "../hub-models.json";
import { foundModels } from "./found";

/** What the demo starts with. */
export interface Catalog {
  readonly models: readonly ModelManifest[];
  readonly defaultModel: string | null;
  /** Ids of models that come from Hugging Face: without a network they are only offered when they are here. */
  readonly hub: ReadonlySet<string>;
}

const KEPT = "demo:manifest";
const DEFAULT_BASE = "http://localhost:4174/";

/** Where models are served: `?models=`, else what the build was told, else the local test server. */
export function modelsBase(search: string): URL {
  const asked = new URLSearchParams(search).get("models");
  const configured: unknown = import.meta.env["VITE_MODELS_URL"];
  const base = asked ?? (typeof configured === "string" && configured !== "" ? configured : DEFAULT_BASE);
  const url = new URL(base, location.href);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw new Error(`“${base}” is no web address.`);
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

/** Gives file URLs, which a manifest may write relative to itself, their full form. */
function absolute(models: readonly ModelManifest[], manifestUrl: URL): ModelManifest[] {
  return models.map((model) => ({
    ...model,
    files: model.files.map((file) => ({ ...file, url: new URL(file.url, manifestUrl).href })),
  }));
}

async function fetchManifest(url: URL): Promise<ModelManifest[]> {
  const response = await fetch(url, { cache: "no-cache", signal: AbortSignal.timeout(10_000) }).catch(
    (error: unknown) => {
      // "Failed to fetch" helps nobody.
      throw new Error(`${url.href} cannot be reached.`, { cause: error });
    },
  );
  if (!response.ok) throw new Error(`${url.href} answered ${String(response.status)}.`);
  const body: unknown = await response.json();
  if (typeof body !== "object" || body === null || !("models" in body) || !Array.isArray(body.models)) {
    throw new Error(`${url.href} is no list of models.`);
  }
  // What is wrong with a single model is said by the package, which checks each field.
  return absolute(body.models as ModelManifest[], url);
}

function kept(): ModelManifest[] {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "[]") as ModelManifest[];
  } catch {
    return [];
  }
}

function keep(models: readonly ModelManifest[]): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify(models));
  } catch {
    // Without storage the list is fetched again next time.
  }
}

/** Reads the list of models. Rejects when there is none, not even an older one. */
export async function loadCatalog(): Promise<Catalog> {
  const url = new URL("manifest.json", modelsBase(location.search));
  const wantsHub = new URLSearchParams(location.search).get("hub") !== "off";
  let served: readonly ModelManifest[];
  try {
    served = await fetchManifest(url);
    keep(served);
  } catch (error) {
    served = kept();
    if (served.length === 0) throw error;
  }
  const known = wantsHub ? (hub.models as ModelManifest[]) : [];
  const own = new Set([...served, ...known].map((model) => model.id));
  const fromHub = [...known, ...foundModels().filter((model) => !own.has(model.id))];
  const models = [...served, ...fromHub];
  return {
    models,
    defaultModel: (models.find((model) => model.id === "one") ?? models[0])?.id ?? null,
    hub: new Set(fromHub.map((model) => model.id)),
  };
}
