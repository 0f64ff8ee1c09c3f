/**
 * The life of model management: idle, opening, ready, failed, closed. In order: the wasm file is fetched and compiled
 * once; a session is opened on it and gets the layers of the configuration; when it breaks down, a new one is opened
 * from what is stored and the layers that were set, three times in ten minutes at most. By then it has failed, and the
 * next wish of the app makes a new attempt.
 *
 * The invariant: at most one session lives, and only a `ready` one is handed out. The core goes on whatever happens here.
 */
import { ModelyardError, modelyardError } from "../errors.js";
import type { Changed, Failure } from "../generated/index.js";
import type { Loading } from "../loader.js";
import type { ManagementHost, ManagementModule } from "./core.js";
import type { CheckedManagement, LayerText } from "./options.js";
import { closedError, createSession, type Session } from "./session.js";
import type { ManagementStore } from "./store.js";
import { safeWordsOf } from "./words.js";

const MAX_RESTARTS = 3;
const RESTART_WINDOW_MS = 10 * 60 * 1000;

/** What the surroundings give. */
export interface ManagementPorts {
  readonly loadWasm: (source: CheckedManagement["wasm"], loading: Loading) => Promise<WebAssembly.Module>;
  /** A fresh wasm-bindgen module. */
  readonly makeManagement: () => ManagementModule;
  /** Gets a text file. Rejects with whatever went wrong. */
  readonly fetchText: (url: URL) => Promise<string>;
  /** The origin and the query string of the page. */
  readonly place: () => { readonly origin: string; readonly query: string };
  /** Whether the browser says that it has no network. */
  readonly isOffline: () => boolean;
  /** Milliseconds that never go back. */
  readonly now: () => number;
  /** Lets the page do something else. */
  readonly pause: () => Promise<void>;
}

/** Of which instance it is. */
export interface Whose {
  readonly namespace: string;
  /** The ids of the engines in the page. */
  readonly engines: readonly string[];
}

export interface Life {
  open(): Promise<void>;
  close(): Promise<void>;
  /** The session. Throws `not_ready`, `closed` or why it has failed. */
  session(): Session;
  /** The session, as soon as it is there; one that has failed is opened anew. Rejects likewise. */
  ready(): Promise<Session>;
  /** Remembers a layer for the sessions to come. */
  remember(layer: LayerText): void;
  /** Whether some session was ready. */
  wasReady(): boolean;
}

export interface LifeListener {
  /** A session is there and has its configuration; `failure` is what is wrong with that. */
  began(session: Session, warnings: readonly Failure[], failure: Failure | null): void;
  /** There is none any more, and none will come by itself. */
  gaveUp(why: Failure): void;
}

export function createLife(
  options: CheckedManagement,
  ports: ManagementPorts,
  store: ManagementStore,
  whose: () => Whose,
  host: Omit<ManagementHost, "crashed">,
  listener: LifeListener,
): Life {
  const aborted = new AbortController();
  const layers = new Map(options.layers.map((layer) => [layer.layer, layer]));
  let module: WebAssembly.Module | null = null;
  let file: Promise<string> | null = null;
  let session: Session | null = null;
  let opening: Promise<void> | null = null;
  let closing: Promise<void> | null = null;
  let crashes: number[] = [];
  let ready = false;
  let once = false;

  function mayRestart(): boolean {
    const now = ports.now();
    crashes = crashes.filter((then) => now - then < RESTART_WINDOW_MS);
    if (crashes.length >= MAX_RESTARTS) return false;
    crashes.push(now);
    return true;
  }

  async function openSession(): Promise<void> {
    module ??= await ports.loadWasm(options.wasm, { onFraction: () => undefined, signal: aborted.signal });
    for (;;) {
      if (closing) throw closedError();
      const { origin, query } = ports.place();
      if (options.ownPage && !layers.has("page")) layers.set("page", { layer: "page", text: query });
      const asked = JSON.stringify({
        ...whose(),
        pageOrigin: origin,
        withoutStored: !options.stored,
        acknowledgeKeyInBrowser: options.acknowledgeKeyInBrowser,
      });
      const next: Session = await createSession(ports.makeManagement(), module, asked, host, (why) =>
        crashed(next, why),
      );
      session = next;
      try {
        const refused = await next.wait((core) => core.open());
        const { warnings, failures } = await layUpon(next, refused);
        if (closing) throw closedError();
        ready = true;
        once = true;
        const [first, ...others] = failures;
        return listener.began(
          next,
          warnings,
          first ? { ...first, others: [...(first.others ?? []), ...others] } : null,
        );
      } catch (error) {
        const why = asError(error);
        session = null;
        ready = false;
        await next.end(why.failure);
        if (why.code !== "engine_crashed" || !mayRestart()) throw why;
      }
    }
  }

  /** Puts the layers in force that are known; of those that are wrong none, and says what is wrong with them. */
  async function layUpon(
    next: Session,
    refused: Failure | undefined,
  ): Promise<{ warnings: Failure[]; failures: Failure[] }> {
    const failures = refused ? [refused] : [];
    const texts = [...layers.values()];
    const isStored = !refused && options.stored && next.call((core) => core.storedConfig()) !== undefined;
    if (options.file !== null && !isStored && !layers.has("file")) {
      const text = await fileText().catch((error: unknown) => void failures.push(asError(error).failure));
      if (text) texts.unshift({ layer: "file", text });
    }
    const lay = (some: readonly LayerText[]): Changed => next.call((core) => core.setLayers(JSON.stringify(some)));
    try {
      return { warnings: lay(texts).warnings, failures };
    } catch (error) {
      const together = configFailure(error);
      const warnings: Failure[] = [];
      const before = failures.length;
      // A wrong one must not take the good ones with it.
      for (const text of texts) {
        try {
          warnings.push(...lay([text]).warnings);
        } catch (wrong) {
          failures.push(configFailure(wrong));
        }
      }
      if (failures.length === before) failures.push(together);
      return { warnings, failures };
    }
  }

  function fileText(): Promise<string> {
    const { file: source } = options;
    file ??= source instanceof URL ? fetched(source) : Promise.resolve(source ?? "");
    return file;
  }

  function fetched(url: URL): Promise<string> {
    return ports.fetchText(url).catch((error: unknown) => {
      // Another time it may be there.
      file = null;
      if (error instanceof ModelyardError) throw error;
      const name = `${url.origin === "null" ? "" : url.origin}${url.pathname}`;
      throw modelyardError("network", `The configuration file ${name} could not be fetched.`, {
        cause: safeWordsOf(error),
      });
    });
  }

  /** A session that was ready broke down. One that was not says so by rejecting. */
  function crashed(lost: Session, why: Failure): void {
    if (session !== lost || !ready) return;
    session = null;
    ready = false;
    if (mayRestart()) void start().catch(() => undefined);
    else giveUp(why);
  }

  function giveUp(why: Failure): void {
    store.set({ status: "failed", failure: why });
    listener.gaveUp(why);
  }

  function start(): Promise<void> {
    store.set({ status: "opening", failure: null });
    opening = openSession()
      .catch((error: unknown) => {
        const why = closing ? closedError() : asError(error);
        if (!closing) giveUp(why.failure);
        throw why;
      })
      .finally(() => {
        opening = null;
      });
    return opening;
  }

  function open(): Promise<void> {
    if (closing) return Promise.reject(closedError());
    if (ready) return Promise.resolve();
    if (opening) return opening;
    // Whoever asks by hand after all tries were used up gets new ones.
    crashes = [];
    return start();
  }

  function current(): Session {
    if (closing) throw closedError();
    if (session && ready) return session;
    const { status, failure } = store.snapshot();
    if (status === "failed" && failure) throw new ModelyardError(failure);
    throw modelyardError("not_ready", `Model management is not ready: its status is ${status}.`);
  }

  return {
    open,
    close() {
      closing ??= (async () => {
        ready = false;
        aborted.abort();
        store.set({ status: "closed", failure: null });
        store.outbox.close();
        await session?.end(closedError().failure);
        await opening?.catch(() => undefined);
        session = null;
      })();
      return closing;
    },
    session: current,
    async ready() {
      if (!once && !opening && store.snapshot().status !== "failed") current();
      await open();
      return current();
    },
    remember: (layer) => void layers.set(layer.layer, layer),
    wasReady: () => once,
  };
}

function configFailure(error: unknown): Failure {
  if (error instanceof ModelyardError && error.code === "invalid_config") return error.failure;
  throw error;
}

function asError(error: unknown): ModelyardError {
  if (error instanceof ModelyardError) return error;
  return modelyardError("load_failed", "Model management could not be opened.", { cause: safeWordsOf(error) });
}
