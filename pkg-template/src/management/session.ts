/**
 * One life of the second wasm instance: from fresh to its end, by `end()` or by a trap.
 *
 * The invariant: after a trap nothing of this life gets through any more, in either direction. Whoever called gets
 * `engine_crashed`; what comes next is for `life.ts` to decide.
 */
import { settledWithin } from "../engines/timing.js";
import { ModelyardError, modelyardError } from "../errors.js";
import { failure, isFailure } from "../failure.js";
import type { Failure } from "../generated/index.js";
import type { ManagementCore, ManagementHost, ManagementModule } from "./core.js";
import { safeWordsOf } from "./words.js";

/** How long it gets to write what is to be stored when it is closed. */
const CLOSE_MS = 5_000;

export interface Session {
  /** A call that answers at once. Throws a `ModelyardError`. */
  call<T>(use: (core: ManagementCore) => T): T;
  /** A call that answers later. Rejects with a `ModelyardError`; also when the instance breaks down before it answers. */
  wait<T>(use: (core: ManagementCore) => Promise<T>): Promise<T>;
  /** Says why, once the instance broke down or was ended. The function that comes back takes the listener away. */
  whenGone(listener: (why: Failure) => void): () => void;
  /** Ends it and all it started. Never rejects. Idempotent. */
  end(why: Failure): Promise<void>;
}

/** Makes an instance; nothing of it is read or asked before its `open()`. Rejects with a `ModelyardError`. */
export async function createSession(
  glue: ManagementModule,
  module: WebAssembly.Module,
  optionsJson: string,
  host: Omit<ManagementHost, "crashed">,
  crashed: (why: Failure) => void,
): Promise<Session> {
  let poisoned: Failure | null = null;
  let ending: Promise<void> | null = null;
  let gone: Failure | null = null;
  // A list, not a promise: whoever waits for one that lives long is kept as long.
  const listeners = new Set<(why: Failure) => void>();

  function leave(why: Failure): void {
    gone ??= why;
    for (const listener of listeners) listener(gone);
    listeners.clear();
  }

  function whenGone(listener: (why: Failure) => void): () => void {
    if (gone) listener(gone);
    else listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  function poison(thrown: unknown): ModelyardError {
    const why = failure("engine_crashed", "Model management broke down and is started anew.", {
      cause: isFailure(thrown) ? (thrown.cause ?? thrown.message) : safeWordsOf(thrown),
    });
    if (!poisoned && !ending) {
      poisoned = why;
      leave(why);
      crashed(why);
    }
    return new ModelyardError(poisoned ?? why);
  }

  /** A plain failure is an answer; anything else that is thrown means that the instance cannot be trusted any more. */
  function errorFrom(thrown: unknown): ModelyardError {
    if (thrown instanceof ModelyardError) return thrown;
    return isFailure(thrown) && thrown.code !== "engine_crashed" ? new ModelyardError(thrown) : poison(thrown);
  }

  /** What Rust calls: silent after a trap. Later, so that whoever hears of it may call anything. */
  const guarded = Object.fromEntries(
    Object.entries(host).map(([name, hear]) => [
      name,
      (...words: never[]) =>
        queueMicrotask(() => {
          if (!poisoned) (hear as (...heard: never[]) => void)(...words);
        }),
    ]),
  ) as unknown as Omit<ManagementHost, "crashed">;

  let core: ManagementCore;
  try {
    await glue.default({ module_or_path: module });
    core = new glue.ManagementCore(optionsJson, { ...guarded, crashed: (message) => void poison(message) });
  } catch (thrown) {
    if (isFailure(thrown)) throw new ModelyardError(thrown);
    throw modelyardError("load_failed", "Model management could not be started.", { cause: safeWordsOf(thrown) });
  }

  function call<T>(use: (core: ManagementCore) => T): T {
    if (poisoned) throw new ModelyardError(poisoned);
    if (ending) throw closedError();
    try {
      return use(core);
    } catch (thrown) {
      throw errorFrom(thrown);
    }
  }

  return {
    call,
    async wait(use) {
      const answer = call(use);
      let forget: () => void = () => undefined;
      const lost = new Promise<never>((_, reject) => {
        forget = whenGone((why) => reject(new ModelyardError(why)));
      });
      try {
        return await Promise.race([answer, lost]);
      } catch (thrown) {
        throw errorFrom(thrown);
      } finally {
        forget();
      }
    },
    whenGone,
    end(why) {
      ending ??= (async () => {
        leave(why);
        if (poisoned) return;
        try {
          await settledWithin(core.close(), CLOSE_MS);
          core.free();
        } catch {
          // It trapped on its way out: nothing is left to be saved.
        }
      })();
      return ending;
    },
  };
}

export function closedError(): ModelyardError {
  return modelyardError("closed", "This instance of Modelyard is closed.");
}
