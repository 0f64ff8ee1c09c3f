/**
 * Tells listeners what happened. Steps of the core put events in; a microtask later they go out, in order, first to
 * those who watch the snapshot, then to those who wait for events. So listeners run after the step, never inside it,
 * and may call anything, throw, subscribe and unsubscribe.
 *
 * The invariant: each listener that is subscribed when its turn comes is called exactly once an event, whatever the
 * others do.
 */

import type { Unsubscribe } from "./api.js";
import type { Event } from "./generated/index.js";

/** What can be put in. */
interface Named {
  readonly type: string;
}

type Listener<E> = (event: E) => unknown;

/** What becomes of an error that a listener throws. */
export type Report = (error: unknown) => void;

/** Reports as the browser does with errors nobody caught; on a server, to the console. */
export const reportToPage: Report = (error) => {
  if (typeof reportError === "function") reportError(error);
  else console.error(error);
};

export interface Outbox<E extends Named = Event> {
  subscribe(listener: () => unknown): Unsubscribe;
  /** `null` listens to every type. */
  on(type: E["type"] | null, listener: Listener<E>): Unsubscribe;
  /** The snapshot changed, and these events happened. */
  put(events: readonly E[]): void;
  /** Resolves when all that was put in so far has gone out. */
  emptied(): Promise<void>;
  /** Drops the events that have not gone out, and whoever waits for events. Watchers of the snapshot stay. */
  close(): void;
}

/** `first` sees each event before any listener does. */
export function createOutbox<E extends Named = Event>(first: Listener<E>, report: Report = reportToPage): Outbox<E> {
  // A subscription is an object of its own, so that one function can be subscribed twice.
  const watchers = new Set<{ run: () => unknown }>();
  const listeners = new Map<E["type"] | null, Set<{ run: Listener<E> }>>();
  const queue: E[] = [];
  let changed = false;
  let delivery: Promise<void> | null = null;

  function guarded(run: () => unknown): void {
    try {
      const result = run();
      // An async listener throws by rejecting.
      if (result instanceof Promise) result.catch(report);
    } catch (error) {
      report(error);
    }
  }

  function each<T extends object>(entries: Set<T> | undefined, run: (entry: T) => unknown): void {
    if (!entries) return;
    // A copy: who is subscribed on the way waits for the next event, and who leaves makes nobody be skipped.
    for (const entry of [...entries]) if (entries.has(entry)) guarded(() => run(entry));
  }

  function notifyWatchers(): void {
    if (!changed) return;
    changed = false;
    each(watchers, (watcher) => watcher.run());
  }

  function deliver(): void {
    notifyWatchers();
    for (let event = queue.shift(); event; event = queue.shift()) {
      const current = event;
      guarded(() => first(current));
      each(listeners.get(current.type), (listener) => listener.run(current));
      each(listeners.get(null), (listener) => listener.run(current));
      notifyWatchers();
    }
    delivery = null;
  }

  function add<T extends object>(entries: Set<T>, entry: T): Unsubscribe {
    entries.add(entry);
    return () => void entries.delete(entry);
  }

  return {
    subscribe: (listener) => add(watchers, { run: listener }),
    on(type, listener) {
      const entries = listeners.get(type) ?? new Set();
      listeners.set(type, entries);
      return add(entries, { run: listener });
    },
    put(events) {
      changed = true;
      queue.push(...events);
      delivery ??= Promise.resolve().then(deliver);
    },
    emptied: async () => {
      while (delivery) await delivery;
    },
    close() {
      queue.length = 0;
      for (const entries of listeners.values()) entries.clear();
    },
  };
}
