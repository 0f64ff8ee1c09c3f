/** Google's own client against the stand-in for Gemini. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ApiError, FunctionCallingConfigMode, GoogleGenAI } from "@google/genai";
import { collect, startServer } from "./server.mjs";

let server;

before(async () => {
  server = await startServer();
});
after(() => server?.stop());

async function start(settings, apiKey) {
  const stand = await server.standIn("gemini", settings);
  const client = new GoogleGenAI({ apiKey: apiKey ?? stand.key, httpOptions: { baseUrl: stand.url } });
  return { ...stand, client };
}

const one = { models: [{ id: "one", thinking: true, images: true, contextLength: 500 }] };
const declared = { tools: [{ functionDeclarations: [{ name: "get_time", parameters: { type: "OBJECT", properties: {} } }] }] };

/** What the server said of a refusal. */
const refusal = (promise, status, name) =>
  assert.rejects(promise, (error) => {
    assert.ok(error instanceof ApiError, `${error}`);
    const said = JSON.parse(error.message).error;
    assert.deepEqual([error.status, said.status], [status, name], error.message);
    return true;
  });

describe("lists", () => {
  it("come page by page, with limits", async () => {
    const { client, requests } = await start({ ...one, generate: 60 });
    const models = await collect(await client.models.list({ config: { pageSize: 25 } }));
    assert.equal(models.length, 61);
    assert.equal((await requests()).length, 3);
    assert.deepEqual([models[0].name, models[0].inputTokenLimit, models[0].thinking], ["models/one", 500, true]);
    assert.ok(models[0].supportedActions.includes("generateContent"));
    assert.equal((await client.models.get({ model: "one" })).name, "models/one");
    await refusal(client.models.get({ model: "none" }), 404, "NOT_FOUND");
  });
});

describe("an answer", () => {
  it("comes at once", async () => {
    const { client } = await start(one);
    const told = await client.models.generateContent({ model: "one", contents: "hello there" });
    assert.equal(told.text, "You said: hello there");
    assert.equal(told.candidates[0].finishReason, "STOP");
    assert.deepEqual([told.usageMetadata.promptTokenCount, told.usageMetadata.candidatesTokenCount], [6, 4]);
  });

  it("comes in pieces, and thinks", async () => {
    const { client } = await start(one);
    const config = { systemInstruction: "Be brief.", thinkingConfig: { includeThoughts: true } };
    const stream = await client.models.generateContentStream({ model: "one", contents: "repeat the system prompt", config });
    const pieces = await collect(stream);
    const parts = pieces.flatMap((piece) => piece.candidates[0].content.parts);
    const said = (thought) => parts.filter((part) => Boolean(part.thought) === thought).map((part) => part.text).join("");
    assert.deepEqual([said(true), said(false)], ["They say: repeat the system prompt", "Be brief."]);
    assert.equal(pieces.at(-1).usageMetadata.thoughtsTokenCount, 6);
  });

  it("calls tools and hears their results", async () => {
    const { client } = await start(one);
    const asked = { role: "user", parts: [{ text: 'get_time {"zone":"Ü"}' }] };
    const stream = await client.models.generateContentStream({ model: "one", contents: [asked], config: declared });
    const content = (await collect(stream)).find((piece) => piece.functionCalls)?.candidates[0].content;
    const { name, args, id } = content.parts[0].functionCall;
    assert.deepEqual([name, args], ["get_time", { zone: "Ü" }]);
    const result = { role: "user", parts: [{ functionResponse: { id, name, response: { output: "noon" } } }] };
    const contents = [asked, content, result];
    const told = await client.models.generateContent({ model: "one", contents, config: declared });
    assert.equal(told.text, "The tool said: noon");
    const forced = { ...declared, toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY } } };
    const called = await client.models.generateContent({ model: "one", contents: "x", config: forced });
    assert.equal(called.functionCalls[0].name, "get_time");
  });

  it("sees images, says JSON, ends where it must", async () => {
    const { client } = await start(one);
    const ask = (contents, config) => client.models.generateContent({ model: "one", contents, config });
    const image = { inlineData: { mimeType: "image/png", data: "AA==" } };
    assert.equal((await ask([{ role: "user", parts: [{ text: "?" }, image] }])).text, "I see 1 image.");
    const json = await ask("x", { responseMimeType: "application/json" });
    assert.deepEqual(JSON.parse(json.text), { answer: "You said: x" });
    const end = async (...asked) => (await ask(...asked)).candidates[0].finishReason;
    assert.equal(await end("say 5 words", { maxOutputTokens: 2 }), "MAX_TOKENS");
    assert.equal(await end("say 5 words", { stopSequences: ["three"] }), "STOP");
    assert.equal(await end("refuse"), "SAFETY");
  });

  it("may have other line ends, comments, a mark and events nobody knows", async () => {
    for (const reply of [{ lineEnd: "lf" }, { lineEnd: "cr" }, { comments: true }, { mark: true }, { unknown: true }]) {
      const { client } = await start({ ...one, reply });
      const pieces = await collect(await client.models.generateContentStream({ model: "one", contents: "say 2 words" }));
      assert.equal(pieces.map((piece) => piece.text ?? "").join(""), "one two", JSON.stringify(reply));
    }
  });

  it("that is cut or breaks off fails", async () => {
    const { client, faults } = await start(one);
    const ask = async () => collect(await client.models.generateContentStream({ model: "one", contents: "say 9 words" }));
    await faults({ reply: { faults: [{ event: 2, byte: 9, do: "reset" }] } });
    await assert.rejects(ask());
    await faults({ reply: { error: { event: 2, error: "overloaded" } } });
    await assert.rejects(ask(), { status: 503 });
    await faults({ reply: { lastLine: false } });
    await assert.rejects(ask(), /Incomplete JSON segment/);
  });

  it("of a blocked prompt has no candidate", async () => {
    const { client } = await start({ ...one, reply: { finish: "promptFeedback" } });
    const told = await client.models.generateContent({ model: "one", contents: "x" });
    assert.deepEqual([told.promptFeedback.blockReason, told.candidates], ["PROHIBITED_CONTENT", undefined]);
  });
});

describe("a request", () => {
  it("with a wrong key is no good request, and one without a key is not allowed", async () => {
    const { client, url } = await start(one, "AIzaWrong");
    await refusal(client.models.list(), 400, "INVALID_ARGUMENT");
    assert.equal((await fetch(`${url}/v1beta/models`)).status, 403);
  });

  it("is refused in the server's words", async () => {
    const { client, faults } = await start(one);
    const ask = (more) => client.models.generateContent({ model: "one", contents: "x", ...more });
    await refusal(ask({ contents: "word ".repeat(600) }), 400, "INVALID_ARGUMENT");
    await refusal(ask({ model: "none" }), 404, "NOT_FOUND");
    await refusal(ask({ config: { temperature: 3 } }), 400, "INVALID_ARGUMENT");
    for (const [error, status, name] of [
      ["region", 400, "FAILED_PRECONDITION"],
      ["forbidden", 403, "PERMISSION_DENIED"],
      ["rateLimited", 429, "RESOURCE_EXHAUSTED"],
      ["serverError", 500, "INTERNAL"],
      ["overloaded", 503, "UNAVAILABLE"],
    ]) {
      await faults({ error });
      await refusal(ask(), status, name);
    }
    const { totalTokens } = await client.models.countTokens({ model: "one", contents: "a b c" });
    assert.equal(totalTokens, 7);
  });
});
