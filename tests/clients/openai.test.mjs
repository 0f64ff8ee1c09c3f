/** OpenAI's own client against the stand-ins of its family: what it cannot use, no test of ours should. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import OpenAI from "openai";
import { collect, startServer } from "./server.mjs";

let server;

before(async () => {
  server = await startServer();
});
after(() => server?.stop());

const FAMILY = ["openai", "llamacpp", "vllm", "lmstudio", "groq", "compatible", "openrouter"];

async function start(word, settings, options) {
  const stand = await server.standIn(word, settings);
  const client = new OpenAI({ baseURL: stand.url, apiKey: stand.key, maxRetries: 0, ...options });
  return { ...stand, client };
}

const user = (content) => [{ role: "user", content }];
const one = { models: [{ id: "one", images: true }] };
const tools = [{ type: "function", function: { name: "get_time", parameters: { type: "object" } } }];

for (const word of FAMILY) {
  describe(word, () => {
    it("lists its models", async () => {
      const { client } = await start(word, { generate: 3 });
      const ids = (await collect(client.models.list())).map((model) => model.id);
      assert.deepEqual(ids.slice(-3), ["generated-0000", "generated-0001", "generated-0002"]);
    });

    it("answers, at once and in pieces", async () => {
      const { client } = await start(word, one);
      const whole = await client.chat.completions.create({ model: "one", messages: user("hello there") });
      assert.equal(whole.choices[0].message.content, "You said: hello there");
      assert.deepEqual([whole.choices[0].finish_reason, whole.usage.total_tokens], ["stop", 10]);
      const stream = client.chat.completions.stream({
        model: "one",
        messages: user("say 3 words"),
        stream_options: { include_usage: true },
      });
      const pieces = [];
      stream.on("content", (delta) => pieces.push(delta));
      const told = await stream.finalChatCompletion();
      assert.equal(pieces.join(""), "one two three");
      assert.deepEqual([told.choices[0].finish_reason, told.usage.completion_tokens], ["stop", 3]);
    });

    it("calls a tool and hears its result", async () => {
      const { client } = await start(word, one);
      const asked = user('get_time {"zone":"Ü"}');
      const stream = client.chat.completions.stream({ model: "one", messages: asked, tools });
      const { message, finish_reason } = (await stream.finalChatCompletion()).choices[0];
      assert.equal(finish_reason, "tool_calls");
      const [call] = message.tool_calls;
      assert.deepEqual(JSON.parse(call.function.arguments), { zone: "Ü" });
      const messages = [
        ...asked,
        { role: "assistant", content: null, tool_calls: [call] },
        { role: "tool", tool_call_id: call.id, content: "noon" },
      ];
      const told = await client.chat.completions.create({ model: "one", messages, tools });
      assert.equal(told.choices[0].message.content, "The tool said: noon");
    });

    it("refuses a wrong key", async () => {
      const { client } = await start(word, { keys: ["right"] }, { apiKey: "wrong" });
      const asked = client.chat.completions.create({ model: "one", messages: user("hello") });
      await assert.rejects(asked, OpenAI.AuthenticationError);
    });

    it("refuses what its window does not hold", async () => {
      const { client } = await start(word, { models: [{ id: "one", contextLength: 10 }] });
      const asked = client.chat.completions.create({ model: "one", messages: user("word ".repeat(30)) });
      await assert.rejects(asked, OpenAI.BadRequestError);
    });

    it("limits how often one asks, and says for how long", async () => {
      const { client, faults } = await start(word, one);
      await faults({ error: "rateLimited", retryAfter: "2" });
      const asked = client.chat.completions.create({ model: "one", messages: user("hello") });
      await assert.rejects(asked, (error) => {
        assert.ok(error instanceof OpenAI.RateLimitError);
        assert.equal(error.headers.get("retry-after"), "2");
        return true;
      });
    });

    it("has errors for when it is broken", async () => {
      const { client, faults } = await start(word, one);
      for (const [error, status] of [["serverError", 500], ["badGateway", 502], ["overloaded", 503]]) {
        await faults({ error });
        const asked = client.chat.completions.create({ model: "one", messages: user("hello") });
        await assert.rejects(asked, { status });
      }
    });
  });
}

describe("a stream", () => {
  const ask = (client, content = "say 4 words") =>
    client.chat.completions.create({ model: "one", messages: user(content), stream: true }).then(collect);
  const text = (chunks) => chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");

  it("may have comments, other line ends, no last word and no last line", async () => {
    for (const reply of [
      { comments: true },
      { lineEnd: "crLf" },
      { lineEnd: "cr" },
      { done: false },
      { done: false, lastLine: false },
      { unknown: true },
      { mark: true },
    ]) {
      const { client } = await start("openai", { ...one, reply });
      assert.equal(text(await ask(client)), "one two three four", JSON.stringify(reply));
    }
  });

  it("thinks under one of two names", async () => {
    const said = async (word, field) => {
      const { client } = await start(word, { ...one, reply: { thinking: "Hm so" } });
      return (await ask(client)).map((chunk) => chunk.choices[0]?.delta[field] ?? "").join("");
    };
    assert.equal(await said("llamacpp", "reasoning_content"), "Hm so");
    assert.equal(await said("vllm", "reasoning"), "Hm so");
    assert.equal(await said("openai", "reasoning"), "");
  });

  it("breaks off with an error", async () => {
    for (const word of FAMILY) {
      const { client } = await start(word, { ...one, reply: { error: { event: 6, error: "serverError" } } });
      await assert.rejects(ask(client), (error) => {
        assert.ok(error instanceof OpenAI.APIError, word);
        return true;
      });
    }
  });

  it("that is cut fails, and one that is left is closed", async () => {
    const { client, faults, prefix } = await start("openai", one);
    await faults({ reply: { faults: [{ event: 2, byte: 9, do: "reset" }] } });
    await assert.rejects(ask(client));
    await faults({ reply: { text: "on and on", endless: true, everyMs: 1 } });
    const stream = await client.chat.completions.create({ model: "one", messages: user("x"), stream: true });
    let heard = 0;
    for await (const chunk of stream) {
      heard += chunk.choices[0].delta.content.length;
      if (heard > 100) break;
    }
    const path = `${prefix}/v1/chat/completions`;
    await server.control("wait", { path, aborted: 1, idle: true });
  });
});

describe("oddities", () => {
  it("of OpenAI: other names for limits, an image, JSON, a filter", async () => {
    const { client } = await start("openai", { models: [{ id: "o", thinking: true }, one.models[0]] });
    const create = (more) => client.chat.completions.create({ model: "one", messages: user("hello"), ...more });
    await assert.rejects(create({ model: "o", max_tokens: 9 }), { code: "unsupported_parameter" });
    const short = await create({ model: "o", max_completion_tokens: 2, reasoning_effort: "none" });
    assert.equal(short.choices[0].finish_reason, "length");
    await assert.rejects(create({ top_k: 1 }), { message: /Unrecognized request argument supplied: top_k/ });
    const image = { type: "image_url", image_url: { url: "data:image/png;base64,AA==" } };
    const seen = await create({ messages: user([{ type: "text", text: "what is it" }, image]) });
    assert.equal(seen.choices[0].message.content, "I see 1 image.");
    const json = await create({ response_format: { type: "json_object" } });
    assert.deepEqual(JSON.parse(json.choices[0].message.content), { answer: "You said: hello" });
    const refused = await create({ messages: user("refuse") });
    assert.equal(refused.choices[0].finish_reason, "content_filter");
  });

  it("of a busy server: the client waits and asks again", async () => {
    const { client, faults, requests } = await start("openai", one, { maxRetries: 2 });
    await faults({ on: "models", error: "overloaded", times: 2, headers: { "retry-after-ms": "1" } });
    assert.equal((await client.models.list()).data[0].id, "one");
    assert.equal((await requests()).length, 3);
  });

  it("of a careless server: the key comes back in the error", async () => {
    const { client } = await start("openai", { faults: [{ on: "any", error: "badKey", echoKey: true }] }, { apiKey: "sk-canary" });
    await assert.rejects(client.models.list(), { message: /sk-canary/ });
  });

  it("of OpenRouter: no credit, moderation, and errors in a chunk", async () => {
    const { client, faults } = await start("openrouter", one);
    const create = () => client.chat.completions.create({ model: "one", messages: user("hello") });
    await faults({ error: "noCredit" }, { error: "moderation" });
    await assert.rejects(create(), { status: 402 });
    await assert.rejects(create(), (error) => {
      assert.deepEqual([error.status, error.error.metadata.reasons], [403, ["violence"]]);
      return true;
    });
  });
});
