/** What the browser must offer, asked before anything is fetched. */
import { type ModelyardError, modelyardError } from "./errors.js";

// `(func (result externref) ref.null extern)`: what today's Rust compiles to needs reference types.
const REFERENCE_TYPES = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 111, 3, 2, 1, 0, 10, 6, 1, 4, 0, 208, 111, 11];

// `(func (result v128) i32.const 0 i8x16.splat i8x16.popcnt)`: hashing uses vectors.
const VECTORS = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
];

/** Why Modelyard cannot run here, as a sentence, or `null`. Storage is no reason: without it, memory does. */
export function missingFeature(scope: typeof globalThis = globalThis): ModelyardError | null {
  const lacks = (what: string) => modelyardError("unsupported", `Modelyard cannot run here: ${what}.`);
  if (typeof scope.WebAssembly !== "object") return lacks("this browser has no WebAssembly, or it is switched off");
  if (!scope.WebAssembly.validate(new Uint8Array(REFERENCE_TYPES))) {
    return lacks("this browser's WebAssembly lacks reference types");
  }
  if (!scope.WebAssembly.validate(new Uint8Array(VECTORS))) {
    return lacks("this browser's WebAssembly lacks SIMD");
  }
  if (typeof scope.Worker !== "function") return lacks("there are no web workers (is this a server?)");
  if (typeof scope.MessageChannel !== "function") return lacks("there are no message channels");
  if (typeof scope.fetch !== "function") return lacks("there is no fetch()");
  return null;
}
