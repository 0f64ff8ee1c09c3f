/**
 * The built package in Chromium, with both real wasm files, against a server that speaks Ollama's protocol: what is
 * stored, what comes back after a reload, and how long the page is kept waiting. Needs `target/wasm`.
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
import { type Ollama, startOllama } from "../management/ollama.js";
import { missing } from "../management/real.js";
import { launch, listen, type Site, serve } from "./chromium.js";

declare const modelyard: Modelyard;
declare const management: Management;

const template = fileURLToPath(new URL("../..", import.meta.url));

describe.skipIf(missing !== null)(missing ?? "in Chromium", () => {
  let app: string;
  let browser: Browser;
  let site: Site;
  let ollama: Ollama;
  let context: BrowserContext;

  beforeAll(async () => {
    app = mkdtempSync(join(tmpdir(), "modelyard-managed-"));
    execFileSync(process.execPath, [join(template, "scripts/build.mjs")], {
      env: { ...process.env, MODELYARD_PKG_DIR: join(app, "pkg") },
    });
    writeFileSync(
      join(app, "index.html"),
      `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>…</title><script type="module">
         import { createModelyard } from "/pkg/dist/index.js";
         import { createManagement } from "/pkg/dist/management/index.js";
         globalThis.management = createManagement();
         globalThis.modelyard = createModelyard({ models: [], engines: [], management });
         modelyard.open().then(() => { document.title = "open"; }, (error) => { document.title = error.message; });
       </script>`,
    );
    browser = await launch();
    site = await serve({ "/": app });
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    rmSync(app, { recursive: true, force: true });
  });
  beforeEach(async () => {
    ollama = await startOllama();
    context = await browser.newContext();
  });
  afterEach(async () => {
    await context.close();
    await ollama.close();
  });

  async function opened(page: Page): Promise<void> {
    await expect.poll(() => page.title(), { timeout: 30_000 }).toBe("open");
  }

  async function fresh(): Promise<{ page: Page; said: string[] }> {
    const page = await context.newPage();
    // What a browser says of a server that is gone.
    const said = listen(page, /Failed to load resource|ERR_CONNECTION/);
    await page.goto(site.origin);
    await opened(page);
    return { page, said };
  }

  const useServer = (page: Page) =>
    page.evaluate((host) => management.config.save({ providers: { ollama: { host } } }), ollama.host);

  test("a saved configuration, what its server has and what a conversation chose are there after a reload, without the server", async () => {
    const { page, said } = await fresh();
    await useServer(page);
    const before = await page.evaluate(async () => {
      const { models } = await management.list();
      modelyard.openConversation("c");
      const { status } = await modelyard.select("c", "ollama/llama3.2:1b").settled;
      const deltas = [];
      for await (const delta of modelyard.chat({ conversationId: "c", messages: [{ role: "user", content: "hi" }] })) {
        deltas.push(delta);
      }
      return { ids: models.map(({ id }) => id), status, deltas };
    });
    expect(before.ids).toEqual(["ollama/llama3.2:1b", "ollama/odd-thing:latest"]);
    expect(before.status).toBe("activated");
    expect(before.deltas.at(-1)).toEqual({
      type: "end",
      reason: "stop",
      modelId: "ollama/llama3.2:1b",
      provider: "ollama",
      tried: [],
    });

    await ollama.close();
    await page.reload();
    await opened(page);
    const after = await page.evaluate(async () => {
      const { activeModel } = modelyard.openConversation("c");
      const { models, providers } = await management.list({ refresh: true });
      const status = await management.status(models.map(({ id }) => id));
      return { activeModel, models, providers, status, text: management.config.text() };
    });
    expect(after.activeModel).toBe("ollama/llama3.2:1b");
    expect(after.models.map(({ id, stale, presence }) => [id, stale, presence])).toEqual([
      ["ollama/llama3.2:1b", true, "cached"],
      ["ollama/odd-thing:latest", true, "cached"],
    ]);
    expect(after.providers).toMatchObject([{ id: "ollama", stale: true, models: 2 }]);
    expect(after.status.map(({ status }) => status)).toEqual(["available", "available"]);
    expect(after.text).toContain(ollama.host);
    await page.evaluate(() => modelyard.close());
    expect(said).toEqual([]);
  });

  test("a pull is a job like any other: watched, finished, and its model chosen", async () => {
    const { page, said } = await fresh();
    await useServer(page);
    const end = await page.evaluate(async () => {
      await management.list();
      const percentages: Array<number | null> = [];
      modelyard.on("downloadProgress", ({ progress }) => percentages.push(progress.percentage));
      modelyard.openConversation("c");
      const job = await management.pull("smol", { provider: "ollama" });
      const { status } = await modelyard.select("c", job.modelId).settled;
      return { percentages, status, modelId: job.modelId };
    });
    expect(end).toMatchObject({ status: "activated", modelId: "ollama/smol:latest" });
    expect(end.percentages.every((percent, at) => (percent ?? 0) >= (end.percentages[at - 1] ?? 0))).toBe(true);
    expect(said).toEqual([]);
  });

  test("a list of 5,000 models is whole, and asked for again it costs nothing", async () => {
    ollama.models = Array.from({ length: 5000 }, (_, at) => `llama3.2-${at}:1b`);
    const { page } = await fresh();
    await page.evaluate(() => {
      const tasks: number[] = [];
      Object.assign(globalThis, { tasks });
      new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
        type: "longtask",
      });
    });
    await useServer(page);
    const figures = await page.evaluate(async () => {
      const began = performance.now();
      const { models } = await management.list();
      const first = performance.now() - began;
      const again = performance.now();
      const same = (await management.list()).models === models;
      const second = performance.now() - again;
      return { count: models.length, first, second, same, tasks: (globalThis as unknown as { tasks: number[] }).tasks };
    });
    expect(figures).toMatchObject({ count: 5000, same: true });
    expect(ollama.count("/api/tags")).toBe(1);
    console.info(`list_5000 in Chromium: ${JSON.stringify(figures)}`);
  });
});
