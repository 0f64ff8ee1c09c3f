/**
 * The stand-ins from a page of another origin, in a real browser: whether a preflight passes, and what of an answer can
 * be read, only a browser decides. The makers' clients are asked from that page too, as they let pages do it.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { startServer } from "./server.mjs";

const chromium = process.env.MODELYARD_CHROMIUM;
const skip = chromium === undefined && "MODELYARD_CHROMIUM names no browser";

let server;
let profile;

before(async () => {
  if (skip) return;
  const packages = fileURLToPath(new URL("node_modules", import.meta.url));
  server = await startServer(["--port", "0", "--port", "0", "--mount", `/packages=${packages}`]);
  profile = await mkdtemp(join(tmpdir(), "modelyard-clients-"));
});
after(async () => {
  await server?.stop();
  if (profile !== undefined) await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

const CLIENTS = {
  openai: "/packages/openai/index.mjs",
  "@anthropic-ai/sdk": "/packages/@anthropic-ai/sdk/index.mjs",
  "@google/genai": "/packages/@google/genai/dist/web/index.mjs",
  "@opentelemetry/api": "/packages/@opentelemetry/api/dist/index.mjs",
  // What pages cannot load as it is, and what is not needed here.
  "p-retry": "data:text/javascript,export default (run) => run()",
  standardwebhooks: "data:text/javascript,export class Webhook {}",
};

/** Runs a program in a page; its result comes back as the page's only text. */
async function inPage(name, program) {
  const imports = JSON.stringify({ imports: CLIENTS });
  const text = `<!doctype html><script type="importmap">${imports}</script><script type="module">
    const done = (said) => { document.body.textContent = JSON.stringify(said); };
    const run = async () => { ${program} };
    run().then((result) => done({ result }), (error) => done({ error: String(error) }));
  </script><body></body>`;
  const path = `/pages/${name}.html`;
  await server.control("file", { path, text, type: "text/html" });
  const switches = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=60000", "--dump-dom"];
  const child = spawn(chromium, [...switches, `--user-data-dir=${profile}`, `${server.origin}${path}`], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let dom = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    dom += chunk;
  });
  await once(child, "close");
  const said = /<body[^>]*>(.*)<\/body>/s.exec(dom)?.[1].replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  const { result, error } = JSON.parse(said || "{}");
  assert.equal(error, undefined);
  assert.notEqual(result, undefined, dom);
  return result;
}

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
    const heard = await inPage(
      "headers",
      `const heard = [];
       for (const { url, headers } of ${JSON.stringify(asked)}) {
         heard.push(await fetch(url, { headers }).then((answer) => answer.status, (error) => error.name));
       }
       return heard;`,
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
    const read = await inPage(
      "refusals",
      `const read = [];
       for (const { url, headers } of ${JSON.stringify(asked)}) {
         const answer = await fetch(url, { headers });
         read.push([answer.status, answer.headers.get("retry-after"), typeof (await answer.json()).error.message]);
       }
       return read;`,
    );
    assert.deepEqual(read, [[429, null, "string"], [429, "2", "string"]]);
  });

  it("is answered by the makers' clients", async () => {
    const at = {};
    for (const word of ["openai", "anthropic", "gemini"]) at[word] = await server.standIn(word);
    const said = await inPage(
      "clients",
      `const at = ${JSON.stringify(at)};
       const { default: OpenAI } = await import("openai");
       const { default: Anthropic } = await import("@anthropic-ai/sdk");
       const { GoogleGenAI } = await import("@google/genai");
       const allow = { dangerouslyAllowBrowser: true, maxRetries: 0 };
       const messages = [{ role: "user", content: "say 3 words" }];
       const openai = new OpenAI({ ...allow, baseURL: at.openai.elsewhere, apiKey: at.openai.key });
       const claude = new Anthropic({ ...allow, baseURL: at.anthropic.elsewhere, apiKey: at.anthropic.key });
       const gemini = new GoogleGenAI({ apiKey: at.gemini.key, httpOptions: { baseUrl: at.gemini.elsewhere } });
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
    );
    assert.deepEqual(said, ["one two three", "one two three", "one two three"]);
  });
});
