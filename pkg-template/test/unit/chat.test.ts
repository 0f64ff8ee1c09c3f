import { expect, test, vi } from "vitest";
import type { ChatDelta, EngineDelta, LoadedModel } from "../../src/api.js";
import { createChatStream } from "../../src/chat.js";
import { failure } from "../../src/failure.js";
import {
  conversationState,
  errorOf,
  modelState,
  type Script,
  type ScriptedCore,
  scripted,
  settle,
} from "./scripted.js";

type Ask = Parameters<LoadedModel["chat"]>[0];

/** An open instance with one resident model whose answers a test pushes by hand. */
async function talking(script: Script = {}, more: Partial<LoadedModel> = {}) {
  const asked: Ask[] = [];
  const feeds: Array<{ put: (delta: EngineDelta) => void; end: () => void; fail: (error: unknown) => void }> = [];
  const { createQueue } = await import("../../src/engines/queue.js");
  const model: LoadedModel = {
    chat(ask) {
      asked.push(ask);
      const queue = createQueue<EngineDelta>();
      feeds.push(queue);
      return queue;
    },
    unload: async () => undefined,
    ...more,
  };
  let answers = 0;
  const world = scripted(
    {
      open: (core) => {
        core.step({
          models: [["one", modelState("one")]],
          conversations: [["c", conversationState("c", { activeModel: "one" })]],
        });
        core.host.load(1, "fake", "one", null, []);
      },
      command: (command, core) => {
        const reply = script.command?.(command, core);
        if (reply || command.type !== "requestAnswer") return reply;
        answers += 1;
        // Resident: the answer starts before its number is known.
        core.host.startAnswer(answers, 1, 1, "fake", "one");
        return { type: "answer", answerId: answers };
      },
    },
    { engines: [{ id: "fake", load: async () => model }] },
  );
  await world.modelyard.open();
  await settle();
  const ask = (request: { signal?: AbortSignal } = {}) =>
    world.modelyard
      .chat({ conversationId: "c", messages: [{ role: "user", content: "hi" }], ...request })
      [Symbol.asyncIterator]();
  const ends = () => world.core().told.filter(([name]) => name === "answerEnded");
  return { ...world, asked, feeds, ask, ends };
}

const text = (t: string): EngineDelta => ({ type: "text", text: t });
const end = (reason: "stop" | "length" | "aborted"): ChatDelta => ({
  type: "end",
  reason,
  modelId: "one",
  provider: "fake",
  tried: [],
});

test("nothing is asked before the first next(); deltas come as they are; the end says who answered", async () => {
  const { ask, asked, feeds, core, ends } = await talking();
  const answer = ask();
  await settle();
  expect(core().commands).toEqual([]);
  const first = answer.next();
  await settle();
  expect(core().commands).toEqual([{ type: "requestAnswer", conversationId: "c", needs: { tokens: 0 } }]);
  expect(asked[0]?.messages).toEqual([{ role: "user", content: "hi" }]);
  feeds[0]?.put(text("Hel"));
  feeds[0]?.put(text("lo"));
  feeds[0]?.put({ type: "usage", promptTokens: 1, completionTokens: 2 });
  feeds[0]?.put({ type: "end", reason: "length" });
  feeds[0]?.put(text("never"));
  expect((await first).value).toEqual(text("Hel"));
  expect((await answer.next()).value).toEqual(text("lo"));
  expect((await answer.next()).value).toMatchObject({ type: "usage" });
  expect((await answer.next()).value).toEqual(end("length"));
  expect(await answer.next()).toEqual({ done: true, value: undefined });
  await settle();
  expect(ends()).toEqual([["answerEnded", 1, 1, null]]);
});

test("a stream of an engine that just ends counts as stop", async () => {
  const { ask, feeds } = await talking();
  const answer = ask();
  const first = answer.next();
  await settle();
  feeds[0]?.end();
  expect((await first).value).toEqual(end("stop"));
});

test("an abort ends the stream at once, the engine is told, late tokens are dropped, the end is reported once", async () => {
  const { ask, asked, feeds, ends } = await talking();
  const controller = new AbortController();
  const answer = ask({ signal: controller.signal });
  const first = answer.next();
  await settle();
  feeds[0]?.put(text("a"));
  await first;
  const second = answer.next();
  controller.abort();
  expect((await second).value).toEqual(end("aborted"));
  expect(asked[0]?.signal.aborted).toBe(true);
  // The engine goes on for a token, as wllama does.
  expect(ends()).toEqual([]);
  feeds[0]?.put(text("late"));
  await settle();
  expect(await answer.next()).toEqual({ done: true, value: undefined });
  expect(ends()).toEqual([["answerEnded", 1, 1, null]]);
  feeds[0]?.fail(new DOMException("aborted", "AbortError"));
  await settle();
  expect(ends()).toHaveLength(1);
});

test("an engine that ignores the abort is given ten seconds", async () => {
  const { ask, ends } = await talking();
  vi.useFakeTimers();
  const controller = new AbortController();
  const answer = ask({ signal: controller.signal });
  const first = answer.next();
  await vi.advanceTimersByTimeAsync(0);
  controller.abort("a reason that is no error");
  expect((await first).value).toEqual(end("aborted"));
  await vi.advanceTimersByTimeAsync(9_000);
  expect(ends()).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(ends()).toEqual([["answerEnded", 1, 1, null]]);
  vi.useRealTimers();
});

test("a signal that was aborted before asks for nothing (group 98)", async () => {
  const { ask, core } = await talking();
  for (const reason of [undefined, "text", { key: "sk-canary" }]) {
    const answer = ask({ signal: AbortSignal.abort(reason) });
    expect((await answer.next()).value).toEqual(end("aborted"));
    expect((await answer.next()).done).toBe(true);
  }
  expect(core().commands).toEqual([]);
});

test("leaving the loop stops the engine", async () => {
  const { modelyard, asked, feeds, ends } = await talking();
  const request = { conversationId: "c", messages: [{ role: "user" as const, content: "hi" }] };
  setTimeout(() => {
    feeds[0]?.put(text("a"));
    feeds[0]?.put(text("b"));
  });
  for await (const delta of modelyard.chat(request)) {
    expect(delta).toEqual(text("a"));
    break;
  }
  expect(asked[0]?.signal.aborted).toBe(true);
  feeds[0]?.end();
  await settle();
  expect(ends()).toEqual([["answerEnded", 1, 1, null]]);
});

test("return() while a next() waits ends that next() too", async () => {
  const { ask, asked } = await talking();
  const answer = ask();
  const waiting = answer.next();
  await settle();
  expect(await answer.return?.()).toEqual({ done: true, value: undefined });
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(asked[0]?.signal.aborted).toBe(true);
});

test("what an engine throws is thrown as a typed error, after what came before it, and reported", async () => {
  const { ask, feeds, ends } = await talking();
  const answer = ask();
  const first = answer.next();
  await settle();
  feeds[0]?.put(text("a"));
  feeds[0]?.fail("a bare text");
  await settle();
  expect((await first).value).toEqual(text("a"));
  expect(await errorOf(() => answer.next())).toMatchObject({
    name: "ModelyardError",
    code: "provider_error",
    provider: "fake",
    model: "one",
    cause: "a bare text",
  });
  expect((await answer.next()).done).toBe(true);
  expect(ends()).toMatchObject([["answerEnded", 1, 1, { code: "provider_error" }]]);
});

test("a request the core refuses is thrown by the first next()", async () => {
  const { ask, ends } = await talking({
    command: () => {
      throw failure("not_found", "There is no conversation c.");
    },
  });
  const answer = ask();
  expect(await errorOf(() => answer.next())).toMatchObject({ code: "not_found" });
  expect((await answer.next()).done).toBe(true);
  expect(ends()).toEqual([]);
});

test("an answer that waits for its model can be given up, started later, or ended by the core", async () => {
  const waiting = (command: { type: string }) =>
    command.type === "requestAnswer" ? ({ type: "answer", answerId: 9 } as const) : undefined;
  const given = await talking({ command: waiting });
  const controller = new AbortController();
  const first = given.ask({ signal: controller.signal }).next();
  await settle();
  controller.abort();
  expect((await first).value).toEqual(end("aborted"));
  expect(given.core().commands.at(-1)).toEqual({ type: "abortAnswer", answerId: 9 });
  // It crossed the core's word that it can start: the core is told that it is over.
  given.core().host.startAnswer(9, 1, 1, "fake", "one");
  await settle();
  expect(given.ends()).toEqual([["answerEnded", 9, 1, null]]);

  const started = await talking({ command: waiting });
  const later = started.ask().next();
  await settle();
  started.core().host.startAnswer(9, 1, 1, "fake", "one");
  await settle();
  started.feeds[0]?.put(text("now"));
  expect((await later).value).toEqual(text("now"));

  const ended = await talking({ command: waiting });
  const never = errorOf(() => ended.ask().next());
  await settle();
  ended.core().host.endAnswer(9, failure("load_failed", "It could not be loaded."));
  expect(await never).toMatchObject({ code: "load_failed" });
});

test("one model answers one after the other; an aborted one lets the next begin", async () => {
  const { ask, asked, feeds } = await talking();
  const first = ask();
  const firstNext = first.next();
  const second = ask();
  const secondNext = second.next();
  await settle();
  expect(asked).toHaveLength(1);
  feeds[0]?.end();
  await firstNext;
  await settle();
  expect(asked).toHaveLength(2);
  feeds[1]?.put(text("2"));
  expect((await secondNext).value).toEqual(text("2"));
});

test("when its engine breaks down, or the core unloads it, the answer fails", async () => {
  let crash: (error: Error) => void = () => undefined;
  const crashed = new Promise<unknown>((resolve) => {
    crash = resolve;
  });
  const lost = await talking({}, { crashed });
  const failed = errorOf(() => lost.ask().next());
  await settle();
  crash(new Error("device lost"));
  expect(await failed).toMatchObject({ code: "engine_crashed", cause: "device lost" });

  const unloaded = await talking();
  const stopped = errorOf(() => unloaded.ask().next());
  await settle();
  unloaded.core().host.unload(1);
  expect(await stopped).toMatchObject({ code: "engine_crashed" });
});

test("an answer that runs, or waits, when the core is lost or the instance closes ends with a typed error", async () => {
  for (const [code, lose] of [
    ["engine_crashed", (core: ScriptedCore) => core.host.crashed("panicked")],
    ["closed", () => undefined],
  ] as const) {
    const { ask, core, modelyard } = await talking();
    const failed = errorOf(() => ask().next());
    await settle();
    lose(core());
    if (code === "closed") void modelyard.close();
    expect(await failed).toMatchObject({ code });
  }
});

test("a stream ends once: whatever is put in after that is dropped", async () => {
  const chat = {
    whom: { conversationId: "c" },
    request: { messages: [], options: {} },
    needs: [],
    asks: { needs: {} },
    signal: null,
  };
  const source = { request: () => () => undefined, expected: () => ({ modelId: "one", provider: "fake" }) };
  const late: ReadonlyArray<(stream: ReturnType<typeof createChatStream>) => void> = [
    (stream) => stream.delta(text("late")),
    (stream) => stream.delta({ type: "end", reason: "length" }),
    (stream) => stream.ended("aborted"),
    (stream) => stream.failed(failure("closed", "It is closed.")),
  ];
  for (const put of late) {
    const stream = createChatStream(chat, source);
    const reader = stream[Symbol.asyncIterator]();
    const first = reader.next();
    stream.ended("stop");
    put(stream);
    expect((await first).value).toEqual(end("stop"));
    put(stream);
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  }
});

test("an answer its reader has left stays so, whatever becomes of its model meanwhile", async () => {
  const { ask, core, ends } = await talking();
  vi.useFakeTimers();
  const controller = new AbortController();
  const first = ask({ signal: controller.signal }).next();
  await vi.advanceTimersByTimeAsync(0);
  controller.abort();
  await first;
  core().host.unload(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(ends()).toEqual([["answerEnded", 1, 1, null]]);
  vi.useRealTimers();
});
