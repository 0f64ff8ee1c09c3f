import { expect, test } from "vitest";
import type { Patch } from "../../src/generated/index.js";
import { share } from "../../src/share.js";
import { createStore, EMPTY_SNAPSHOT } from "../../src/store.js";
import { conversationState, jobState, modelState } from "./scripted.js";

const patch = (part: Partial<Patch>): Patch => ({
  models: [],
  conversations: [],
  jobs: [],
  engines: [],
  profiles: null,
  storage: null,
  staleDropped: null,
  ...part,
});

test("the snapshot is the same object until something changed, and so is each slice and each entry", () => {
  const store = createStore();
  expect(store.snapshot()).toBe(EMPTY_SNAPSHOT);
  store.apply(
    patch({
      models: [
        ["a", modelState("a")],
        ["b", modelState("b")],
      ],
      conversations: [["c", conversationState("c")]],
    }),
  );
  const before = store.snapshot();
  expect(store.snapshot()).toBe(before);

  store.apply(patch({ models: [["b", modelState("b", { residency: "loading" })]] }));
  const after = store.snapshot();
  expect(after).not.toBe(before);
  expect(after.models[0]).toBe(before.models[0]);
  expect(after.models[1]).not.toBe(before.models[1]);
  expect(after.conversations).toBe(before.conversations);
  expect(after.jobs).toBe(EMPTY_SNAPSHOT.jobs);
});

test("a patch that says what is already known changes nothing", () => {
  const store = createStore();
  store.apply(patch({ models: [["a", modelState("a")]], staleDropped: 1 }));
  const before = store.snapshot();
  store.apply(patch({ models: [["a", modelState("a")]], staleDropped: 1 }));
  expect(store.snapshot()).toBe(before);
});

test("everything that is shown is frozen, deep down", () => {
  const store = createStore();
  const waiting = {
    reason: "retry",
    attempt: 1,
    untilMs: 5,
    failure: { code: "network", message: "m", recovery: ["r"], retryable: true },
  } as const;
  store.apply(
    patch({ jobs: [[1, jobState(1, { waiting: { ...waiting, failure: { ...waiting.failure, recovery: ["r"] } } })]] }),
  );
  const check = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    expect(Object.isFrozen(value)).toBe(true);
    for (const part of Object.values(value)) check(part);
  };
  check(store.snapshot());
});

test("jobs come running first, then paused, then queued in their order, then settled, the newest first", () => {
  const store = createStore();
  store.apply(
    patch({
      jobs: [
        [1, jobState(1, { lifecycle: "ready" })],
        [2, jobState(2, { position: 1 })],
        [3, jobState(3, { position: 0 })],
        [4, jobState(4, { lifecycle: "downloading" })],
        [5, jobState(5, { lifecycle: "paused" })],
        [6, jobState(6, { lifecycle: "failed" })],
      ],
    }),
  );
  expect(store.snapshot().jobs.map((job) => job.id)).toEqual([4, 5, 3, 2, 6, 1]);

  // 1 is retried and settles again, now after 6.
  store.apply(patch({ jobs: [[1, jobState(1, { lifecycle: "downloading" })]] }));
  store.apply(
    patch({
      jobs: [
        [1, jobState(1, { lifecycle: "canceled" })],
        [4, null],
      ],
    }),
  );
  expect(store.snapshot().jobs.map((job) => job.id)).toEqual([5, 3, 2, 1, 6]);
});

test("models come in the order in which the app gave them, whatever order Rust names them in", () => {
  const store = createStore();
  store.arrange(["two", "one"]);
  store.apply(patch({ models: ["one", "stored", "two"].map((id) => [id, modelState(id)]) }));
  store.arrange(["zero", "one"]);
  store.apply(patch({ models: [["zero", modelState("zero")]] }));
  expect(store.snapshot().models.map(({ id }) => id)).toEqual(["two", "one", "zero", "stored"]);
});

test("a new core says everything anew: what is shown stays until then, equal entries keep their identity", () => {
  const store = createStore();
  store.apply(
    patch({
      models: [
        ["a", modelState("a")],
        ["b", modelState("b")],
      ],
      staleDropped: 2,
    }),
  );
  const before = store.snapshot();
  store.hold();
  store.set({ status: "opening" });
  store.apply(patch({ models: [["a", modelState("a")]] }));
  expect(store.snapshot().models).toBe(before.models);
  expect(store.snapshot().status).toBe("opening");
  store.apply(patch({ models: [["b", modelState("b", { presence: "cached" })]], staleDropped: 1 }));
  store.release();
  const after = store.snapshot();
  expect(after.models[0]).toBe(before.models[0]);
  expect(after.models[1]?.presence).toBe("cached");
  expect(after.staleDropped).toBe(3);
});

test("what a new core does not know any more goes", () => {
  const store = createStore();
  store.apply(patch({ models: [["a", modelState("a")]], jobs: [[1, jobState(1)]] }));
  store.hold();
  store.apply(patch({ models: [["a", modelState("a")]] }));
  store.release();
  expect(store.snapshot().jobs).toEqual([]);
});

test("ids never become names of properties: __proto__ is an id like any other", () => {
  const store = createStore();
  store.apply(
    patch({
      models: [
        ["__proto__", modelState("__proto__")],
        ["constructor", modelState("constructor")],
      ],
    }),
  );
  expect(store.snapshot().models.map((model) => model.id)).toEqual(["__proto__", "constructor"]);
  expect(({} as { id?: string }).id).toBeUndefined();
});

test("sharing tells lists from objects, and NaN equals itself", () => {
  const list = share(null, { a: [1] as unknown });
  expect(share(list, { a: { 0: 1 } as unknown })).not.toBe(list);
  const nan = share(null, { a: Number.NaN });
  expect(share(nan, { a: Number.NaN })).toBe(nan);
  const empty = share(null, { a: {} as object });
  expect(Object.isFrozen(empty.a)).toBe(true);
  expect(share(empty, { a: [] as object }).a).toEqual([]);
});
