/** What wasm-bindgen made, wrapped by `scripts/build.mjs` so that it can be had more than once. */
import type { CoreModule } from "./core.js";

/** A fresh module: nothing in it remembers an instance that crashed. */
export declare function makeCore(): CoreModule;
