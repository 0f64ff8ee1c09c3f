/**
 * The stand-ins from a page of another origin, in a real browser: whether a preflight passes, and what of an answer can
 * be read, only a browser decides. The makers' clients are asked from that page too, as they let pages do it.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { skip, startPages } from "./page.mjs";

let pages;
let server;

before(async () => {
  if (skip) return;
  pages = await startPages();
  server = pages.server;
});
after(() => pages?.stop());

const JSON_TYPE = { "content-type": "application/json" };
const bearer = (key) => ({ authorization: `Bearer ${key}` });
const anthropic = (key) => ({ "x-api-key": key, "anthropic-version": "2023-06-01" });
const OPT_IN = { "anthropic-dangerous-direct-browser-access": "true" };

describe("a page of another origin", { skip }, () => {
  it("is heard with the headers each server lets it send, and with no other", async () => {
    const asked = [];
    const ask = async (word, path, headers) => {
      const stand = await server.standIn(word);
      asked.push({ url: stand.elsewhere + path, headers: headers(stand.key) });
    };
    const custom = (headers) => (key) => ({ ...headers(key), "x-custom": "1" });
    await ask("openai", "/models", bearer);
    await ask("openai", "/models", custom(bearer));
    await ask("groq", "/models", bearer);
    await ask("openrouter", "/key", bearer);
    await ask("compatible", "/models", (key) => ({ ...bearer(key), ...JSON_TYPE }));
    await ask("compatible", "/models", (key) => ({ ...bearer(key), "x-stainless-lang": "js" }));
    await ask("vllm", "/models", custom(bearer));
    await ask("llamacpp", "/models", () => ({ accept: "application/json" }));
    await ask("lmstudio", "/models", () => JSON_TYPE);
    await ask("anthropic", "/v1/models", (key) => ({ ...anthropic(key), ...OPT_IN }));
    await ask("anthropic", "/v1/models", anthropic);
    await ask("gemini", "/v1beta/models", (key) => ({ "x-goog-api-key": key, ...JSON_TYPE }));
    await ask("gemini", "/v1beta/models", custom((key) => ({ "x-goog-api-key": key })));
    const heard = await pages.inPage(
      `const heard = [];
       for (const { url, headers } of given) {
         heard.push(await fetch(url, { headers }).then((answer) => answer.status, (error) => error.name));
       }
       return heard;`,
      asked,
    );
    const none = "TypeError";
    assert.deepEqual(heard, [200, none, 200, 200, 200, none, 200, 200, none, 200, none, 200, none]);
  });

  it("reads of a refusal what each server lets it read", async () => {
    const limited = { faults: [{ on: "any", error: "rateLimited", retryAfter: "2" }] };
    const asked = [];
    for (const [word, path, headers] of [
      ["openai", "/models", bearer],
      ["anthropic", "/v1/models", (key) => ({ ...anthropic(key), ...OPT_IN })],
    ]) {
      const stand = await server.standIn(word, limited);
      asked.push({ url: stand.elsewhere + path, headers: headers(stand.key) });
    }
    const read = await pages.inPage(
      `const read = [];
       for (const { url, headers } of given) {
         const answer = await fetch(url, { headers });
         read.push([answer.status, answer.headers.get("retry-after"), typeof (await answer.json()).error.message]);
       }
       return read;`,
      asked,
    );
    assert.deepEqual(read, [[429, null, "string"], [429, "2", "string"]]);
  });

  it("is answered by the makers' clients", async () => {
    const at = {};
    for (const word of ["openai", "anthropic", "gemini"]) at[word] = await server.standIn(word);
    const said = await pages.inPage(
      `const { default: OpenAI } = await import("openai");
       const { default: Anthropic } = await import("@anthropic-ai/sdk");
       const { GoogleGenAI } = await import("@google/genai");
       const allow = { dangerouslyAllowBrowser: true, maxRetries: 0 };
       const messages = [{ role: "user", content: "say 3 words" }];
       const openai = new OpenAI({ ...allow, baseURL: given.openai.elsewhere, apiKey: given.openai.key });
       const claude = new Anthropic({ ...allow, baseURL: given.anthropic.elsewhere, apiKey: given.anthropic.key });
       const gemini = new GoogleGenAI({ apiKey: given.gemini.key, httpOptions: { baseUrl: given.gemini.elsewhere } });
       let first = "";
       for await (const chunk of await openai.chat.completions.create({ model: "gpt-standin", messages, stream: true })) {
         first += chunk.choices[0].delta.content ?? "";
       }
       const second = await claude.messages.stream({ model: "claude-standin-small", max_tokens: 100, messages }).finalMessage();
       let third = "";
       for await (const chunk of await gemini.models.generateContentStream({ model: "gemini-standin-flash", contents: "say 3 words" })) {
         third += chunk.text ?? "";
       }
       return [first, second.content[0].text, third];`,
      at,
    );
    assert.deepEqual(said, ["one two three", "one two three", "one two three"]);
  });
});
