/**
 * From a search to an answer: the built package in Chromium, with both real wasm files and wllama, against the test
 * server's stand-in for the Hub of Hugging Face, which has the demo's models. Needs `target/wasm`.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Modelyard } from "../../src/api.js";
import type { Management } from "../../src/management/api.js";
import { missing } from "../management/real.js";
import { type LoggedRequest, noServer, TestServer } from "../management/stand-in.js";
import { launch, listen, type Site, serve } from "./chromium.js";
import { demoModels, replies } from "./demo-models.js";

declare const modelyard: Modelyard;
declare const management: Management;

const template = fileURLToPath(new URL("../..", import.meta.url));
const reason = missing ?? noServer;
const PAGE = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>…</title><script type="module">
  import { createModelyard } from "/pkg/dist/index.js";
  import { createManagement } from "/pkg/dist/management/index.js";
  import { wllama } from "/pkg/dist/engines/wllama.js";
  globalThis.management = createManagement();
  const engine = wllama({
    wasmUrl: "/wllama/esm/wasm/wllama.wasm",
    loadWllama: () => import("/wllama/esm/index.js"),
    contextSize: 512,
  });
  globalThis.modelyard = createModelyard({ models: [], engines: [engine], management });
  modelyard.open().then(() => { document.title = "open"; }, (error) => { document.title = error.message; });
</script>`;

describe.skipIf(reason !== null)(reason ?? "in Chromium", () => {
  let app: string;
  let browser: Browser;
  let site: Site;
  let server: TestServer;
  let context: BrowserContext;
  let page: Page;
  let said: string[];
  const models = reason === null ? demoModels() : "";
  const known = reason === null ? replies(models) : {};

  beforeAll(async () => {
    app = mkdtempSync(join(tmpdir(), "modelyard-hub-"));
    execFileSync(process.execPath, [join(template, "scripts/build.mjs")], {
      env: { ...process.env, MODELYARD_PKG_DIR: join(app, "pkg") },
    });
    writeFileSync(join(app, "index.html"), PAGE);
    [browser, server] = await Promise.all([launch(), TestServer.start("--dir", models)]);
    site = await serve({ "/wllama/": join(template, "node_modules/@wllama/wllama"), "/": app });
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    await server?.stop();
    rmSync(app, { recursive: true, force: true });
  });
  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
    // What a browser says of a download that was cut.
    said = listen(page, /Failed to load resource|ERR_/);
    await page.goto(site.origin);
    await expect.poll(() => page.title(), { timeout: 30_000 }).toBe("open");
    await page.evaluate((host) => management.config.save({ providers: { huggingface: { host } } }), hubUrl());
  });
  afterEach(async () => {
    await context.close();
  });

  const hubUrl = () => `${server.origin}/as/huggingface`;

  async function log(prefix: string): Promise<LoggedRequest[]> {
    const answer = await fetch(`${server.origin}/__control/log?prefix=${prefix}`);
    return ((await answer.json()) as { requests: LoggedRequest[] }).requests;
  }

  /** Searches, takes the first model that can be had, fetches it and asks it; gives what happened. */
  const searchToAnswer = (query: string) =>
    page.evaluate(async (query) => {
      const { repositories } = await management.hub.search({ query, format: "gguf" });
      const details = await management.hub.repository(repositories[0]?.id ?? "");
      const found = details.models.find(({ manifest }) => manifest !== null);
      if (!found?.manifest) throw new Error(JSON.stringify(details.models));
      const { id, files } = found.manifest;
      modelyard.addModels([found.manifest]);
      modelyard.openConversation("c");
      const outcome = await modelyard.select("c", id).settled;
      let text = "";
      const messages = [{ role: "user" as const, content: "hello" }];
      for await (const delta of modelyard.chat({ conversationId: "c", messages, options: { temperature: 0 } })) {
        if (delta.type === "text") text += delta.text;
      }
      const model = modelyard.getSnapshot().models.find((one) => one.id === id);
      return { id, files, parts: found.parts, outcome, text: text.trim(), presence: model?.presence };
    }, query);

  test("what a search finds is fetched through the queue, verified, and answers", async () => {
    const { text, files, ...rest } = await searchToAnswer("llama one");
    expect(rest).toMatchObject({
      id: "hf/standin/Llama-One-GGUF/F32",
      parts: 1,
      outcome: { status: "activated" },
      presence: "cached",
    });
    expect(text).toBe(known["one"]?.["hello"]);
    const [file] = files;
    expect(file?.url).toMatch(/\/resolve\/[0-9a-f]{40}\/Llama-One-F32\.gguf$/);
    // The bytes came from the other origin, and nothing of the page or of a key went there.
    const [request, ...others] = await log(`/as/huggingface-cdn/xet-bridge-us/${file?.sha256 ?? ""}`);
    expect(others.filter(({ method }) => method === "OPTIONS")).toEqual([]);
    const names = request?.headers.map(([name]) => name.toLowerCase());
    expect(names).toContain("range");
    expect(names).not.toContain("authorization");
    expect(names).not.toContain("cookie");
    expect(names).not.toContain("referer");
    expect(said).toEqual([]);
  });

  test("a model in parts is one model; a cut on the way is no matter", async () => {
    const tree = `${hubUrl()}/api/models/standin/Llama-One-Split-GGUF/tree/main?recursive=true`;
    const entries = (await (await fetch(tree)).json()) as { path: string; lfs?: { oid: string } }[];
    const second = entries.find(({ path }) => path.endsWith("00002-of-00002.gguf"))?.lfs?.oid ?? "";
    const path = `/as/huggingface-cdn/xet-bridge-us/${second}`;
    await server.control("script", { path, steps: [{ faults: [{ at: 3_000_000, do: "reset" }] }] });
    const { text, parts, presence, outcome, files } = await searchToAnswer("split");
    expect({ parts, presence, outcome }).toEqual({ parts: 2, presence: "cached", outcome: { status: "activated" } });
    expect(files.map(({ name }) => name)).toEqual([1, 2].map((part) => `Llama-One-F32-0000${part}-of-00002.gguf`));
    expect(text).toBe(known["one"]?.["hello"]);
    expect((await log(path)).length).toBeGreaterThan(1);
  });

  test("what a page may not read of the hub it does without; a refusal is told by its header", async () => {
    const errors = await page.evaluate(async () => {
      const told = async (id: string) => {
        try {
          await management.hub.repository(id);
          return null;
        } catch (error) {
          const { code, httpStatus, message } = error as { code: string; httpStatus: number; message: string };
          return { code, httpStatus, message };
        }
      };
      return [
        await told("standin/Gone-1B-GGUF"),
        await told("standin/Secret-1B-GGUF"),
        await told("bigcorp/Closed-7B-GGUF"),
      ];
    });
    expect(errors).toEqual([
      expect.objectContaining({ code: "provider_error", httpStatus: 403 }),
      expect.objectContaining({ code: "not_found", httpStatus: 401 }),
      null,
    ]);
    const closed = await page.evaluate(() => management.hub.repository("bigcorp/Closed-7B-GGUF"));
    expect(closed.models.every(({ manifest, why }) => manifest === null && why?.includes("gated"))).toBe(true);
    const pages = await page.evaluate(async () => {
      const first = await management.hub.search({ limit: 2 });
      const second = await management.hub.search({ limit: 2, after: first.next ?? "" });
      return [first.repositories.length, first.next !== null, second.repositories.length];
    });
    expect(pages).toEqual([2, true, 2]);
  });
});
