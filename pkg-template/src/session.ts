/**
 * One life of the core: from a fresh wasm instance to its end, by `end()` or by a trap. Everything that goes into the
 * core and everything that comes out of it passes here.
 *
 * The invariant: after a trap nothing of this life gets through any more, in either direction. Whoever called gets
 * `engine_crashed`; what comes next is for the instance to decide.
 */
import type { Attached } from "./attachment.js";
import type { AnswerSink } from "./chat.js";
import type { CoreModule, Host, PageCore, WorkerHandle } from "./core.js";
import { watchDevice } from "./device.js";
import { createEngineHost, type EngineHost } from "./engines/host.js";
import type { CoreReports } from "./engines/load.js";
import { delay } from "./engines/timing.js";
import { ModelyardError, modelyardError } from "./errors.js";
import { failure, isFailure, wordsOf } from "./failure.js";
import type { Command, Event, Failure, Patch, Reply } from "./generated/index.js";
import { jsonOf } from "./input.js";
import type { CheckedOptions } from "./options.js";
import { reportToPage } from "./outbox.js";
import { startWorkers } from "./workers.js";

/** How long the core gets to checkpoint when it is closed. */
const CLOSE_MS = 5_000;

export interface SessionPorts {
  readonly options: CheckedOptions;
  readonly makeCore: () => CoreModule;
  readonly module: WebAssembly.Module;
  /** What Rust gets as options. */
  readonly coreOptions: string;
  readonly management: Attached | null;
  changed(patch: Patch, events: readonly Event[]): void;
  /** Called once, in the moment the core is found to be poisoned. */
  crashed(why: Failure): void;
  /** Called once, when the page came back from the back-forward cache. */
  restored(why: Failure): void;
}

export interface Session {
  /** Rejects with a `ModelyardError`; of code `engine_crashed` if and only if the core is poisoned. */
  open(): Promise<void>;
  /** Throws a `ModelyardError`. */
  command(command: Command): Reply;
  /** Tells the core something it cannot refuse. Once it is gone nobody listens, and that is fine. */
  tell(use: (core: PageCore) => void): void;
  /** Asks for an answer; the function that comes back gives it up. */
  request(sink: AnswerSink): () => void;
  /** Ends it and all it started. Never rejects. Idempotent. */
  end(why: Failure): Promise<void>;
}

/** Makes a session; nothing runs before `open()`. */
export function createSession(ports: SessionPorts): Session {
  const workers = new Set<WorkerHandle>();
  const ends: (() => void)[] = [];
  let core: PageCore | null = null;
  const ended = new AbortController();
  let poisoned: Failure | null = null;
  let ending: Promise<void> | null = null;

  function poison(thrown: unknown): ModelyardError {
    const why = failure("engine_crashed", "Modelyard's core broke down and is started anew.", {
      cause: isFailure(thrown) ? (thrown.cause ?? thrown.message) : wordsOf(thrown),
    });
    if (!poisoned && !ending) {
      poisoned = why;
      ports.crashed(why);
    }
    return new ModelyardError(why);
  }

  /** A plain failure is an answer; anything else that is thrown means that the instance cannot be trusted any more. */
  function errorFrom(thrown: unknown): ModelyardError {
    if (thrown instanceof ModelyardError) return thrown;
    if (isFailure(thrown) && thrown.code !== "engine_crashed") return new ModelyardError(thrown);
    return poison(thrown);
  }

  function call<T>(use: (core: PageCore) => T): T {
    if (poisoned) throw new ModelyardError(poisoned);
    if (!core) throw modelyardError("not_ready", "The core is not there yet.");
    try {
      return use(core);
    } catch (thrown) {
      throw errorFrom(thrown);
    }
  }

  function tell(use: (core: PageCore) => void): void {
    if (poisoned || !core) return;
    try {
      call(use);
    } catch (error) {
      if (!poisoned) reportToPage(error);
    }
  }

  /** The function that tells the core this of an engine. */
  function report<Name extends keyof CoreReports>(name: Name): CoreReports[Name] {
    return (...about: unknown[]) => tell((core) => (core[name] as (...about: unknown[]) => void)(...about));
  }

  const engines: EngineHost = createEngineHost(
    ports.options.engines,
    {
      loadProgressed: report("loadProgressed"),
      loaded: report("loaded"),
      loadFailed: report("loadFailed"),
      unloaded: report("unloaded"),
      answerShown: report("answerShown"),
      answerEnded: report("answerEnded"),
      requestAnswer({ whom, asks }) {
        const reply = command({ type: "requestAnswer", ...whom, ...asks } as Command);
        if (reply.type !== "answer") throw poison(`requestAnswer was answered by ${reply.type}`);
        return reply.answerId;
      },
      abortAnswer: (answerId) => tell((core) => core.command(JSON.stringify({ type: "abortAnswer", answerId }))),
    },
    ports.options.loadTimeoutMs,
    ports.management,
  );

  function command(wish: Command): Reply {
    const json = jsonOf("command", wish);
    return call((core) => core.command(json));
  }

  /** Makes a function that Rust calls: silent after a trap, and never throwing into Rust. */
  function guard<A extends unknown[]>(run: (...args: A) => void): (...args: A) => void {
    return (...args) => {
      if (poisoned) return;
      try {
        run(...args);
      } catch (error) {
        reportToPage(error);
      }
    };
  }

  const host: Host = {
    changed: guard((patch: Patch, events: Event[]) => {
      for (const event of events) if (event.type === "answerFellBack") engines.fellBack(event);
      ports.changed(patch, events);
    }),
    startWorker(onMessage, onError) {
      const handle = startWorkers(
        ports.module,
        ports.options.worker,
        (data) => tell(() => onMessage(data)),
        (message) => tell(() => onError(message)),
      );
      workers.add(handle);
      return {
        post: guard(handle.post),
        terminate: guard(() => {
          workers.delete(handle);
          handle.terminate();
        }),
      };
    },
    load: guard(engines.load),
    abortLoad: guard(engines.end),
    unload: guard(engines.end),
    startAnswer: guard(engines.startAnswer),
    endAnswer: guard(engines.endAnswer),
    crashed: (message) => void poison(message),
    restored() {
      if (poisoned || ending) return;
      poisoned = failure("engine_crashed", "The page came back, and its core starts anew.");
      ports.restored(poisoned);
    },
    onEnd: (end) => void ends.push(end),
    ...(ports.management?.host as Attached["host"]),
  };

  async function tearDown(why: Failure): Promise<void> {
    ended.abort();
    const freed = engines.close(why);
    if (core && !poisoned) {
      const closing = core.close();
      await Promise.race([closing.catch(() => undefined), delay(CLOSE_MS)]);
    }
    for (const handle of workers) handle.terminate();
    workers.clear();
    for (const end of ends.splice(0)) end();
    await freed;
  }

  return {
    async open() {
      const glue = ports.makeCore();
      try {
        await glue.default({ module_or_path: ports.module });
      } catch (error) {
        throw modelyardError("load_failed", "Modelyard's core could not be started.", { cause: wordsOf(error) });
      }
      if (ending) throw modelyardError("closed", "The instance was closed while it opened.");
      try {
        core = new glue.PageCore(ports.coreOptions, host);
        await core.open();
      } catch (thrown) {
        throw errorFrom(thrown);
      }
      if (poisoned) throw new ModelyardError(poisoned);
      watchDevice(ended.signal, (facts) => tell((core) => core.command(JSON.stringify(facts))));
    },
    command,
    tell,
    request: engines.request,
    end(why) {
      ending ??= tearDown(why)
        .catch(() => undefined)
        .then(() => {
          const last = core;
          core = null;
          try {
            // Freeing a poisoned instance throws; the whole of it goes with the module anyway.
            if (!poisoned) last?.free();
          } catch {
            // It trapped on its way out: nothing is left to be saved.
          }
        });
      return ending;
    },
  };
}
