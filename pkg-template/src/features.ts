/** What the browser must offer, asked before anything is fetched. */
import { type ModelyardError, modelyardError } from "./errors.js";

// `(func (result externref) i32.const 0 i8x16.splat i8x16.popcnt drop ref.null extern)`: what today's Rust compiles to
// needs reference types, and hashing uses vectors.
export const NEEDED = /* @__PURE__ */ new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 111, 3, 2, 1, 0, 10, 13, 1, 11, 0, 65, 0, 253, 15, 253, 98, 26, 208,
  111, 11,
]);

/** Why Modelyard cannot run here, as a sentence, or `null`. Storage is no reason: without it, memory does. */
export function missingFeature(scope: typeof globalThis = globalThis): ModelyardError | null {
  const lacks = (what: string) => modelyardError("unsupported", `Modelyard cannot run here: ${what}.`);
  // Where it is switched off, there is no such object.
  if (!(scope.WebAssembly as typeof WebAssembly | undefined)?.validate(NEEDED)) {
    return lacks("this browser has no WebAssembly, or one without reference types and SIMD");
  }
  if (typeof scope.Worker !== "function") return lacks("there are no web workers (is this a server?)");
  return null;
}
