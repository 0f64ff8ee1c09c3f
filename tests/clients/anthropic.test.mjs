/** Anthropic's own client against its stand-in. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { collect, startServer } from "./server.mjs";

let server;

before(async () => {
  server = await startServer();
});
after(() => server?.stop());

async function start(settings, options) {
  const stand = await server.standIn("anthropic", settings);
  const client = new Anthropic({ baseURL: stand.url, apiKey: stand.key, maxRetries: 0, ...options });
  return { ...stand, client };
}

const one = { models: [{ id: "one", thinking: true, images: true, contextLength: 9000, maxOutput: 4000 }] };
const next = { models: [{ id: "one", thinking: true, adaptive: true }] };
const user = (content) => [{ role: "user", content }];
const base = { model: "one", max_tokens: 2000 };
const tools = [{ name: "get_time", input_schema: { type: "object" } }];

describe("lists", () => {
  it("come page by page, with limits and abilities", async () => {
    const { client, requests } = await start({ ...one, generate: 44 });
    const models = await collect(client.models.list({ limit: 20 }));
    assert.equal(models.length, 45);
    assert.equal((await requests()).length, 3);
    const [first] = models;
    assert.deepEqual([first.id, first.max_input_tokens, first.max_tokens], ["one", 9000, 4000]);
    assert.equal(first.capabilities.thinking.types.enabled.supported, true);
    assert.ok(Date.parse(first.created_at) > 0);
    assert.equal((await client.models.retrieve("one")).id, "one");
    await assert.rejects(client.models.retrieve("none"), Anthropic.NotFoundError);
  });
});

describe("an answer", () => {
  it("comes at once", async () => {
    const { client } = await start(one);
    const message = await client.messages.create({ ...base, messages: user("hello there") });
    assert.deepEqual(message.content, [{ type: "text", text: "You said: hello there", citations: null }]);
    assert.deepEqual([message.stop_reason, message.usage.input_tokens, message.usage.output_tokens], ["end_turn", 6, 4]);
  });

  it("comes in pieces, and thinks", async () => {
    const { client } = await start(one);
    const stream = client.messages.stream({
      ...base,
      thinking: { type: "enabled", budget_tokens: 1024 },
      system: "Be brief.",
      messages: user("repeat the system prompt"),
    });
    const pieces = [];
    stream.on("text", (text) => pieces.push(text));
    const { content, stop_reason } = await stream.finalMessage();
    assert.deepEqual(pieces, ["Be", " brief."]);
    assert.deepEqual(content.map((block) => block.type), ["thinking", "text"]);
    assert.equal(content[0].thinking, "They say: repeat the system prompt");
    assert.ok(content[0].signature);
    assert.equal(stop_reason, "end_turn");
  });

  it("thinks as hard as it is told, and tells of it when asked", async () => {
    const { client } = await start(next);
    const ask = (thinking) =>
      client.messages.stream({ ...base, thinking, output_config: { effort: "low" }, messages: user("x") }).finalMessage();
    const told = await ask({ type: "adaptive", display: "summarized" });
    assert.equal(told.content[0].thinking, "They say: x");
    const kept = await ask({ type: "adaptive" });
    assert.deepEqual([kept.content[0].thinking, kept.content[1].text], ["", "You said: x"]);
    await assert.rejects(ask({ type: "enabled", budget_tokens: 1024 }), { message: /thinking.type.adaptive/ });
  });

  it("calls tools and hears their results", async () => {
    const { client } = await start(one);
    const asked = user('get_time {"zone":"Ü"}');
    const { content, stop_reason } = await client.messages.stream({ ...base, messages: asked, tools }).finalMessage();
    assert.equal(stop_reason, "tool_use");
    assert.deepEqual(content[0].input, { zone: "Ü" });
    const result = [{ type: "tool_result", tool_use_id: content[0].id, content: "noon" }];
    const messages = [...asked, { role: "assistant", content }, { role: "user", content: result }];
    const told = await client.messages.create({ ...base, messages, tools });
    assert.equal(told.content[0].text, "The tool said: noon");
    const alone = client.messages.create({ ...base, messages: user(result), tools });
    await assert.rejects(alone, { message: /unexpected `tool_use_id`/ });
    // Without arguments no piece of them comes.
    const bare = await client.messages.stream({ ...base, messages: user("get_time"), tools }).finalMessage();
    assert.deepEqual(bare.content[0].input, {});
  });

  it("ends where it must", async () => {
    const { client } = await start(one);
    const end = async (more) => {
      const { stop_reason, stop_sequence } = await client.messages.create({ ...base, ...more });
      return [stop_reason, stop_sequence];
    };
    assert.deepEqual(await end({ max_tokens: 2, messages: user("say 5 words") }), ["max_tokens", null]);
    assert.deepEqual(await end({ stop_sequences: ["three"], messages: user("say 5 words") }), ["stop_sequence", "three"]);
    assert.deepEqual(await end({ messages: user("refuse") }), ["refusal", null]);
  });

  it("may have pings, events nobody knows, comments and other line ends", async () => {
    for (const reply of [{ unknown: true }, { comments: true }, { mark: true }, { lineEnd: "crLf" }, { lineEnd: "cr" }]) {
      const { client } = await start({ ...one, reply });
      const { content } = await client.messages.stream({ ...base, messages: user("say 2 words") }).finalMessage();
      assert.equal(content[0].text, "one two", JSON.stringify(reply));
    }
  });

  it("that is cut or breaks off fails", async () => {
    const { client, faults } = await start(one);
    const ask = () => client.messages.stream({ ...base, messages: user("say 9 words") }).finalMessage();
    await faults({ reply: { faults: [{ event: 4, byte: 9, do: "reset" }] } });
    await assert.rejects(ask());
    await faults({ reply: { error: { event: 5, error: "overloaded" } } });
    await assert.rejects(ask(), (error) => {
      assert.deepEqual([error instanceof Anthropic.APIError, error.type], [true, "overloaded_error"]);
      return true;
    });
    await faults({ reply: { faults: [{ event: 6, do: "fin" }] } });
    await assert.rejects(ask());
    await faults({ reply: { done: false } }, { reply: { lastLine: false } });
    // Its last word must come, and the empty line after it.
    for (let times = 0; times < 2; times += 1) await assert.rejects(ask(), /without producing a Message/);
  });

  it("is closed when it is left", async () => {
    const { client, prefix } = await start({ ...one, reply: { text: "on and on", endless: true, everyMs: 1 } });
    const stream = client.messages.stream({ ...base, messages: user("x") });
    let heard = 0;
    stream.on("text", (text) => {
      heard += text.length;
      if (heard > 100) stream.abort();
    });
    await assert.rejects(stream.done(), Anthropic.APIUserAbortError);
    await server.control("wait", { path: `${prefix}/v1/messages`, aborted: 1, idle: true });
  });
});

describe("a request", () => {
  it("has the key in one of two places, and a version", async () => {
    const { client, requests, url, key } = await start(one);
    await client.messages.countTokens({ model: "one", messages: user("a b c") });
    const [{ headers }] = await requests();
    const sent = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
    assert.deepEqual([sent.authorization, sent["anthropic-version"]], [`Bearer ${key}`, "2026-10-21"]);
    const old = { "x-api-key": key, "anthropic-version": "2023-06-01" };
    assert.equal((await fetch(`${url}/v1/models`, { headers: old })).status, 200);
  });

  it("is refused for what the new version no longer has, and the old one has", async () => {
    const { client } = await start(one);
    const warm = (options) => client.messages.create({ ...base, temperature: 0.2, messages: user("x") }, options);
    await assert.rejects(warm(), { message: /temperature: Extra inputs are not permitted/ });
    const told = await warm({ headers: { "anthropic-version": "2023-06-01" } });
    assert.equal(told.content[0].text, "You said: x");
  });

  it("is refused in the server's words", async () => {
    const { client, faults } = await start(one);
    const refused = (more, kind, message) =>
      assert.rejects(client.messages.create({ ...base, messages: user("x"), ...more }), (error) => {
        assert.ok(error instanceof kind, error.message);
        assert.match(error.message, message);
        assert.match(error.requestID, /^req_/);
        return true;
      });
    await refused({ model: "none" }, Anthropic.NotFoundError, /model: none/);
    await refused({ max_tokens: 4001 }, Anthropic.BadRequestError, /4001 > 4000, which is the maximum/);
    await refused({ messages: user("word ".repeat(9000)) }, Anthropic.BadRequestError, /prompt is too long: 9004 tokens > 9000/);
    await refused({ messages: user("") }, Anthropic.BadRequestError, /non-empty/);
    for (const [error, kind, type] of [
      ["billing", Anthropic.PaymentRequiredError ?? Anthropic.APIError, /billing_error/],
      ["forbidden", Anthropic.PermissionDeniedError, /permission_error/],
      ["rateLimited", Anthropic.RateLimitError, /rate_limit_error/],
      ["serverError", Anthropic.InternalServerError, /api_error/],
      ["overloaded", Anthropic.InternalServerError, /overloaded_error/],
    ]) {
      await faults({ error });
      await refused({}, kind, type);
    }
  });

  it("with a wrong key is refused", async () => {
    const { client } = await start(one, { apiKey: "sk-ant-wrong" });
    await assert.rejects(client.models.list(), Anthropic.AuthenticationError);
  });

  it("waits as long as the server says, and is sent again", async () => {
    const { client, faults, requests } = await start(one, { maxRetries: 2 });
    await faults({ on: "models", error: "rateLimited", times: 2, headers: { "retry-after-ms": "1" } });
    assert.equal((await client.models.list()).data[0].id, "one");
    assert.equal((await requests()).length, 3);
  });
});
