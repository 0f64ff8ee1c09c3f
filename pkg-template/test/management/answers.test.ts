import { expect, test } from "vitest";
import type { ChatDelta, ChatRequest } from "../../src/api.js";
import { failure } from "../../src/failure.js";
import { conversationState, errorOf, settle, trap } from "../unit/scripted.js";
import { type ManagementScript, provider, scriptedWorld, servedState } from "./scripted.js";

/** An open instance with a model of a server, active in conversation `c`. */
async function talking(management: ManagementScript = {}) {
  let answers = 0;
  const world = scriptedWorld({
    management: { providers: () => [provider("ollama")], ...management },
    script: {
      open: (core) =>
        core.step({
          models: [["ollama/a:1b", servedState("ollama", "a:1b")]],
          conversations: [["c", conversationState("c", { activeModel: "ollama/a:1b" })]],
        }),
      command(command, core) {
        if (command.type !== "requestAnswer") return undefined;
        answers += 1;
        core.host.startAnswer(answers, 1, 0, "ollama", "ollama/a:1b");
        return { type: "answer", answerId: answers };
      },
    },
  });
  await world.modelyard.open();
  const ask = (more: object = {}) =>
    world.modelyard
      .chat({ conversationId: "c", messages: [{ role: "user", content: "hi" }], ...more } as ChatRequest)
      [Symbol.asyncIterator]();
  const ends = () => world.core().told.filter(([name]) => name === "answerEnded");
  const sink = (at = 0) => world.managed().sinks[at];
  const asked = () => JSON.parse(String(world.managed().calls.find(([name]) => name === "chat")?.[1]));
  return { ...world, ask, ends, sink, asked };
}

const text = (said: string) => JSON.stringify([{ type: "text", text: said }]);
const end = (reason: string) => JSON.stringify({ provider: "ollama", model: "a:1b", reason, said: null, usage: null });

async function rest(answer: AsyncIterator<ChatDelta, undefined>): Promise<ChatDelta[]> {
  const deltas: ChatDelta[] = [];
  for (let step = await answer.next(); !step.done; step = await answer.next()) deltas.push(step.value);
  return deltas;
}

test("a server's answer comes as deltas of every kind, and the end names model, provider and reason", async () => {
  const { ask, sink, ends } = await talking();
  const answer = ask();
  const all = rest(answer);
  await settle();
  sink()?.delta(
    JSON.stringify([
      { type: "reasoning", text: "Hm." },
      { type: "text", text: "Hello" },
      { type: "toolCall", id: null, name: "add", arguments: '{"a":1}' },
      { type: "toolCall", id: "7", name: "add", arguments: "{}", signature: "signed" },
      { type: "usage", usage: { promptTokens: 3, completionTokens: null, loadMs: 1, promptMs: 1, completionMs: 1 } },
    ]),
  );
  sink()?.ended(end("toolCalls"), null);
  expect(await all).toEqual([
    { type: "reasoning", text: "Hm." },
    { type: "text", text: "Hello" },
    { type: "toolCall", name: "add", arguments: { a: 1 } },
    { type: "toolCall", id: "7", name: "add", arguments: {}, signature: "signed" },
    { type: "usage", promptTokens: 3, completionTokens: null },
    { type: "end", reason: "toolCalls", modelId: "ollama/a:1b", provider: "ollama", tried: [] },
  ]);
  await settle();
  expect(ends()).toEqual([["answerEnded", 1, 1, null]]);
});

test("an answer that was held back says so, and reasons of the provider's own are an end like any other", async () => {
  for (const [said, reason] of [
    ["contentFilter", "contentFilter"],
    ["length", "length"],
    ["other", "stop"],
    ["unknown", "stop"],
  ] as const) {
    const { ask, sink } = await talking();
    const all = rest(ask());
    await settle();
    sink()?.ended(end(said), null);
    expect((await all).at(-1)).toMatchObject({ type: "end", reason });
  }
});

test("a call goes back with what its provider wants to have back", async () => {
  const { ask, asked } = await talking();
  const call = { id: "7", name: "add", arguments: { a: 1 }, signature: "signed" };
  void ask({
    messages: [
      { role: "user", content: "hi" },
      { role: "assistant", content: "", toolCalls: [call] },
      { role: "tool", content: "2", toolCallId: "7" },
    ],
  }).next();
  await settle();
  expect(asked().messages[1].toolCalls).toEqual([{ ...call, arguments: '{"a":1}' }]);
});

test("messages, tools, pictures, thinking and the shape of the answer reach the server's side whole", async () => {
  const { ask, asked } = await talking();
  const parameters = { type: "object", properties: { a: { type: "number" } } };
  void ask({
    messages: [
      { role: "user", content: "What is it?", images: [{ mediaType: "image/png", base64: "AA==" }] },
      {
        role: "assistant",
        content: "",
        reasoning: "Hm.",
        toolCalls: [{ id: "7", name: "see", arguments: { a: 1.5 } }],
      },
      { role: "tool", content: "A cat", toolCallId: "7", toolName: "see" },
    ],
    tools: [{ name: "see", description: "Looks.", parameters }, { name: "bare" }],
    think: "high",
    format: { type: "object" },
    options: { temperature: 0.3, repeatPenalty: 1.1, contextSize: 2048, stop: ["\n"] },
  }).next();
  await settle();
  expect(asked()).toEqual({
    provider: "ollama",
    model: "a:1b",
    messages: [
      { role: "user", text: "What is it?", images: [{ mediaType: "image/png", base64: "AA==" }] },
      { role: "assistant", text: "", reasoning: "Hm.", toolCalls: [{ id: "7", name: "see", arguments: '{"a":1.5}' }] },
      { role: "tool", text: "A cat", toolCallId: "7", toolName: "see" },
    ],
    tools: [
      { name: "see", description: "Looks.", parameters: JSON.stringify(parameters) },
      { name: "bare", description: "", parameters: "{}" },
    ],
    options: '{"temperature":0.3,"repeatPenalty":1.1,"stop":["\\n"],"contextSize":2048}',
    think: '"high"',
    format: '{"type":"object"}',
  });
});

test("a model can be asked without a conversation; exactly one of both must be named", async () => {
  const { modelyard, core } = await talking();
  const messages = [{ role: "user" as const, content: "hi" }];
  void modelyard.chat({ model: "ollama/a:1b", messages })[Symbol.asyncIterator]().next();
  await settle();
  expect(core().commands.at(-1)).toEqual({ type: "requestAnswer", modelId: "ollama/a:1b", needs: { tokens: 0 } });
  for (const wrong of [{ messages }, { messages, model: "a", conversationId: "c" }]) {
    expect(await errorOf(() => modelyard.chat(wrong as never))).toMatchObject({
      code: "invalid_input",
      field: "request",
    });
  }
});

test("an abort ends it at once, the connection is closed, and late tokens are dropped", async () => {
  const { ask, sink, ends, managed } = await talking();
  const controller = new AbortController();
  const answer = ask({ signal: controller.signal });
  const first = answer.next();
  await settle();
  sink()?.delta(text("a"));
  expect((await first).value).toEqual({ type: "text", text: "a" });
  controller.abort();
  sink()?.delta(text("late"));
  sink()?.ended(end("stop"), null);
  expect(await rest(answer)).toEqual([
    { type: "end", reason: "aborted", modelId: "ollama/a:1b", provider: "ollama", tried: [] },
  ]);
  expect(managed().calls.filter(([name]) => name === "abort")).toEqual([["abort", 1]]);
  await settle();
  expect(ends()).toEqual([["answerEnded", 1, 1, null]]);
});

test("answers of a server run side by side, and a switch of the conversation does not touch the running one", async () => {
  const { ask, sink, core } = await talking();
  const [one, two] = [ask(), ask()];
  const [first, second] = [one.next(), two.next()];
  await settle();
  sink(1)?.delta(text("two"));
  expect((await second).value).toEqual({ type: "text", text: "two" });
  core().step({ conversations: [["c", conversationState("c", { activeModel: "one" })]] });
  sink(0)?.delta(text("one"));
  sink(0)?.ended(end("length"), null);
  expect((await first).value).toEqual({ type: "text", text: "one" });
  expect(await rest(one)).toEqual([
    { type: "end", reason: "length", modelId: "ollama/a:1b", provider: "ollama", tried: [] },
  ]);
});

test("what the server says went wrong is thrown after what came before it, and reported to the core", async () => {
  const { ask, sink, ends } = await talking();
  const answer = ask();
  const first = answer.next();
  await settle();
  sink()?.delta(text("a"));
  sink()?.ended(null, failure("provider_error", "The server gave up.", { httpStatus: 500 }));
  await first;
  expect(await errorOf(() => answer.next())).toMatchObject({
    code: "provider_error",
    httpStatus: 500,
    provider: "ollama",
  });
  await settle();
  expect(ends()).toMatchObject([["answerEnded", 1, 1, { code: "provider_error" }]]);
});

test("a trap in management fails its running answers", async () => {
  const { ask, ends, management } = await talking({
    call(name) {
      if (name === "test") throw trap();
      return undefined;
    },
  });
  const failed = errorOf(() => ask().next());
  await settle();
  await errorOf(() => management.test("ollama"));
  expect(await failed).toMatchObject({ code: "engine_crashed" });
  await settle();
  expect(ends()).toMatchObject([["answerEnded", 1, 1, { code: "engine_crashed" }]]);
});

test("wrong options of a call are refused before anything is sent", async () => {
  const { ask, managed } = await talking({
    call(name) {
      if (name === "optionsFor") throw failure("invalid_input", "Too hot.", { field: "temperature" });
      return undefined;
    },
  });
  expect(await errorOf(() => ask().next())).toMatchObject({ code: "invalid_input", field: "temperature" });
  expect(managed().count("chat")).toBe(0);
});
