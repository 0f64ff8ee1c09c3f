import { expect, test } from "vitest";
import type { ChatDelta, EngineDelta, LoadedModel } from "../../src/api.js";
import { checkChat } from "../../src/chat-request.js";
import { createQueue } from "../../src/engines/queue.js";
import { failure } from "../../src/failure.js";
import type { Decision, Event } from "../../src/generated/index.js";
import { conversationState, errorOf, modelState, type Script, scripted, settle } from "./scripted.js";

const text = (t: string): EngineDelta => ({ type: "text", text: t });
const busy = failure("provider_error", "It has too much to do.", { provider: "fake", model: "one" });
const from = { modelId: "one", provider: "fake" };
const to = { modelId: "two", provider: "fake" };

/** Two models in memory; the core says who takes over. */
async function talking(script: Script = {}) {
  const feeds: Array<{ readonly signal: AbortSignal } & ReturnType<typeof createQueue<EngineDelta>>> = [];
  const model: LoadedModel = {
    chat({ signal }) {
      const queue = createQueue<EngineDelta>();
      feeds.push(Object.assign(queue, { signal }));
      return queue;
    },
    unload: async () => undefined,
  };
  const world = scripted(
    {
      open: (core) => {
        core.step({
          models: [
            ["one", modelState("one")],
            ["two", modelState("two")],
          ],
          conversations: [["c", conversationState("c", { activeModel: "one" })]],
        });
        core.host.load(1, "fake", "one", null, []);
        core.host.load(2, "other", "two", null, []);
      },
      command: (command, core) => {
        if (command.type !== "requestAnswer") return undefined;
        core.host.startAnswer(1, 1, 1, "fake", "one");
        return { type: "answer", answerId: 1 };
      },
      ...script,
    },
    {
      engines: [
        { id: "fake", load: async () => model },
        { id: "other", load: async () => model },
      ],
    },
  );
  await world.modelyard.open();
  await settle();
  const ask = (more: object = {}) =>
    world.modelyard
      .chat({ conversationId: "c", messages: [{ role: "user", content: "hi" }], ...more })
      [Symbol.asyncIterator]();
  /** The core says that the second model takes over. */
  const fellBack = (afterText = false): Event => ({
    type: "answerFellBack",
    conversationId: "c",
    answerId: 1,
    from,
    to,
    failure: busy,
    afterText,
    decision: {} as Decision,
    explanation: ["“two” was chosen."],
  });
  return { ...world, feeds, ask, fellBack };
}

const rest = async (answer: AsyncIterator<ChatDelta, undefined>) => {
  const deltas: ChatDelta[] = [];
  for (let step = await answer.next(); !step.done; step = await answer.next()) deltas.push(step.value);
  return deltas;
};

test("the reader hears of the other model before its first word; what the first one still says goes nowhere", async () => {
  const world = await talking({
    goesOn(answerId, attempt, _, core) {
      if (attempt > 1) return false;
      core.host.startAnswer(answerId, 2, 2, "other", "two");
      core.step({}, [world.fellBack()]);
      return true;
    },
  });
  const all = rest(world.ask());
  await settle();
  world.feeds[0]?.fail(new Error("too busy"));
  await settle();
  world.feeds[0]?.put(text("late"));
  world.feeds[1]?.put(text(""));
  world.feeds[1]?.put(text("Hello"));
  world.feeds[1]?.put(text(" there"));
  world.feeds[1]?.put({ type: "end", reason: "stop" });
  expect(await all).toEqual([
    { type: "fallback", failure: busy, from, to, afterText: false, explanation: ["“two” was chosen."] },
    text(""),
    text("Hello"),
    text(" there"),
    { type: "end", reason: "stop", modelId: "two", provider: "other", tried: [{ ...from, failure: busy }] },
  ]);
  await settle();
  // Once a try, and not for a piece with nothing in it.
  expect(world.core().shown).toEqual([[1, 2]]);
  expect(world.core().told.filter(([name]) => name === "answerEnded")).toMatchObject([
    ["answerEnded", 1, 1, { code: "provider_error" }],
    ["answerEnded", 1, 2, null],
  ]);
});

test("a model that is loaded first takes over later; until then an abort tells the core alone", async () => {
  const world = await talking({
    goesOn(_, __, ___, core) {
      core.step({}, [world.fellBack()]);
      return true;
    },
  });
  const controller = new AbortController();
  const answer = world.ask({ signal: controller.signal });
  const first = answer.next();
  await settle();
  world.feeds[0]?.fail(new Error("too busy"));
  expect((await first).value).toMatchObject({ type: "fallback", to });
  const last = answer.next();
  controller.abort();
  expect((await last).value).toEqual({ type: "end", reason: "aborted", ...to, tried: [{ ...from, failure: busy }] });
  expect(world.core().commands.at(-1)).toEqual({ type: "abortAnswer", answerId: 1 });
  // It crossed the core's word that the model is there.
  world.core().host.startAnswer(1, 2, 2, "other", "two");
  await settle();
  expect(world.feeds).toHaveLength(1);
  expect(world.core().told.at(-1)).toEqual(["answerEnded", 1, 2, null]);
});

test("a try that is still under way when another begins is over, and its reader goes on", async () => {
  const world = await talking();
  const answer = world.ask();
  const first = answer.next();
  await settle();
  // The engine broke down, and its stream hangs: the core knows first.
  world.core().host.startAnswer(1, 2, 2, "other", "two");
  world.core().step({}, [world.fellBack(true)]);
  await settle();
  world.feeds[0]?.put(text("late"));
  world.feeds[1]?.put(text("Hello"));
  expect((await first).value).toMatchObject({ type: "fallback", afterText: true });
  expect((await answer.next()).value).toEqual(text("Hello"));
  await answer.return?.();
  expect(world.feeds.map(({ signal }) => signal.aborted)).toEqual([true, true]);
});

test("an abort that crosses a failure stops the chain: the core hears of no failure", async () => {
  const world = await talking();
  const controller = new AbortController();
  const answer = world.ask({ signal: controller.signal });
  const first = answer.next();
  await settle();
  world.feeds[0]?.fail(new Error("too busy"));
  controller.abort();
  expect((await first).value).toMatchObject({ type: "end", reason: "aborted" });
  await settle();
  expect(world.core().told.filter(([name]) => name === "answerEnded")).toEqual([["answerEnded", 1, 1, null]]);
});

test("a failure that comes while the core is asked for the answer is thrown by the first next()", async () => {
  const world = await talking({
    command(command, core) {
      if (command.type !== "requestAnswer") return undefined;
      core.step({}, [world.fellBack()]);
      core.host.endAnswer(1, busy);
      return { type: "answer", answerId: 1 };
    },
  });
  const answer = world.ask();
  expect((await answer.next()).value).toMatchObject({ type: "fallback" });
  expect(await errorOf(() => answer.next())).toMatchObject({ code: "provider_error" });
});

test("what the core is told of a request: tokens at least, tools, pictures, thinking, and when another may take over", () => {
  const asks = (more: object) =>
    checkChat({ model: "m", messages: [{ role: "user", content: "héllo wörld, hello!" }], ...more }).asks;
  // 21 bytes.
  expect(asks({})).toEqual({ needs: { tokens: 3 } });
  expect(asks({ options: { maxTokens: 100 }, fallback: "afterText" })).toEqual({
    needs: { tokens: 103 },
    fallback: "afterText",
  });
  expect(asks({ options: { maxTokens: Number.MAX_SAFE_INTEGER } }).needs.tokens).toBe(0xffff_ffff);
  expect(asks({ tools: [{ name: "f" }], think: true }).needs).toEqual({
    tokens: 3,
    tools: true,
    capabilities: ["reasoning"],
  });
  expect(asks({ tools: [], think: false }).needs).toEqual({ tokens: 3 });
  const image = { mediaType: "image/png", base64: "AAAA" };
  expect(asks({ messages: [{ role: "user", content: "", images: [image] }] }).needs).toEqual({
    tokens: 0,
    images: true,
  });
  for (const fallback of ["often", null, true, 1])
    expect(() => asks({ fallback })).toThrow(
      expect.objectContaining({ code: "invalid_input", field: "request.fallback" }),
    );
});
