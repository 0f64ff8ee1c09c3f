/** Starts the demo once: reads the list of models, then makes the one `Modelyard` of this page. */
import wasmUrl from "@wllama/wllama/esm/wasm/wllama.wasm?url";
import { createModelyard, type Modelyard } from "modelyard";
import { wllama } from "modelyard/engines/wllama";
import { type Catalog, loadCatalog } from "./catalog";
import { routing } from "./routing";

export interface Started {
  readonly modelyard: Modelyard;
  readonly catalog: Catalog;
}

let starting: Promise<Started> | null = null;

async function make(): Promise<Started> {
  const catalog = await loadCatalog();
  const modelyard = createModelyard({
    models: catalog.models,
    ...(catalog.defaultModel === null ? {} : { defaultModel: catalog.defaultModel }),
    engines: [wllama({ wasmUrl })],
    ...routing,
  });
  return { modelyard, catalog };
}

/** The same start for every caller; after a failure the next call tries again. */
export function start(): Promise<Started> {
  starting ??= make().catch((error: unknown) => {
    starting = null;
    throw error;
  });
  return starting;
}
