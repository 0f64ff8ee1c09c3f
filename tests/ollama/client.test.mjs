/** Ollama's own client against the stand-in: what it cannot use, no test of ours should. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Ollama } from "ollama";
import { startServer } from "./stand-in.mjs";

let server;

before(async () => {
  server = await startServer();
});
after(() => server?.stop());

const model = (name, more) => ({ name, capabilities: ["completion", "tools", "thinking"], ...more });

async function start(settings) {
  const stand = await server.ollama(settings);
  return { ...stand, client: new Ollama({ host: stand.url }) };
}

async function collect(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

const messages = [{ role: "user", content: "hello" }];

describe("lists", () => {
  it("names what is there, with sizes, moments and capabilities", async () => {
    const { client } = await start({ models: [model("one", { sizeBytes: 5, contextLength: 512 })] });
    assert.equal((await client.version()).version, "0.32.15");
    const { models } = await client.list();
    assert.equal(models.length, 1);
    assert.equal(models[0].name, "one:latest");
    assert.equal(models[0].size, 5);
    assert.ok(Date.parse(models[0].modified_at) > 0);
    const shown = await client.show({ model: "one" });
    assert.deepEqual(shown.capabilities, ["completion", "tools", "thinking"]);
    assert.equal(shown.model_info["llama.context_length"], 512);
  });

  it("are as long as five thousand models", async () => {
    const { client } = await start({ generate: 5000 });
    const { models } = await client.list();
    assert.equal(new Set(models.map((one) => one.name)).size, 5000);
  });

  it("of old servers say less", async () => {
    const { client } = await start({ version: "0.6.5", models: [model("one")] });
    const [one] = (await client.list()).models;
    assert.equal(one.capabilities, undefined);
    assert.equal(one.details.context_length, undefined);
  });

  it("name what is in memory, with its window, once it has answered", async () => {
    const { client } = await start({ models: [model("one")] });
    assert.deepEqual((await client.ps()).models, []);
    await client.chat({ model: "one", messages, options: { num_ctx: 512 } });
    const [running] = (await client.ps()).models;
    assert.equal(running.name, "one:latest");
    assert.equal(running.context_length, 512);
    assert.ok(Date.parse(running.expires_at) > Date.now());
  });
});

describe("a pull", () => {
  it("shows its progress, and the model is there", async () => {
    const { client } = await start({ pull: { layers: [100_000, 40], falls: true } });
    const parts = await collect(await client.pull({ model: "new", stream: true }));
    const growing = parts.filter((part) => part.total === 100_000).map((part) => part.completed ?? 0);
    assert.equal(growing.at(-1), 100_000);
    assert.ok(growing.some((completed, index) => completed < growing[index - 1]), `${growing}`);
    assert.equal(parts.at(-1).status, "success");
    assert.equal((await client.list()).models[0].name, "new:latest");
  });

  it("that is not streamed ends with one word", async () => {
    const { client } = await start({});
    assert.deepEqual(await client.pull({ model: "new" }), { status: "success" });
    assert.equal((await client.list()).models.length, 1);
  });

  it("of a name nobody has fails within the stream", async () => {
    const { client } = await start({ pull: { end: "missing" } });
    const pull = client.pull({ model: "none", stream: true }).then(collect);
    await assert.rejects(pull, { message: "pull model manifest: file does not exist" });
  });

  it("that never says success fails", async () => {
    const { client } = await start({ pull: { end: "silent" } });
    const pull = client.pull({ model: "new", stream: true }).then(collect);
    await assert.rejects(pull, /Did not receive done or success/);
    assert.deepEqual((await client.list()).models, []);
  });

  it("whose last line has no end is whole", async () => {
    const { client } = await start({ pull: { newline: false } });
    const parts = await collect(await client.pull({ model: "new", stream: true }));
    assert.equal(parts.at(-1).status, "success");
  });

  it("that is cut within a line fails and leaves nothing to list", async () => {
    const { client } = await start({ pull: { faults: [{ line: 3, byte: 40, do: "reset" }] } });
    const pull = client.pull({ model: "new", stream: true }).then(collect);
    await assert.rejects(pull);
    assert.deepEqual((await client.list()).models, []);
  });

  it("that is aborted closes its connection, and the next one goes on where it stood", async () => {
    const { client, path } = await start({
      pull: { layers: [40_000], faults: [{ line: 3, do: "stall" }] },
    });
    const stream = await client.pull({ model: "new", stream: true });
    await server.control("wait", { path: path("pull"), stalled: 1 });
    const ended = assert.rejects(collect(stream), { name: "AbortError" });
    client.abort();
    await ended;
    await server.control("wait", { path: path("pull"), aborted: 1 });
    const again = await client.pull({ model: "new", stream: true });
    await server.control("wait", { path: path("pull"), stalled: 1 });
    await server.control("release", { path: path("pull") });
    const parts = await collect(again);
    assert.equal(parts[1].completed, 10_000);
  });
});

describe("copy and delete", () => {
  it("change the list", async () => {
    const { client } = await start({ models: [model("one")] });
    await client.copy({ source: "one", destination: "two" });
    assert.deepEqual((await client.list()).models.map((one) => one.name), ["two:latest", "one:latest"]);
    await client.delete({ model: "one" });
    assert.deepEqual((await client.list()).models.map((one) => one.name), ["two:latest"]);
    await assert.rejects(client.delete({ model: "one" }), { status_code: 404, error: "model 'one' not found" });
    await assert.rejects(client.copy({ source: "one", destination: "x" }), { status_code: 404 });
    await assert.rejects(client.show({ model: "one" }), { status_code: 404 });
  });
});

describe("a chat", () => {
  it("thinks, speaks, calls tools and counts", async () => {
    const { client } = await start({
      models: [model("one")],
      reply: { thinking: "Hm so", text: "In a quiet library", toolCalls: [{ name: "time", arguments: { zone: "UTC" } }] },
    });
    const parts = await collect(await client.chat({ model: "one", messages, stream: true, think: true }));
    const said = (field) => parts.map((part) => part.message[field] ?? "").join("");
    assert.equal(said("thinking"), "Hm so");
    assert.equal(said("content"), "In a quiet library");
    assert.deepEqual(parts.flatMap((part) => part.message.tool_calls ?? [])[0].function.arguments, { zone: "UTC" });
    const last = parts.at(-1);
    assert.deepEqual([last.done, last.done_reason, last.eval_count], [true, "stop", 6]);
    assert.ok(Math.abs(Date.parse(last.created_at) - Date.now()) < 60_000);
  });

  it("that is not streamed comes whole", async () => {
    const { client } = await start({ models: [model("one")] });
    const whole = await client.chat({ model: "one", messages });
    assert.equal(whole.message.content, "Hello! I am a model of the test server.");
    assert.equal(whole.done, true);
  });

  it("is loaded and unloaded without a word", async () => {
    const { client } = await start({ models: [model("one")] });
    assert.equal((await client.chat({ model: "one", messages: [] })).done_reason, "load");
    assert.equal((await client.ps()).models.length, 1);
    assert.equal((await client.chat({ model: "one", messages: [], keep_alive: 0 })).done_reason, "unload");
    assert.equal((await client.ps()).models.length, 0);
  });

  it("breaks off with an error in a line", async () => {
    const { client } = await start({ models: [model("one")], reply: { error: { line: 2, message: "out of memory" } } });
    const chat = client.chat({ model: "one", messages, stream: true }).then(collect);
    await assert.rejects(chat, { message: "out of memory" });
  });

  it("without an end fails", async () => {
    const { client } = await start({ models: [model("one")], reply: { doneReason: null } });
    const chat = client.chat({ model: "one", messages, stream: true }).then(collect);
    await assert.rejects(chat, /Did not receive done or success/);
  });

  it("that is aborted closes its connection", async () => {
    const { client, path } = await start({
      models: [model("one")],
      reply: { text: "on and on", endless: true, everyMs: 1 },
    });
    const stream = await client.chat({ model: "one", messages, stream: true });
    let heard = 0;
    const reading = assert.rejects(
      async () => {
        for await (const part of stream) {
          heard += part.message.content.length;
          if (heard > 100) stream.abort();
        }
      },
      { name: "AbortError" },
    );
    await reading;
    const { totals } = await server.control("wait", { path: path("chat"), aborted: 1, idle: true });
    assert.equal(totals.open, 0);
  });

  it("is refused for what the model cannot do, does not know or cannot hold", async () => {
    const { client } = await start({ models: [{ name: "one" }] });
    const refused = (more, expected) => assert.rejects(client.chat({ model: "one", messages, ...more }), expected);
    await refused({ think: true }, { status_code: 400, error: '"one" does not support thinking' });
    await refused({ tools: [{ type: "function" }] }, { status_code: 400, error: /does not support tools/ });
    await refused({ model: "nope" }, { status_code: 404, error: "model 'nope' not found" });
    const long = [{ role: "user", content: "hello ".repeat(300) }];
    await refused(
      { messages: long, truncate: false, options: { num_ctx: 256 } },
      { status_code: 400, error: "the input length exceeds the context length" },
    );
  });
});

describe("a server", () => {
  it("that is busy says so", async () => {
    const { client, path } = await start({});
    const page = { type: "application/json", text: '{"error":"server busy, please try again."}' };
    await server.control("script", { path: path("tags"), steps: [{ status: 503, instead: { page } }] });
    await assert.rejects(client.list(), { status_code: 503, error: "server busy, please try again." });
    assert.deepEqual((await client.list()).models, []);
  });

  it("that is down cannot be reached", async () => {
    const { client, path } = await start({});
    await server.control("network", { up: false, prefix: path("") });
    await assert.rejects(client.list(), { message: "fetch failed" });
    await server.control("network", { up: true, prefix: path("") });
    assert.deepEqual((await client.list()).models, []);
  });

  it("that hangs answers when it is let go", async () => {
    const { client, path } = await start({});
    await server.control("script", { path: path("*"), steps: [{ faults: [{ at: "start", do: "stall" }] }] });
    const list = client.list();
    await server.control("wait", { path: path("tags"), stalled: 1 });
    await server.control("release", { path: path("tags") });
    assert.deepEqual((await list).models, []);
  });

  it("that is something else says something else", async () => {
    const { client, path } = await start({});
    await server.control("script", { path: path("*"), repeat: true, steps: [{ instead: "loginPage" }] });
    await assert.rejects(client.list(), SyntaxError);
  });
});
