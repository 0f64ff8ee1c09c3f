/** The removals that have not ended yet. Two of one model at once are one. */
import { type Promised, promised } from "./engines/timing.js";
import { ModelyardError } from "./errors.js";
import type { Event, Failure } from "./generated/index.js";

export interface Removals {
  /** The end of a removal that the core has begun. */
  track(modelId: string): Promise<{ freedBytes: number }>;
  settle(event: Extract<Event, { type: "modelRemoved" | "modelRemoveFailed" }>): void;
  failAll(why: Failure): void;
}

export function createRemovals(): Removals {
  const pending = new Map<string, Promised<{ freedBytes: number }>>();
  return {
    track(modelId) {
      const removal = pending.get(modelId) ?? promised();
      pending.set(modelId, removal);
      return removal.promise;
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
