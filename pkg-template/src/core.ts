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
  /** Some of what the try gives was handed to its reader. */
  answerShown(answerId: number, attempt: number): void;
  /** The try ended. After a failure the core says what comes next: `startAnswer` again, now or later, or `endAnswer`. */
  answerEnded(answerId: number, attempt: number, failure: Failure | null): void;
  /**
   * What is known of a pull, as JSON text: `{"progress":{"ticket":{"job","epoch"},"downloadedBytes","totalBytes":n|null,
   * "restarted":bool}}`, `{"waits":{"ticket","waiting":{"Retry":{"attempt","untilMs","failure"}}|"Offline"}}`,
   * `{"finished":{"ticket","files":[]}}` or `{"failed":{"ticket","failure","keptBytes":n|null}}`. Throws a `Failure` for
   * another text.
   */
  pullReport(json: string): void;
  /** A server deleted a model, or could not. */
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
  /**
   * A try of an answer begins; one that is still under way is over, and its reader goes on with this. `loadId` is 0 for
   * the model of a server.
   */
  startAnswer(answerId: number, attempt: number, loadId: number, engineId: string, modelId: string): void;
  /** Has a server fetch the model it knows by `name`. Told of in `pullReport`. */
  pull(jobId: number, epoch: number, modelId: string, engineId: string, name: string): void;
  /** Stops a pull at once; what still comes for it is stale. */
  stopPull(jobId: number, epoch: number): void;
  /** Has a server delete a model, out of its memory first if `unload`. Ends in `servedRemoved`. */
  removeServed(request: number, modelId: string, engineId: string, name: string, unload: boolean): void;
  /** The answer failed for good, will never start, or must stop now. */
  endAnswer(answerId: number, failure: Failure): void;
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
   * allowPrivateHosts, engines: string[], models, servers: string[], served: ModelManifest[] }`. `servers` are known from
   * the start, and `served` are the models they had when they were last asked; what of them is here now says `setServed`.
   * Throws a `Failure`.
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
