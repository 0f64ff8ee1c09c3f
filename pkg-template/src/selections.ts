/** The wishes that have not ended yet: each handle settles once, by the event that carries its number, or by `endAll`. */
import type { Selection } from "./api.js";
import type { Event, SelectionOutcome } from "./generated/index.js";

type Settled = Extract<Event, { type: "selectionSettled" }>;

export interface Selections {
  /** A handle for a wish that the core has recorded. */
  track(conversationId: string, modelId: string, intent: number): Selection;
  settle(event: Settled): void;
  /** Ends all of them alike: there is no core any more that would. */
  endAll(outcome: SelectionOutcome): void;
}

export function createSelections(): Selections {
  const pending = new Map<string, (outcome: SelectionOutcome) => void>();
  // An intent is a number, so the first blank ends it, whatever the id holds.
  const keyOf = (conversationId: string, intent: number) => `${intent} ${conversationId}`;
  return {
    track(conversationId, modelId, intent) {
      const settled = new Promise<SelectionOutcome>((resolve) => {
        pending.set(keyOf(conversationId, intent), resolve);
      });
      return Object.freeze({ conversationId, modelId, intent, settled });
    },
    settle(event) {
      const key = keyOf(event.conversationId, event.intent);
      pending.get(key)?.(event.outcome);
      pending.delete(key);
    },
    endAll(outcome) {
      for (const resolve of pending.values()) resolve(outcome);
      pending.clear();
    },
  };
}
