/** Starts the demo once: reads the list of models, then makes the one `Modelyard` of this page. */
import wasmUrl from "@wllama/wllama/esm/wasm/wllama.wasm?url";
import { createModelyard, type Modelyard } from "modelyard";
import { wllama } from "modelyard/engines/wllama";
import { createManagement, type Management } from "modelyard/management";
import { type Catalog, loadCatalog } from "./catalog";
import { routing } from "./routing";

export interface Started {
  readonly modelyard: Modelyard;
  readonly catalog: Catalog;
  readonly management: Management;
}

let starting: Promise<Started> | null = null;

async function make(): Promise<Started> {
  const catalog = await loadCatalog();
  // No server is asked before somebody enters one, or the build names one by MODELYARD_PROVIDER or MODELYARD_HOST. The
  // query string does not count: with it a link could send what one writes to a server of its maker.
  const management = createManagement({ environment: import.meta.env });
  const modelyard = createModelyard({
    models: catalog.models,
    ...(catalog.defaultModel === null ? {} : { defaultModel: catalog.defaultModel }),
    engines: [wllama({ wasmUrl })],
    ...routing,
    management,
  });
  return { modelyard, management, catalog };
}

/** The same start for every caller; after a failure the next call tries again. */
export function start(): Promise<Started> {
  starting ??= make().catch((error: unknown) => {
    starting = null;
    throw error;
  });
  return starting;
}
