/** Stands in for wllama's declarations, see `paths` in tsconfig.json. */
import type { WllamaModule } from "./wllama-types.js";

export declare const Wllama: WllamaModule["Wllama"];
