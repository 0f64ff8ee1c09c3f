/**
 * What is used of wllama. Written down here because its package names no type declarations: importing its types makes
 * TypeScript check its sources under the settings of the app, which they do not pass.
 */

/** The exports of `@wllama/wllama` that are used. */
export interface WllamaModule {
  readonly Wllama: new (
    paths: { default: string },
    config?: { suppressNativeLog?: boolean; logger?: WllamaLogger },
  ) => WllamaInstance;
}

/** One engine of wllama's, with one worker. */
export interface WllamaInstance {
  setCompat(compat: WllamaCompat | null): void;
  loadModel(
    files: Blob[],
    parameters: { n_ctx?: number; n_gpu_layers?: number; n_parallel?: number; n_threads?: number },
  ): Promise<void>;
  getLoadedContextInfo(): { n_vocab: number };
  createChatCompletion(request: ChatParameters & { stream: true; onData: (chunk: ChatChunk) => void }): Promise<void>;
  exit(): Promise<void>;
}

/** Where the files of `@wllama/wllama-compat` are. */
export interface WllamaCompat {
  readonly worker: string | { code: string };
  readonly wasm: string;
}

/** Where wllama says things. */
export interface WllamaLogger {
  debug(...words: unknown[]): void;
  log(...words: unknown[]): void;
  warn(...words: unknown[]): void;
  error(...words: unknown[]): void;
}

/** Parameters of an answer, as llama.cpp's server takes them. */
export interface ChatParameters {
  messages: Array<{ role: "system" | "user" | "assistant"; content: string }>;
  abortSignal?: AbortSignal;
  stream_options?: { include_usage: boolean };
  temperature?: number;
  max_tokens?: number;
  top_p?: number;
  top_k?: number;
  repeat_penalty?: number;
  seed?: number;
  stop?: readonly string[];
}

/** A piece of an answer. The one with the usage has no choices. */
export interface ChatChunk {
  readonly choices: ReadonlyArray<{
    readonly delta: { readonly content?: string | null; readonly reasoning_content?: string | null };
    readonly finish_reason: string | null;
  }>;
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
}
