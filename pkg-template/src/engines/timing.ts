/** Waiting that always ends: no engine can keep anything pending for ever. */

/** How long an engine gets to let go of what nobody wants any more. */
export const GRACE_MS = 10_000;

/** Resolves after some time. */
export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A promise, and what settles it. */
export interface Promised<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** As `Promise.withResolvers()`, which browsers have only of late. */
export function promised<T>(): Promised<T> {
  let resolve: Promised<T>["resolve"] = () => undefined;
  let reject: Promised<T>["reject"] = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Resolves when `work` has settled, however it did, or when the time is up. Never rejects. */
export async function settledWithin(work: Promise<unknown>, ms: number): Promise<void> {
  const timeUp = promised<void>();
  const timer = setTimeout(timeUp.resolve, ms);
  await Promise.race([outcomeOf(() => work), timeUp.promise]);
  clearTimeout(timer);
}

/** What a piece of work came to, so that nobody needs to catch anything. */
export type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/** Runs `work`, also when it throws at once. */
export async function outcomeOf<T>(work: () => T | PromiseLike<T>): Promise<Outcome<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error };
  }
}

/** Does something once no call has come for `ms`. */
export function createWatchdog(ms: number, bite: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    feed(): void {
      clearTimeout(timer);
      timer = setTimeout(bite, ms);
    },
    stop(): void {
      clearTimeout(timer);
    },
  };
}

const ends = new WeakMap<object, Promise<void>>();

/** Resolves when an engine is done with what it was told before. */
export function turnOf(engine: object): Promise<void> {
  return ends.get(engine) ?? Promise.resolve();
}

/**
 * The engine's next load has to wait for `work`, but not for ever. Kept by engine, not by instance: after a crash of
 * the core, or in a second instance, the same engine is still busy.
 */
export function occupy(engine: object, work: Promise<unknown>): Promise<void> {
  const end = Promise.all([turnOf(engine), settledWithin(work, GRACE_MS)]).then(() => undefined);
  ends.set(engine, end);
  return end;
}
