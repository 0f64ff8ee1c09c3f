/**
 * Keeps what Rust says in patches as one frozen snapshot. An entry that did not change keeps its identity, a list whose
 * entries did not change keeps its own, and the snapshot keeps its own until something in it changed. Lists are built
 * when somebody looks, so a thousand patches in a row cost no thousand lists.
 */
import type { Snapshot } from "./api.js";
import type { JobLifecycle, JobState, Patch } from "./generated/index.js";
import { keep, share } from "./share.js";

const NONE: readonly [] = Object.freeze([]);

/** What a server renders, and what a browser starts with. */
export const EMPTY_SNAPSHOT: Snapshot = Object.freeze({
  status: "idle",
  failure: null,
  openFraction: null,
  models: NONE,
  conversations: NONE,
  jobs: NONE,
  engines: NONE,
  profiles: NONE,
  storage: null,
  staleDropped: 0,
});

/** The parts of the snapshot that TypeScript itself knows. */
export type Opening = Pick<Snapshot, "status" | "failure" | "openFraction">;

export interface Store {
  snapshot(): Snapshot;
  /** Models are shown in this order, those named earlier first; others come after them. */
  arrange(modelIds: readonly string[]): void;
  apply(patch: Patch): void;
  set(opening: Partial<Opening>): void;
  /** A new core will say everything anew: what is shown stays until `release()`, then takes over what differs. */
  hold(): void;
  release(): void;
}

const RANK: { readonly [lifecycle in JobLifecycle]: number } = {
  downloading: 0,
  compiling: 0,
  paused: 1,
  queued: 2,
  ready: 3,
  failed: 3,
  canceled: 3,
};
const SETTLED = 3;

export function createStore(): Store {
  let current = EMPTY_SNAPSHOT;
  let stale = false;
  let held = false;
  const models = createSlice<string, Snapshot["models"][number]>();
  const conversations = createSlice<string, Snapshot["conversations"][number]>();
  const jobs = createSlice<number, JobState>();
  const engines = createSlice<string, Snapshot["engines"][number]>();
  const slices = [models, conversations, jobs, engines];
  let { storage, profiles } = current;
  let staleDropped = 0;
  // Of the cores before this one.
  let droppedBefore = 0;
  const places = new Map<string, number>();
  // Rust does not say when a job settled; the order in which that was told is the same.
  const settledAt = new Map<number, number>();
  let settledCount = 0;

  function noteSettled(changes: Patch["jobs"]): void {
    for (const [id, job] of changes) {
      if (!job || RANK[job.lifecycle] !== SETTLED) settledAt.delete(id);
      else if (!settledAt.has(id)) settledAt.set(id, ++settledCount);
    }
  }

  function byPlace(a: JobState, b: JobState): number {
    const rank = RANK[a.lifecycle];
    if (rank !== RANK[b.lifecycle]) return rank - RANK[b.lifecycle];
    if (rank === SETTLED) return (settledAt.get(b.id) ?? 0) - (settledAt.get(a.id) ?? 0);
    return (a.position ?? 0) - (b.position ?? 0) || a.id - b.id;
  }

  function arranged(values: Snapshot["models"][number][]): Snapshot["models"][number][] {
    const placed = values.filter(({ id }) => places.has(id));
    placed.sort((a, b) => (places.get(a.id) as number) - (places.get(b.id) as number));
    return placed.length === 0 ? values : [...placed, ...values.filter(({ id }) => !places.has(id))];
  }

  return {
    snapshot() {
      if (stale && !held) {
        stale = false;
        current = replace(current, {
          ...current,
          models: models.list(current.models, arranged),
          conversations: conversations.list(current.conversations),
          jobs: jobs.list(current.jobs, (values) => values.sort(byPlace)),
          engines: engines.list(current.engines),
          profiles,
          storage,
          staleDropped: droppedBefore + staleDropped,
        });
      }
      return current;
    },
    arrange(modelIds) {
      for (const id of modelIds) if (!places.has(id)) places.set(id, places.size);
    },
    apply(patch) {
      noteSettled(patch.jobs);
      models.apply(patch.models);
      conversations.apply(patch.conversations);
      jobs.apply(patch.jobs);
      engines.apply(patch.engines);
      if (patch.profiles) profiles = share(profiles, patch.profiles);
      if (patch.storage) storage = share(storage, patch.storage);
      staleDropped = patch.staleDropped ?? staleDropped;
      stale = true;
    },
    set(opening) {
      const shown = this.snapshot();
      const failure = share(shown.failure, opening.failure === undefined ? shown.failure : opening.failure);
      current = replace(shown, { ...shown, ...opening, failure });
    },
    hold() {
      this.snapshot();
      held = true;
      stale = true;
      for (const slice of slices) slice.forget();
      settledAt.clear();
      storage = null;
      droppedBefore += staleDropped;
      staleDropped = 0;
    },
    release() {
      held = false;
      for (const slice of slices) slice.settle();
    },
  };
}

/** The old snapshot if the new one has the very same parts. */
function replace(previous: Snapshot, next: Snapshot): Snapshot {
  const same = (Object.keys(next) as Array<keyof Snapshot>).every((part) => Object.is(previous[part], next[part]));
  return same ? previous : Object.freeze(next);
}

/** One list of the snapshot. */
function createSlice<K, V>() {
  let entries = new Map<K, V>();
  // What was shown before `forget()`: equal entries that come again take their old identity from here.
  let old: Map<K, V> | null = null;
  let changed = false;
  return {
    apply(changes: ReadonlyArray<readonly [K, V | null]>): void {
      for (const [key, value] of changes) {
        changed = true;
        if (value === null) entries.delete(key);
        else entries.set(key, share(entries.get(key) ?? old?.get(key), value));
      }
    },
    list(previous: readonly V[], order = (values: V[]): V[] => values): readonly V[] {
      if (!changed) return previous;
      changed = false;
      return keep(previous, order([...entries.values()]));
    },
    forget(): void {
      old ??= entries;
      entries = new Map();
      changed = true;
    },
    settle(): void {
      old = null;
    },
  };
}
