/**
 * Configuration, servers of models, and what there is to know of all models. Importing this does nothing by itself; the
 * second wasm file is fetched when the instance that has the management is opened.
 */
import { loadWasm } from "../loader.js";
import type { Management, ManagementOptions } from "./api.js";
import { createService } from "./management.js";
import { makeManagement } from "./management-glue.js";

export type * from "./api.js";

/**
 * Makes model management for one instance. It is idle until that is opened.
 *
 * ```ts
 * const management = createManagement({ environment: import.meta.env });
 * const modelyard = createModelyard({ models, engines, management });
 * await modelyard.open();
 * await management.config.save({ providers: { ollama: { host: "http://127.0.0.1:11434" } } });
 * const { models } = await management.list();
 * ```
 *
 * @throws {ModelyardError} `invalid_input`, naming the field, if an option is wrong.
 */
export function createManagement(options: ManagementOptions = {}): Management {
  return createService(options, {
    // The literal that bundlers look for. It is reached when it is opened only: on a server there is nothing to fetch.
    loadWasm: (source, loading) =>
      loadWasm(source ?? new URL("../modelyard_management_bg.wasm", import.meta.url), loading),
    makeManagement,
    async fetchText(url) {
      const response = await fetch(url);
      if (!response.ok) throw new Error(`The server answered ${response.status}.`);
      return response.text();
    },
    place() {
      const { origin = "null", search = "" } = (globalThis as { location?: Location }).location ?? {};
      return { origin, query: search };
    },
    isOffline: () => globalThis.navigator?.onLine === false,
    now: () => performance.now(),
    pause,
  });
}

/** A task of the page's own, at once: timers are held back four milliseconds once they follow each other. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
