/**
 * The model layer of a browser chat app. Importing this does nothing by itself; `createModelyard()` neither: work
 * begins with `open()`.
 */
import type { Modelyard, ModelyardOptions } from "./api.js";
import { missingFeature } from "./features.js";
import { makeCore } from "./glue.js";
import { createInstance } from "./instance.js";
import { loadWasm } from "./loader.js";

export type * from "./api.js";
export { isModelyardError, ModelyardError } from "./errors.js";
export type {
  Answerer,
  CancelReason,
  Capabilities,
  Capability,
  ConversationState,
  CoolDownState,
  EngineState,
  ErrorCode,
  Failure,
  Fallback,
  JobLifecycle,
  JobOrigin,
  JobState,
  ModelFile,
  ModelManifest,
  ModelState,
  Persistence,
  Phase,
  Presence,
  Progress,
  RecordsBackEnd,
  Residency,
  SelectionOutcome,
  StorageState,
  Tried,
  Waiting,
  WeightsBackEnd,
} from "./generated/index.js";

/**
 * Makes an instance. It is idle until `open()` is called; its snapshot can be read and watched at once, on a server too.
 *
 * ```ts
 * const modelyard = createModelyard({
 *   models: [{ id: "tiny", name: "Tiny", engine: "wllama", files: [{ name: "tiny.gguf", url, sizeBytes, sha256 }] }],
 *   defaultModel: "tiny",
 *   engines: [wllama({ wasmUrl })],
 * });
 * await modelyard.open();
 * ```
 *
 * @throws {ModelyardError} `invalid_input`, naming the field, if an option is wrong.
 */
export function createModelyard(options: ModelyardOptions): Modelyard {
  return createInstance(options, {
    missingFeature,
    loadWasm,
    // A script of its own: bundlers find it, and an app that never opens does not fetch it.
    loadCatalog: async () => (await import("./catalog.js")).default,
    makeCore,
    now: () => performance.now(),
  });
}
