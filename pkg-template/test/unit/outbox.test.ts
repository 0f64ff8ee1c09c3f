import { expect, test, vi } from "vitest";
import type { Event } from "../../src/generated/index.js";
import { createOutbox } from "../../src/outbox.js";
import { settle } from "./scripted.js";

const event = (modelId: string): Event => ({ type: "modelLoaded", engineId: "e", modelId });

function outboxOf() {
  const reported: unknown[] = [];
  const outbox = createOutbox(
    () => undefined,
    (error) => reported.push(error),
  );
  return { outbox, reported };
}

test("listeners run in a microtask after the step, not inside it, in the order of the events", async () => {
  const { outbox } = outboxOf();
  const seen: string[] = [];
  outbox.on("modelLoaded", (e) => seen.push(`typed ${(e as { modelId: string }).modelId}`));
  outbox.on(null, (e) => seen.push(`any ${(e as { modelId: string }).modelId}`));
  outbox.subscribe(() => seen.push("snapshot"));
  outbox.put([event("a"), event("b")]);
  expect(seen).toEqual([]);
  await outbox.emptied();
  expect(seen).toEqual(["snapshot", "typed a", "any a", "typed b", "any b"]);
});

test("a listener that throws, or rejects, is reported, and the others still run", async () => {
  const { outbox, reported } = outboxOf();
  const last = vi.fn();
  outbox.on("modelLoaded", () => {
    throw new Error("thrown");
  });
  outbox.on("modelLoaded", async () => {
    throw new Error("rejected");
  });
  outbox.on("modelLoaded", last);
  outbox.subscribe(() => {
    throw new Error("watcher");
  });
  outbox.put([event("a")]);
  await settle();
  expect(last).toHaveBeenCalledTimes(1);
  expect(reported.map((error) => (error as Error).message).sort()).toEqual(["rejected", "thrown", "watcher"]);
});

test("who unsubscribes while running makes nobody be skipped (fault 42), and who is unsubscribed is not called", async () => {
  const { outbox } = outboxOf();
  const seen: string[] = [];
  const offFirst = outbox.on(null, () => {
    seen.push("first");
    offFirst();
  });
  outbox.on(null, () => {
    seen.push("second");
    offThird();
  });
  const offThird = outbox.on(null, () => seen.push("third"));
  outbox.on(null, () => seen.push("fourth"));
  outbox.put([event("a"), event("b")]);
  await settle();
  expect(seen).toEqual(["first", "second", "fourth", "second", "fourth"]);
  expect(() => {
    offFirst();
    offThird();
  }).not.toThrow();
});

test("who subscribes while running waits for the next event", async () => {
  const { outbox } = outboxOf();
  const seen: string[] = [];
  outbox.on(null, () => {
    seen.push("old");
    if (seen.length === 1) outbox.on(null, () => seen.push("new"));
  });
  outbox.put([event("a"), event("b")]);
  await settle();
  expect(seen).toEqual(["old", "old", "new"]);
});

test("one function subscribed twice is called twice, and each subscription ends by itself", async () => {
  const { outbox } = outboxOf();
  const listener = vi.fn();
  const off = outbox.on(null, listener);
  outbox.on(null, listener);
  outbox.put([event("a")]);
  await settle();
  off();
  off();
  outbox.put([event("b")]);
  await settle();
  expect(listener).toHaveBeenCalledTimes(3);
});

test("what a listener causes comes after what it was told, to everyone in the same order", async () => {
  const { outbox } = outboxOf();
  const seen: string[] = [];
  const name = (e: Event) => (e as { modelId: string }).modelId;
  outbox.on(null, (e) => {
    seen.push(`1 ${name(e)}`);
    if (name(e) === "a") outbox.put([event("c")]);
  });
  outbox.on(null, (e) => seen.push(`2 ${name(e)}`));
  outbox.put([event("a"), event("b")]);
  await settle();
  expect(seen).toEqual(["1 a", "2 a", "1 b", "2 b", "1 c", "2 c"]);
});

test("emptied() resolves when all has gone out, also from inside a listener", async () => {
  const { outbox } = outboxOf();
  const seen: string[] = [];
  outbox.on(null, () => {
    void outbox.emptied().then(() => seen.push("emptied"));
  });
  outbox.on(null, () => seen.push("heard"));
  outbox.put([event("a"), event("b")]);
  await settle();
  expect(seen).toEqual(["heard", "heard", "emptied", "emptied"]);
  await outbox.emptied();
});

test("ten thousand listeners hear an event (group 97)", async () => {
  const { outbox } = outboxOf();
  const heard = vi.fn();
  for (let i = 0; i < 10_000; i += 1) outbox.on("modelLoaded", heard);
  outbox.put([event("a")]);
  await settle();
  expect(heard).toHaveBeenCalledTimes(10_000);
});

test("after close() no event goes out, and watchers are still told of the last change", async () => {
  const { outbox } = outboxOf();
  const heard = vi.fn();
  const watched = vi.fn();
  outbox.on(null, heard);
  outbox.subscribe(watched);
  outbox.put([event("a")]);
  outbox.close();
  await settle();
  expect(heard).not.toHaveBeenCalled();
  expect(watched).toHaveBeenCalledTimes(1);
});
