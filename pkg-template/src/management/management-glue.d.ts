/** What wasm-bindgen made of model management, wrapped by `scripts/build.mjs` so that it can be had more than once. */
import type { ManagementModule } from "./core.js";

/** A fresh module: nothing in it remembers an instance that crashed. */
export declare function makeManagement(): ManagementModule;
