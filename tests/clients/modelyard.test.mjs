/**
 * Our own package from a page of another origin against every stand-in at once: lists, answers, tools, and that each key
 * goes where it belongs and nowhere else.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { skip as noBrowser, startPages } from "./page.mjs";

const built = new URL("node_modules/modelyard/dist/management/index.js", import.meta.url);
const skip = noBrowser || (!existsSync(built) && "modelyard is not installed here; cargo xtask test js does that");

/** Words of stand-ins and the kinds of provider that speak to them. */
const KINDS = {
  openai: "openai",
  llamacpp: "openai",
  vllm: "openai",
  lmstudio: "openai",
  groq: "openai",
  compatible: "openai",
  openrouter: "openrouter",
  anthropic: "anthropic",
  gemini: "gemini",
};

let pages;

before(async () => {
  if (!skip) pages = await startPages();
});
after(() => pages?.stop());

/** A stand-in of each word, each with a key of its own, and the configuration and keys for them. */
async function all(settings) {
  const stands = {};
  const providers = {};
  const keys = {};
  for (const [word, kind] of Object.entries(KINDS)) {
    keys[word] = `sk-canary-${word}-0123456789`;
    const more = { keys: [keys[word]], cors: true, models: [{ id: "one", thinking: true }], ...settings };
    stands[word] = await pages.server.standIn(word, more);
    providers[word] = { kind, host: stands[word].elsewhere };
  }
  return { stands, providers, keys };
}

/** Opens an instance and sets all keys; what follows is the program of a test. */
const OPEN = `
  const { createModelyard } = await import("modelyard");
  const { createManagement } = await import("modelyard/management");
  const management = createManagement({ config: { providers: given.providers }, acknowledgeKeyInBrowser: true });
  const modelyard = createModelyard({ models: [], engines: [], management });
  await modelyard.open();
  for (const [provider, key] of Object.entries(given.keys)) await management.keys.set(provider, key);
  const { models, providers } = await management.list({ refresh: true });
  const ask = async (model, content, more) => {
    const said = { text: "", reasoning: "", calls: [], end: null };
    for await (const delta of modelyard.chat({ model, messages: [{ role: "user", content }], ...more })) {
      if (delta.type === "text") said.text += delta.text;
      if (delta.type === "reasoning") said.reasoning += delta.text;
      if (delta.type === "toolCall") said.calls.push([delta.name, delta.arguments]);
      if (delta.type === "end") said.end = delta.reason;
    }
    return said;
  };
  const words = Object.keys(given.providers);
`;

describe("modelyard in a page", { skip }, () => {
  it("lists and asks every kind of server, and sends each its own key alone", async () => {
    const { stands, providers, keys } = await all();
    const said = await pages.inPage(
      `${OPEN}
       const answers = {};
       for (const word of words) answers[word] = await ask(word + "/one", "say 3 words").catch((error) => error.code + ": " + error.message);
       return { ids: models.map((model) => model.id), states: providers.map((one) => one.state), answers };`,
      { providers, keys },
    );
    const words = Object.keys(KINDS);
    assert.deepEqual(said.ids.toSorted?.() ?? [...said.ids].sort(), words.map((word) => `${word}/one`).sort());
    assert.deepEqual(said.states, words.map(() => "ok"));
    for (const word of words) {
      assert.deepEqual([said.answers[word].text, said.answers[word].end], ["one two three", "stop"], `${word}: ${said.answers[word]}`);
      const sent = JSON.stringify(await stands[word].requests());
      assert.ok(sent.includes(keys[word]), `${word} got its key`);
      for (const other of words) {
        assert.ok(other === word || !sent.includes(keys[other]), `${word} got the key of ${other}`);
      }
    }
  });

  it("calls tools of every kind of server", async () => {
    const { providers, keys } = await all();
    const said = await pages.inPage(
      `${OPEN}
       const tools = [{ name: "get_time", description: "tells the time", parameters: { type: "object", properties: {} } }];
       const answers = {};
       for (const word of words) {
         answers[word] = await ask(word + "/one", 'get_time {"zone":"UTC"}', { tools }).catch((error) => error.code + ": " + error.message);
       }
       return answers;`,
      { providers, keys },
    );
    for (const word of Object.keys(KINDS)) {
      assert.equal(said[word].end, "toolCalls", `${word}: ${JSON.stringify(said[word])}`);
      assert.equal(said[word].calls[0][0], "get_time");
    }
  });

  it("tells a wrong key from a full window and from a limit, at every kind of server", async () => {
    const { providers, keys } = await all({ models: [{ id: "one", contextLength: 6000, maxOutput: 4096 }] });
    const wrong = await all({ faults: [{ error: "badKey", echoKey: true, times: 0 }] });
    const limited = await all({ faults: [{ error: "rateLimited", times: 0 }] });
    const codes = (given, content) =>
      pages.inPage(
        `${OPEN}
         const codes = {};
         for (const word of words) {
           codes[word] = await ask(word + "/one", ${JSON.stringify(content)}).then(() => "answered", (error) => [error.code, JSON.stringify(error) + error.message]);
         }
         return codes;`,
        given,
      );
    const full = await codes({ providers, keys }, "word ".repeat(7000));
    const stranger = await codes({ providers: wrong.providers, keys: wrong.keys }, "hello");
    const soon = await codes({ providers: limited.providers, keys: limited.keys }, "hello");
    for (const word of Object.keys(KINDS)) {
      assert.equal(full[word][0], "context_exceeded", `${word}: ${full[word]}`);
      assert.equal(stranger[word][0], "unauthorized", `${word}: ${stranger[word]}`);
      assert.ok(!stranger[word][1].includes("canary"), `${word} tells its key: ${stranger[word]}`);
      assert.equal(soon[word][0], "rate_limited", `${word}: ${soon[word]}`);
    }
  });
});
