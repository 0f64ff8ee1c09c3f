/** Runs in the page of `wllama.test.ts`: small calls a test can make, with answers that can be sent to it. */
import type { EngineDelta, LoadedModel } from "../../src/api.js";
import { wllama } from "../../src/engines/wllama.js";
import { isModelyardError } from "../../src/errors.js";

export type Told = { readonly ok: true } | { readonly code: string; readonly message: string; readonly cause: string };

const loaded = new Map<string, LoadedModel>();

function told(error: unknown): Told {
  if (isModelyardError(error)) return { code: error.code, message: error.message, cause: error.cause ?? "" };
  return { code: error instanceof Error ? error.name : "?", message: String(error), cause: "" };
}

const pageCalls = {
  progress: [] as number[],

  /** Loads what is at a URL, or the given bytes, under a name of the test's. Aborts after a time, if one is given. */
  async load(as: string, source: string | number[], abortAfterMs?: number, wasmUrl = "/wllama.wasm"): Promise<Told> {
    const file = typeof source === "string" ? await (await fetch(source)).blob() : new Blob([new Uint8Array(source)]);
    const controller = new AbortController();
    if (abortAfterMs !== undefined) setTimeout(() => controller.abort(), abortAfterMs);
    pageCalls.progress.length = 0;
    try {
      const model = await wllama({ wasmUrl }).load({
        modelId: as,
        files: [{ name: "model.gguf", file }],
        contextWindow: 512,
        signal: controller.signal,
        onProgress: (fraction) => pageCalls.progress.push(fraction),
      });
      loaded.set(as, model);
      return { ok: true };
    } catch (error) {
      return told(error);
    }
  },

  /** Asks for an answer; aborts after so many texts, if a number is given. */
  async chat(as: string, content: string, options: { maxTokens?: number; temperature?: number }, abortAfter?: number) {
    const controller = new AbortController();
    const deltas: EngineDelta[] = [];
    try {
      const messages = [{ role: "user" as const, content }];
      const answer = loaded.get(as)?.chat({ messages, options, signal: controller.signal }) ?? [];
      for await (const delta of answer) {
        deltas.push(delta);
        if (deltas.length === abortAfter) controller.abort();
      }
      return { deltas, told: { ok: true } as Told };
    } catch (error) {
      return { deltas, told: told(error) };
    }
  },

  async unload(as: string): Promise<void> {
    await loaded.get(as)?.unload();
    await loaded.get(as)?.unload();
  },

  /** Whether the model has said that it broke down. */
  crashed(as: string): Promise<boolean> {
    const model = loaded.get(as);
    const soon = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 200));
    return Promise.race([Promise.resolve(model?.crashed).then(() => model?.crashed !== undefined), soon]);
  },
};

declare global {
  /** What the test calls. */
  var calls: typeof pageCalls;
}
globalThis.calls = pageCalls;
