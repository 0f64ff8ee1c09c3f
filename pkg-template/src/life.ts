/**
 * The life of an instance: idle, opening, ready, failed, closed. In order: the wasm file is fetched and compiled once;
 * a session is opened on it; when its core breaks down, a new session is opened from what is stored, three times in ten
 * minutes at most; `close()` ends everything.
 *
 * The invariant: at most one session lives, and only a `ready` one is handed out.
 */

import type { Attached } from "./attachment.js";
import type { CoreModule } from "./core.js";
import { ModelyardError, modelyardError } from "./errors.js";
import { failure, wordsOf } from "./failure.js";
import type { Failure, ModelManifest } from "./generated/index.js";
import type { Loading } from "./loader.js";
import { type CheckedOptions, coreOptions } from "./options.js";
import type { Outbox } from "./outbox.js";
import type { CheckedSettings } from "./routing.js";
import { createSession, type Session } from "./session.js";
import type { Store } from "./store.js";

const MAX_RESTARTS = 3;
const RESTART_WINDOW_MS = 10 * 60 * 1000;

/** What the surroundings give. */
export interface LifePorts {
  /** Why this browser will not do, or `null`. */
  readonly missingFeature: () => ModelyardError | null;
  readonly loadWasm: (source: CheckedOptions["wasm"], loading: Loading) => Promise<WebAssembly.Module>;
  /** The text of the bundled model database. */
  readonly loadCatalog: () => Promise<string>;
  /** A fresh wasm-bindgen module. */
  readonly makeCore: () => CoreModule;
  /** Milliseconds that never go back. */
  readonly now: () => number;
}

export interface Life {
  open(): Promise<void>;
  close(): Promise<void>;
  /** The session, if it is ready. Throws `not_ready` or `closed`. */
  session(): Session;
  /** Models that came later; a new core hears of them too. */
  readonly added: ModelManifest[];
  /** The app's settings as they are now; a new core hears of them too. */
  readonly settings: CheckedSettings;
  /** Tells the session something, also one that is still being opened. */
  readonly tell: Session["tell"];
}

export interface LifeListener {
  /** The core and all it was doing is gone; a new one may follow. */
  lost(why: Failure): void;
}

export function createLife(
  options: CheckedOptions,
  ports: LifePorts,
  store: Store,
  outbox: Outbox,
  listener: LifeListener,
  management: Attached | null,
): Life {
  const aborted = new AbortController();
  const added: ModelManifest[] = [];
  const settings = { ...options.settings };
  let module: WebAssembly.Module | null = null;
  let catalog: string | null = null;
  let session: Session | null = null;
  let opening: Promise<void> | null = null;
  let closing: Promise<void> | null = null;
  let crashes: number[] = [];
  let ready = false;
  let closed = false;

  function show(state: Parameters<Store["set"]>[0]): void {
    store.set(state);
    outbox.put([]);
  }

  /** Whether another restart is allowed; if so, it counts. */
  function mayRestart(): boolean {
    const now = ports.now();
    crashes = crashes.filter((then) => now - then < RESTART_WINDOW_MS);
    if (crashes.length >= MAX_RESTARTS) return false;
    crashes.push(now);
    return true;
  }

  async function fetched(): Promise<{ module: WebAssembly.Module; catalog: string }> {
    const missing = ports.missingFeature();
    if (missing) throw missing;
    [module, catalog] = await Promise.all([
      module ??
        ports.loadWasm(options.wasm, {
          onFraction: (openFraction) => show({ openFraction }),
          signal: aborted.signal,
        }),
      catalog ?? ports.loadCatalog(),
      management?.open(),
    ]);
    return { module, catalog };
  }

  /** Opens one session; again when its core breaks down on the way. */
  async function openSession(): Promise<void> {
    const parts = await fetched();
    const shown = store.snapshot().conversations.map((conversation) => conversation.id);
    for (;;) {
      if (closed) throw closedError();
      // What is shown stays until the new core has said everything anew.
      store.hold();
      const plain = coreOptions(options, parts.catalog, added, settings);
      const next: Session = createSession({
        options,
        module: parts.module,
        makeCore: ports.makeCore,
        coreOptions: JSON.stringify(management?.prepare(plain) ?? plain),
        management,
        changed(patch, events) {
          store.apply(patch);
          outbox.put(events);
        },
        crashed: (why) => crashed(next, why, mayRestart),
        // A way back and forth is no fault, however often it is gone.
        restored: (why) => crashed(next, why, () => true),
      });
      session = next;
      try {
        await next.open();
        store.release();
        reopen(next, shown);
        if (closed) throw closedError();
        ready = true;
        show({ status: "ready", openFraction: 1 });
        return management?.opened();
      } catch (error) {
        const why = asError(error);
        session = null;
        await next.end(why.failure);
        if (why.code !== "engine_crashed" || !mayRestart()) throw why;
      }
    }
  }

  /** Conversations that the core before this one knew and had not stored yet. */
  function reopen(next: Session, conversationIds: readonly string[]): void {
    const known = new Set(store.snapshot().conversations.map((conversation) => conversation.id));
    for (const conversationId of conversationIds) {
      if (!known.has(conversationId)) next.command({ type: "openConversation", conversationId });
    }
  }

  /** A session that was ready broke down. One that was not says so by rejecting its `open()`. */
  function crashed(lost: Session, why: Failure, again: () => boolean): void {
    if (session !== lost || !ready) return;
    session = null;
    ready = false;
    void lost.end(why);
    if (again()) void start().catch(() => undefined);
    else show({ status: "failed", failure: gaveUp(why) });
    listener.lost(why);
  }

  function gaveUp(why: Failure): Failure {
    const message = `Modelyard's core broke down ${MAX_RESTARTS + 1} times in ten minutes and stays down.`;
    return failure("engine_crashed", message, why.cause === undefined ? {} : { cause: why.cause });
  }

  function start(): Promise<void> {
    show({ status: "opening", failure: null, openFraction: module ? 1 : 0 });
    opening = openSession()
      .catch((error: unknown) => {
        throw failed(asError(error));
      })
      .finally(() => {
        opening = null;
      });
    return opening;
  }

  function failed(error: ModelyardError): ModelyardError {
    if (closed) return closedError();
    store.release();
    show({ status: "failed", failure: error.failure });
    return error;
  }

  return {
    open() {
      if (closed) return Promise.reject(closedError());
      if (opening) return opening;
      if (ready) return Promise.resolve();
      // Whoever asks by hand after all tries were used up gets new ones.
      crashes = [];
      return start();
    },
    close() {
      if (closing) return closing;
      closed = true;
      ready = false;
      aborted.abort();
      show({ status: "closed", failure: null });
      listener.lost(closedError().failure);
      outbox.close();
      closing = Promise.all([
        session?.end(closedError().failure),
        opening?.catch(() => undefined),
        management?.close(),
      ]).then(() => {
        session = null;
      });
      return closing;
    },
    session() {
      if (closed) throw closedError();
      if (session && ready) return session;
      throw modelyardError("not_ready", `Modelyard is not ready: its status is ${store.snapshot().status}.`);
    },
    added,
    settings,
    tell: (use) => session?.tell(use),
  };
}

function closedError(): ModelyardError {
  return modelyardError("closed", "This instance of Modelyard is closed.");
}

function asError(error: unknown): ModelyardError {
  if (error instanceof ModelyardError) return error;
  return modelyardError("load_failed", "Modelyard could not be opened.", { cause: wordsOf(error) });
}
