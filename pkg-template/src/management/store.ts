/** What people may see of model management: one frozen snapshot, and who watches it. */
import { createOutbox } from "../outbox.js";
import { share } from "../share.js";
import type { ManagementEvent, ManagementSnapshot } from "./api.js";

const NONE: readonly [] = Object.freeze([]);

/** What a server renders, and what a browser starts with. */
export const EMPTY_SNAPSHOT: ManagementSnapshot = Object.freeze({
  status: "idle",
  failure: null,
  providers: NONE,
  settings: NONE,
  warnings: NONE,
});

export type ManagementStore = ReturnType<typeof createManagementStore>;

export function createManagementStore() {
  let current = EMPTY_SNAPSHOT;
  const outbox = createOutbox<ManagementEvent>(() => undefined);
  return {
    snapshot: () => current,
    outbox,
    /** Puts parts in; those that are equal to what is there keep their identity. */
    set(parts: Partial<ManagementSnapshot>, events: readonly ManagementEvent[] = []): void {
      const next = share(current, { ...current, ...parts });
      if (next === current && events.length === 0) return;
      current = next;
      outbox.put(share(null, events));
    },
  };
}
