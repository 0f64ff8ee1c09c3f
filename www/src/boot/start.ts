/** Starts the demo once: reads the list of models, then makes the one `Modelyard` of this page. */
import wasmUrl from "@wllama/wllama/esm/wasm/wllama.wasm?url";
import { createModelyard, type Modelyard } from "modelyard";
import { wllama } from "modelyard/engines/wllama";
import { createManagement, type Management } from "modelyard/management";
import { type Catalog, loadCatalog } from "./catalog";
import { loadConfiguration } from "./configuration";
import { Found } from "./found";
import { routing } from "./routing";

export interface Started {
  readonly modelyard: Modelyard;
  readonly catalog: Catalog;
  readonly management: Management;
  readonly found: Found;
  /** The configuration that came with the page, as text. */
  readonly configuration: string | null;
}

let starting: Promise<Started> | null = null;

async function make(): Promise<Started> {
  const [catalog, configuration] = await Promise.all([loadCatalog(), loadConfiguration()]);
  // No server is asked before somebody enters one, or whoever serves the page names one: in config.json, or by
  // MODELYARD_PROVIDER or MODELYARD_HOST when it is built. The query string does not count: with it a link could send
  // what one writes to a server of its maker.
  const management = createManagement({
    ...(configuration === null ? {} : { file: configuration }),
    environment: import.meta.env,
    // People enter keys of their own here, and are told what that means.
    acknowledgeKeyInBrowser: true,
  });
  const modelyard = createModelyard({
    models: catalog.models,
    ...(catalog.defaultModel === null ? {} : { defaultModel: catalog.defaultModel }),
    engines: [wllama({ wasmUrl })],
    ...routing,
    management,
  });
  return { modelyard, management, catalog, found: new Found(modelyard), configuration };
}

/** The same start for every caller; after a failure the next call tries again. */
export function start(): Promise<Started> {
  starting ??= make().catch((error: unknown) => {
    starting = null;
    throw error;
  });
  return starting;
}
