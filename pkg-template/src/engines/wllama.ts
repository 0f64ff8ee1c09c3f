/**
 * wllama (llama.cpp in WebAssembly) as an engine. It runs from the bytes that Modelyard keeps: its own download layer is
 * never used.
 *
 * What 3.8.1 does, and what is done about it here: a load of anything at all succeeds (so the vocabulary is looked at);
 * `exit()` leaves a running load pending for ever (so each load races its own signal); an instance can hold the remains
 * of the load before (so each load has an instance of its own); a worker that cannot start only logs (so the logger
 * listens); after a crash calls are never answered (so the first crash is the last call).
 */
import type { EngineDelta, EngineLoadRequest, GenerationOptions, InPageEngine, LoadedModel } from "../api.js";
import { modelyardError } from "../errors.js";
import { wordsOf } from "../failure.js";
import { createQueue } from "./queue.js";
import { countReads } from "./reads.js";
import type {
  ChatChunk,
  ChatParameters,
  WllamaCompat,
  WllamaInstance,
  WllamaLogger,
  WllamaModule,
} from "./wllama-types.js";

export type { WllamaCompat, WllamaModule } from "./wllama-types.js";

export interface WllamaOptions {
  /** Where `@wllama/wllama/esm/wasm/wllama.wasm` is served. With Vite: import it with `?url`. */
  readonly wasmUrl: string | URL;
  /** Threads, where the page is cross-origin isolated. Default: half of the processor's. */
  readonly nThreads?: number;
  /** Tokens of context; less if the model's own window is smaller. More cost memory. Default 4096. */
  readonly contextSize?: number;
  /** Layers that run on the GPU, where wllama finds one. Default 0: the processor, which works everywhere. */
  readonly gpuLayers?: number;
  /**
   * Files of `@wllama/wllama-compat`, for browsers without JSPI or 64-bit memories. Default `null`: none, because
   * wllama's own default fetches them from a CDN.
   */
  readonly compat?: WllamaCompat | null;
  /** Gets wllama. Default: `import("@wllama/wllama")`, when the first model is loaded. */
  readonly loadWllama?: () => Promise<WllamaModule>;
  /** Names the engine in manifests. Default `wllama`. */
  readonly id?: string;
}

const DEFAULT_CONTEXT_SIZE = 4096;
/** llama.cpp counts tokens in 32 bits. */
const MAX_TOKENS = 0x7fff_ffff;

/** The wllama engine. Nothing is fetched before a model is loaded. */
export function wllama(options: WllamaOptions): InPageEngine {
  const id = options.id ?? "wllama";
  return { id, load: (request) => load(id, options, request) };
}

async function load(id: string, options: WllamaOptions, request: EngineLoadRequest): Promise<LoadedModel> {
  const about = { model: request.modelId, provider: id };
  const { signal } = request;
  const broken = createSwitch();
  const { Wllama } = await (options.loadWllama ?? (() => import("@wllama/wllama")))().catch((error: unknown) => {
    throw modelyardError("load_failed", "wllama could not be fetched.", { ...about, cause: wordsOf(error) });
  });
  await checkWasm(String(options.wasmUrl), about, signal);
  const instance = new Wllama(
    { default: String(options.wasmUrl) },
    { suppressNativeLog: true, logger: logger(broken) },
  );
  instance.setCompat(options.compat ?? null);
  const contextSize = options.contextSize ?? DEFAULT_CONTEXT_SIZE;
  const loading = instance.loadModel(countReads(request.files, request.onProgress), {
    n_ctx: Math.min(contextSize, request.contextWindow ?? contextSize),
    n_gpu_layers: options.gpuLayers ?? 0,
    // One answer after the other: more slots would share out the context.
    n_parallel: 1,
    ...(options.nThreads === undefined ? {} : { n_threads: options.nThreads }),
  });
  try {
    await Promise.race([loading, broken.on, aborted(signal)]);
    signal.throwIfAborted();
    // The only sign that the file was no model: everything else says that it was loaded.
    if (!(instance.getLoadedContextInfo().n_vocab > 0)) {
      throw modelyardError("not_a_model", `The file of ${request.modelId} is no model that llama.cpp can read.`, about);
    }
    return loadedModel(instance, id, broken);
  } catch (error) {
    // Whoever was not first in the race above may still reject.
    loading.catch(() => undefined);
    await instance.exit().catch(() => undefined);
    throw asLoadError(error, request.modelId, about);
  }
}

/** wllama waits for ever for a wasm file that is not there, or is a web page: so the server is asked before. */
async function checkWasm(url: string, about: { model: string; provider: string }, signal: AbortSignal): Promise<void> {
  // Without a network a service worker may have the file and know nothing of HEAD: no answer says nothing.
  const response = await fetch(url, { method: "HEAD", signal }).catch(() => null);
  signal.throwIfAborted();
  const missing = response?.status === 404 || response?.status === 410;
  if (!missing && !response?.headers.get("content-type")?.startsWith("text/html")) return;
  throw modelyardError("load_failed", `There is no wllama.wasm at ${url}.`, {
    ...about,
    retryable: false,
    recovery: ["Serve the file `@wllama/wllama/esm/wasm/wllama.wasm`, and say where with `wasmUrl`."],
  });
}

function loadedModel(instance: WllamaInstance, id: string, broken: Switch): LoadedModel {
  let gone = false;
  return {
    chat: ({ messages, options, signal }) => chat({ messages, options, signal }),
    async unload() {
      if (gone) return;
      gone = true;
      await instance.exit().catch(() => undefined);
    },
    crashed: broken.on.catch((error: unknown) => error),
  };

  function chat(request: Parameters<LoadedModel["chat"]>[0]): AsyncIterable<EngineDelta> {
    const queue = createQueue<EngineDelta>();
    void (async () => {
      let reason: "stop" | "length" = "stop";
      const onData = (chunk: ChatChunk) => {
        for (const delta of deltasOf(chunk)) queue.put(delta);
        if (chunk.choices[0]?.finish_reason === "length") reason = "length";
      };
      try {
        if (gone) throw modelyardError("engine_crashed", "The model is unloaded.", { provider: id });
        const answer = instance.createChatCompletion({ ...parametersOf(request), stream: true, onData });
        await Promise.race([answer, broken.on]);
        queue.put({ type: "end", reason });
        queue.end();
      } catch (error) {
        queue.fail(asAnswerError(error, id));
        if (isCrash(error)) broken.turn(error);
      }
    })();
    return queue;
  }
}

function parametersOf(request: Parameters<LoadedModel["chat"]>[0]): ChatParameters {
  const { temperature, maxTokens, topP, topK, repeatPenalty, seed, stop }: GenerationOptions = request.options;
  return {
    // Results of tools are only asked of engines that say they take them.
    messages: request.messages.map(({ role, content }) => ({ role: role as "user", content })),
    abortSignal: request.signal,
    stream_options: { include_usage: true },
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { max_tokens: Math.min(maxTokens, MAX_TOKENS) }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(topK === undefined ? {} : { top_k: Math.min(topK, MAX_TOKENS) }),
    ...(repeatPenalty === undefined ? {} : { repeat_penalty: repeatPenalty }),
    ...(seed === undefined ? {} : { seed: seed % MAX_TOKENS }),
    ...(stop === undefined ? {} : { stop }),
  };
}

function* deltasOf(chunk: ChatChunk): Generator<EngineDelta> {
  const delta: { content?: string | null; reasoning_content?: string | null } = chunk.choices[0]?.delta ?? {};
  if (delta.reasoning_content) yield { type: "reasoning", text: delta.reasoning_content };
  if (delta.content) yield { type: "text", text: delta.content };
  if (chunk.usage) {
    const { prompt_tokens, completion_tokens } = chunk.usage;
    yield { type: "usage", promptTokens: prompt_tokens, completionTokens: completion_tokens };
  }
}

interface Switch {
  /** Rejects when the engine breaks down. */
  readonly on: Promise<never>;
  turn(error: unknown): void;
}

function createSwitch(): Switch {
  let turn: (error: unknown) => void = () => undefined;
  const on = new Promise<never>((_, reject) => {
    turn = reject;
  });
  // Nobody has to be waiting.
  on.catch(() => undefined);
  return { on, turn };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

/** Silent, except that an `error` event of its worker, which wllama only logs, ends what is going on. */
function logger(broken: Switch): WllamaLogger {
  const silent = () => undefined;
  return {
    debug: silent,
    log: silent,
    warn: silent,
    error: (first: unknown) => {
      if (typeof Event === "function" && first instanceof Event) {
        const { message } = first as Partial<ErrorEvent>;
        broken.turn(new WorkerBroken(message || "its worker could not be started (does worker-src allow blob:?)"));
      }
    },
  };
}

class WorkerBroken extends Error {}

/** A trap of llama.cpp, or of its worker: it will not answer again. wllama's classes may come from any copy. */
function isCrash(error: unknown): boolean {
  return error instanceof WorkerBroken || (error instanceof Error && error.name === "RuntimeError");
}

function asLoadError(error: unknown, modelId: string, about: { model: string; provider: string }): unknown {
  if (error instanceof Error && (error.name === "ModelyardError" || error.name === "AbortError")) return error;
  return modelyardError("load_failed", `wllama could not load ${modelId}.`, { ...about, cause: wordsOf(error) });
}

function asAnswerError(error: unknown, provider: string): unknown {
  if (error instanceof Error && (error.name === "ModelyardError" || error.name === "AbortError")) return error;
  const details = { provider, cause: wordsOf(error) };
  if (isCrash(error)) return modelyardError("engine_crashed", "wllama broke down while it answered.", details);
  // wllama keeps nothing of llama.cpp's error but its text.
  if (/context size|context length|exceeds? the (available )?context/i.test(details.cause)) {
    return modelyardError("context_exceeded", "The conversation is longer than the model's context.", details);
  }
  return modelyardError("provider_error", `wllama could not answer: ${details.cause}`, details);
}
