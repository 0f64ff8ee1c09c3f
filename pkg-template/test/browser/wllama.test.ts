import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { launch, listen, type Site, serve } from "./chromium.js";
import { demoModels, replies } from "./demo-models.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const template = fileURLToPath(new URL("../..", import.meta.url));
const wllamaWasm = join(template, "node_modules/@wllama/wllama/esm/wasm/wllama.wasm");
const models = demoModels();
const known = replies(models);

let folder: string;
let site: Site;
let browser: Browser;
let page: Page;
let said: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "modelyard-wllama-"));
  await build({
    entryPoints: [join(here, "wllama-page.ts")],
    bundle: true,
    format: "esm",
    outfile: join(folder, "page.js"),
  });
  writeFileSync(
    join(folder, "index.html"),
    '<!doctype html><link rel="icon" href="data:,"><script type="module" src="page.js"></script>',
  );
  site = await serve({
    "/models/": models,
    "/wllama.wasm": wllamaWasm,
    "/": folder,
  });
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await site.close();
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  page = await browser.newPage();
  said = listen(page);
  await page.goto(site.origin);
  await page.waitForFunction("globalThis.calls");
});

afterEach(async () => {
  await page.close();
});

const textOf = (deltas: ReadonlyArray<{ type: string; text?: string }>) =>
  deltas.map((delta) => (delta.type === "text" ? delta.text : "")).join("");

test("a real model is loaded from a blob, tells its progress, and answers what it is made to answer", async () => {
  expect(await page.evaluate(() => calls.load("one", "/models/one.gguf"))).toEqual({ ok: true });
  const progress = await page.evaluate(() => calls.progress);
  expect(progress.length).toBeGreaterThan(3);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(progress.at(-1)).toBeGreaterThan(0.9);

  const { deltas, told } = await page.evaluate(() => calls.chat("one", "hello", { temperature: 0 }));
  expect(told).toEqual({ ok: true });
  expect(textOf(deltas).trim()).toBe(known["one"]?.["hello"]);
  expect(deltas.filter((delta) => delta.type === "text").length).toBeGreaterThan(10);
  expect(deltas.find((delta) => delta.type === "usage")).toMatchObject({ promptTokens: expect.any(Number) });
  expect(deltas.at(-1)).toEqual({ type: "end", reason: "stop" });
  expect(said).toEqual([]);
});

test("a token limit ends an answer with the reason length", async () => {
  await page.evaluate(() => calls.load("one", "/models/one.gguf"));
  const { deltas } = await page.evaluate(() => calls.chat("one", "hello", { maxTokens: 3 }));
  expect(deltas.at(-1)).toEqual({ type: "end", reason: "length" });
});

test("an aborted answer rejects with AbortError, and the model answers again", async () => {
  await page.evaluate(() => calls.load("one", "/models/one.gguf"));
  const aborted = await page.evaluate(() => calls.chat("one", "forever", {}, 3));
  expect(aborted.told).toMatchObject({ code: "AbortError" });
  const { deltas } = await page.evaluate(() => calls.chat("one", "hello", { temperature: 0 }));
  expect(textOf(deltas).trim()).toBe(known["one"]?.["hello"]);
});

test("what is no model is refused after loading, and the next load works (fault 22)", async () => {
  const html = [...Buffer.from("<!doctype html><title>Please log in</title>".padEnd(4096, " "))];
  const junk = [...Buffer.from("GGUF"), ...Array.from({ length: 4000 }, (_, i) => (i * 7919) % 251)];
  for (const bytes of [Array(64).fill(0), html, junk]) {
    expect(await page.evaluate((source) => calls.load("bad", source), bytes)).toMatchObject({ code: "not_a_model" });
  }
  const cut = await page.evaluate(async () => {
    const whole = await (await fetch("/models/one.gguf")).arrayBuffer();
    return calls.load("bad", URL.createObjectURL(new Blob([whole.slice(0, 200_000)])));
  });
  expect(cut).toMatchObject({ code: "not_a_model" });
  expect(await page.evaluate(() => calls.load("bad", []))).toMatchObject({ code: "load_failed" });
  expect(await page.evaluate(() => calls.load("one", "/models/one.gguf"))).toEqual({ ok: true });
});

test("a load that is aborted at any time rejects with AbortError and leaves nothing pending (fault 24)", async () => {
  for (const after of [0, 5, 50, 150]) {
    const told = await page.evaluate((ms) => calls.load("late", "/models/two.gguf", ms), after);
    expect(told).toMatchObject({ code: "AbortError" });
  }
  expect(await page.evaluate(() => calls.load("two", "/models/two.gguf"))).toEqual({ ok: true });
});

test("each load has an engine of its own: two models answer side by side (fault 21)", async () => {
  const both = await page.evaluate(() =>
    Promise.all([calls.load("one", "/models/one.gguf"), calls.load("two", "/models/two.gguf")]),
  );
  expect(both).toEqual([{ ok: true }, { ok: true }]);
  const answers = await page.evaluate(() =>
    Promise.all([calls.chat("one", "hello", { temperature: 0 }), calls.chat("two", "hello", { temperature: 0 })]),
  );
  expect(answers.map(({ deltas }) => textOf(deltas).trim())).toEqual([
    known["one"]?.["hello"],
    known["two"]?.["hello"],
  ]);
});

test("unloading ends the engine: a later call fails and does not hang", async () => {
  await page.evaluate(() => calls.load("one", "/models/one.gguf"));
  await page.evaluate(() => calls.unload("one"));
  expect((await page.evaluate(() => calls.chat("one", "hello", {}))).told).toMatchObject({ code: "engine_crashed" });
  // The browser says a moment later that a worker is gone.
  await expect.poll(() => page.workers()).toEqual([]);
});

test("a conversation longer than the context is told apart", async () => {
  // The template of the demo models leaves long messages out: it is told to print them. A letter is a token.
  const patched = await page.evaluate(async () => {
    const bytes = new Uint8Array(await (await fetch("/models/one.gguf")).arrayBuffer());
    const head = new TextDecoder("latin1").decode(bytes.subarray(0, 1 << 20));
    bytes.set(new TextEncoder().encode("<= 999"), head.indexOf("<= 160"));
    return calls.load("one", URL.createObjectURL(new Blob([bytes])));
  });
  expect(patched).toEqual({ ok: true });
  const { told } = await page.evaluate(() => calls.chat("one", "a".repeat(900), {}));
  expect(told).toMatchObject({ code: "context_exceeded" });
  expect(await page.evaluate(() => calls.crashed("one"))).toBe(false);
  expect((await page.evaluate(() => calls.chat("one", "hello", {}))).told).toEqual({ ok: true });
});

test("an answer that fills the context ends with the reason length", async () => {
  await page.evaluate(() => calls.load("one", "/models/one.gguf"));
  const { deltas } = await page.evaluate(() => calls.chat("one", "forever", {}));
  expect(deltas.at(-1)).toEqual({ type: "end", reason: "length" });
});

test("a wasm file that is not there, or is a web page, fails the load at once", async () => {
  for (const url of ["/nowhere.wasm", "/index.html"]) {
    const told = await page.evaluate((wasmUrl) => calls.load("one", "/models/one.gguf", undefined, wasmUrl), url);
    expect(told).toMatchObject({ code: "load_failed", message: expect.stringContaining(url) });
  }
});

test("a policy that forbids its worker fails the load at once", async () => {
  const strict = await serve(
    { "/models/": models, "/wllama.wasm": wllamaWasm, "/": folder },
    { "content-security-policy": "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'" },
  );
  await page.goto(strict.origin);
  const told = await page.evaluate(() => calls.load("one", "/models/one.gguf"));
  expect(told).toMatchObject({ code: "load_failed", cause: expect.stringContaining("worker-src") });
  await strict.close();
});
