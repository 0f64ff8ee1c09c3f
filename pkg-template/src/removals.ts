/** The removals that have not ended yet. Two of one model at once are one. */
import { ModelyardError } from "./errors.js";
import type { Event, Failure } from "./generated/index.js";

interface Pending {
  readonly promise: Promise<{ freedBytes: number }>;
  readonly resolve: (freed: { freedBytes: number }) => void;
  readonly reject: (error: ModelyardError) => void;
}

export interface Removals {
  /** The end of a removal that the core has begun. */
  track(modelId: string): Promise<{ freedBytes: number }>;
  settle(event: Extract<Event, { type: "modelRemoved" | "modelRemoveFailed" }>): void;
  failAll(why: Failure): void;
}

export function createRemovals(): Removals {
  const pending = new Map<string, Pending>();
  return {
    track(modelId) {
      const known = pending.get(modelId);
      if (known) return known.promise;
      let resolve: Pending["resolve"] = () => undefined;
      let reject: Pending["reject"] = () => undefined;
      const promise = new Promise<{ freedBytes: number }>((yes, no) => {
        resolve = yes;
        reject = no;
      });
      pending.set(modelId, { promise, resolve, reject });
      return promise;
    },
    settle(event) {
      const removal = pending.get(event.modelId);
      pending.delete(event.modelId);
      if (event.type === "modelRemoved") removal?.resolve({ freedBytes: event.freedBytes });
      else removal?.reject(new ModelyardError(event.failure));
    },
    failAll(why) {
      for (const removal of pending.values()) removal.reject(new ModelyardError(why));
      pending.clear();
    },
  };
}
