/**
 * The seam between TypeScript and the wasm module: what Rust exports (`src/bindings`) and what it calls back.
 * Internal. Failures cross as plain `Failure` objects; anything else that is thrown means the instance is poisoned.
 */
import type { Event, Failure, Patch, Reply } from "./generated/index.js";

/** The class wasm-bindgen generates. Exports take `&self`; none may be called after `free()`. */
export interface PageCore {
  /** Opens storage, restores what is stored, starts the worker. Rejects with a `Failure`. */
  open(): Promise<void>;
  /** Takes a `Command` as JSON text; throws a `Failure`. */
  command(json: string): Reply;
  loadProgressed(loadId: number, fraction: number): void;
  loaded(loadId: number): void;
  /** Also after `abortLoad`, and when a loaded model's engine breaks down later. */
  loadFailed(loadId: number, failure: Failure): void;
  unloaded(loadId: number): void;
  answerEnded(answerId: number, failure: Failure | null): void;
  /** What became of a pull so far, as a text in the form of the worker's reports. */
  pullReport(json: string): void;
  /** The end of `removeServed`. */
  servedRemoved(request: number, freedBytes: number, failure: Failure | null): void;
  /** What `navigator.storage.persist()` said. */
  persistenceGranted(granted: boolean): void;
  /** Checkpoints and lets go of worker, database and locks. */
  close(): Promise<void>;
  free(): void;
}

/** What Rust calls. Never called from within a call of `PageCore`'s that is still running, except `command`'s own. */
export interface Host {
  /** After each step: what changed, then what happened. Listeners run later, in a microtask. */
  changed(patch: Patch, events: Event[]): void;
  /** Makes the transfer worker and its hash worker; they know the wasm module when this returns. */
  startWorker(onMessage: (data: unknown) => void, onError: (message: string) => void): WorkerHandle;
  load(
    loadId: number,
    engineId: string,
    modelId: string,
    contextWindow: number | null,
    files: { name: string; file: Blob }[],
  ): void;
  /** The load is no longer wanted: abort it, free what it made. Ends in `loadFailed` or `unloaded`. */
  abortLoad(loadId: number): void;
  /** Ends in `unloaded`. */
  unload(loadId: number): void;
  /** `loadId` is 0 where a server answers. */
  startAnswer(answerId: number, loadId: number, engineId: string, modelId: string): void;
  /** The answer will never start, or must stop now. */
  endAnswer(answerId: number, failure: Failure): void;
  /** A server is to pull a model. Ends in a `pullReport`. */
  pull(jobId: number, epoch: number, modelId: string, engineId: string, name: string): void;
  /** That pull is no longer wanted; nobody waits for its end. */
  stopPull(jobId: number, epoch: number): void;
  /** A server is to delete a model, and to let go of it first if `unload` is set. Ends in `servedRemoved`. */
  removeServed(request: number, modelId: string, engineId: string, name: string, unload: boolean): void;
  /**
   * The instance is poisoned: a panic hook may call this, also from inside a call, so that a panic in a timer or a task
   * is noticed at once. Not needed where a call of `PageCore`'s throws: that says the same.
   */
  crashed(message: string): void;
  /** The page came back from the back-forward cache, where it had let go of everything: start anew from what is stored. */
  restored(): void;
  /**
   * `end` lets go of something the browser holds for this instance (a lock, a channel). Called when the session ends,
   * also when the instance is poisoned and cannot let go by itself.
   */
  onEnd(end: () => void): void;
}

export interface WorkerHandle {
  /** Posts a text. */
  post(text: string): void;
  /** Ends both workers at once. */
  terminate(): void;
}

/** The module wasm-bindgen generates with `--target web`. */
export interface CoreModule {
  default(options: { module_or_path: unknown }): Promise<unknown>;
  /**
   * `optionsJson`: `{ namespace, bundledCatalog, superseded, defaultModel, defaultProfile, catalog, profiles, overrides,
   * allowPrivateHosts, engines: string[], models }`. Throws a `Failure`.
   */
  PageCore: new (
    optionsJson: string,
    host: Host,
  ) => PageCore;
  /** Runs the transfer worker; `hash` is the port to the hash worker. */
  runTransferWorker(hash: MessagePort): void;
  /** Runs the hash worker behind `port`. */
  runHashWorker(port: MessagePort): void;
}
