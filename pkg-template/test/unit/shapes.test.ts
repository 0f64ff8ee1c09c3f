import { expect, test } from "vitest";
import { failure, isFailure, LOCAL_CODES } from "../../src/failure.js";
import { createStore } from "../../src/store.js";
import * as shapes from "../generated/shapes.js";

test("the advice of a failure found here is the one Rust gives for its code", () => {
  for (const code of LOCAL_CODES) {
    expect(shapes.failures).toContainEqual(failure(code, "What happened."));
  }
});

test("every failure that Rust writes is recognised as one", () => {
  for (const written of shapes.failures) expect(isFailure(written)).toBe(true);
});

test("what Rust writes as a patch is what the store shows", () => {
  const store = createStore();
  for (const patch of shapes.patches) store.apply(structuredClone(patch));
  const [, patch] = shapes.patches;
  expect(store.snapshot()).toMatchObject({
    models: [patch?.models[0]?.[1]],
    conversations: [patch?.conversations[0]?.[1]],
    jobs: [patch?.jobs[0]?.[1]],
    engines: [patch?.engines[0]?.[1]],
    storage: patch?.storage,
    staleDropped: 1,
  });
});
