/**
 * The packed package, installed and run as apps do: in Node, in a browser as it is, through Vite's build and its
 * development server, and through esbuild. The core is the stand-in of `fixture-wasm`, whose workers answer each other.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build as bundle } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch, listen, serve } from "../browser/chromium.js";

const template = fileURLToPath(new URL("../..", import.meta.url));

/** The policy of the README, with Trusted Types enforced. */
const STRICT = {
  "content-security-policy":
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; " +
    "require-trusted-types-for 'script'; trusted-types modelyard#worker; object-src 'none'; base-uri 'none'",
};

const page = (script: string) =>
  `<!doctype html><meta charset="utf-8"><link rel="icon" href="/icon.svg"><title>…</title><script type="module" src="${script}"></script>`;

const main = (from: string, options = "", wasm = "") => `
import { createModelyard, isModelyardError } from "${from}";
import { createManagement } from "${from.replace(/(\/index\.js)?$/, "/management$1")}";
const management = createManagement({ ${wasm} });
globalThis.management = management;
const modelyard = createModelyard({
  models: [{ id: "one", name: "One", engine: "none", files: [] }],
  defaultModel: "one",
  engines: [],
  management,
  ${options}
});
globalThis.crash = () => { try { modelyard.removeConversation("c"); } catch (error) { return error.code; } };
globalThis.modelyard = modelyard;
modelyard.open().then(
  () => { document.title = modelyard.getSnapshot().models[0].description; },
  (error) => { document.title = isModelyardError(error) ? error.code + ": " + error.message + " " + error.cause : String(error); },
);
`;

let app: string;
let browser: Browser;

beforeAll(async () => {
  app = mkdtempSync(join(tmpdir(), "modelyard-app-"));
  const pkg = join(app, "pkg");
  execFileSync(process.execPath, [join(template, "scripts/build.mjs")], {
    env: { ...process.env, MODELYARD_WASM_DIR: join(template, "test/fixture-wasm"), MODELYARD_PKG_DIR: pkg },
  });
  execFileSync("npm", ["pack", "--silent", "--pack-destination", app], { cwd: pkg });
  const tarball = readdirSync(app).find((name) => name.endsWith(".tgz")) ?? "";
  writeFileSync(join(app, "package.json"), '{ "private": true, "type": "module" }');
  writeFileSync(join(app, "icon.svg"), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", "--offline", `./${tarball}`], { cwd: app });
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  rmSync(app, { recursive: true, force: true });
});

/** Waits until the page's script has put a title. Not with a function of Playwright's: those need `eval`. */
const opened = (tab: Page) => expect.poll(() => tab.title(), { timeout: 30_000 }).not.toBe("…");

/** Opens a page and waits for what both workers said; then lets the core crash, and waits for the next one. */
async function proves(origin: string): Promise<void> {
  const tab = await browser.newPage();
  const said = listen(tab, /\[vite\]/);
  await tab.goto(origin);
  await opened(tab);
  expect([await tab.title(), ...said]).toEqual(["hello, transfer and hash"]);
  // What a worker throws, in a promise too, reaches the core.
  for (const [what, told] of [
    ["throw", "thrown"],
    ["reject", "rejected"],
  ]) {
    await tab.evaluate(`modelyard.unloadEngine("${what}")`);
    const description = () => tab.evaluate("modelyard.getSnapshot().models[0].description");
    await expect.poll(description).toMatch(new RegExp(`^transfer worker: .*${told}`));
  }
  // Model management has a wasm file of its own, and a crash of its own.
  const managed = "management.getSnapshot().status + ' ' + management.getSnapshot().providers.map(({ id }) => id)";
  expect(await tab.evaluate(managed)).toBe("ready stand-in");
  expect(await tab.evaluate("management.test('crash').catch((error) => error.code)")).toBe("engine_crashed");
  await expect.poll(() => tab.evaluate("management.test('it').then(({ ok }) => ok, () => false)")).toBe(true);
  expect(await tab.evaluate("modelyard.getSnapshot().status")).toBe("ready");
  expect(await tab.evaluate("crash()")).toBe("engine_crashed");
  expect(await tab.evaluate("modelyard.open().then(() => modelyard.getSnapshot().status)")).toBe("ready");
  expect(await tab.evaluate("modelyard.close().then(() => modelyard.getSnapshot().status)")).toBe("closed");
  expect(await tab.evaluate("management.getSnapshot().status")).toBe("closed");
  await expect.poll(() => tab.workers().length).toBe(0);
  expect(said).toEqual([]);
  await tab.close();
}

test("Node imports it without effect, and open() says that this is no browser", () => {
  writeFileSync(
    join(app, "node.js"),
    `import { createModelyard } from "modelyard";
     import { createManagement } from "modelyard/management";
     const modelyard = createModelyard({ models: [], engines: [], management: createManagement() });
     const { status } = modelyard.getServerSnapshot();
     await modelyard.open().catch((error) => console.log(status, error.code));`,
  );
  expect(execFileSync(process.execPath, ["node.js"], { cwd: app, encoding: "utf8" }).trim()).toBe("idle unsupported");
});

test("the schema of the configuration comes with it, whole", () => {
  const script = `
    import { readFileSync } from "node:fs";
    process.stdout.write(readFileSync(new URL(import.meta.resolve("modelyard/config.schema.json")), "utf8"));`;
  writeFileSync(join(app, "schema.js"), script);
  const shipped = execFileSync(process.execPath, ["schema.js"], { cwd: app, encoding: "utf8" });
  expect(shipped).toBe(readFileSync(join(template, "config.schema.json"), "utf8"));
});

test("a browser runs it as it is, under a strict policy with Trusted Types", async () => {
  const root = join(app, "plain");
  mkdirSync(root);
  writeFileSync(join(root, "index.html"), page("main.js"));
  writeFileSync(join(root, "main.js"), main("/node_modules/modelyard/dist/index.js"));
  const site = await serve(
    { "/node_modules/": join(app, "node_modules"), "/icon.svg": join(app, "icon.svg"), "/": root },
    STRICT,
  );
  await proves(site.origin);
  await site.close();
});

test("Vite builds it without configuration, and the result runs under the same policy", async () => {
  const { build } = await import("vite");
  const root = join(app, "vite");
  mkdirSync(root);
  symlinkSync(join(app, "node_modules"), join(root, "node_modules"));
  writeFileSync(join(root, "index.html"), page("/main.js"));
  writeFileSync(join(root, "main.js"), main("modelyard"));
  await build({ root, logLevel: "error", configFile: false });
  const site = await serve({ "/icon.svg": join(app, "icon.svg"), "/": join(root, "dist") }, STRICT);
  await proves(site.origin);
  await site.close();
});

test("Vite's development server runs it without configuration", async () => {
  const { createServer } = await import("vite");
  const root = join(app, "vite-dev");
  mkdirSync(root);
  cpSync(join(app, "node_modules"), join(root, "node_modules"), { recursive: true });
  cpSync(join(app, "icon.svg"), join(root, "icon.svg"));
  writeFileSync(join(root, "index.html"), page("/main.js"));
  writeFileSync(join(root, "main.js"), main("modelyard"));
  const server = await createServer({ root, logLevel: "error", configFile: false, server: { host: "127.0.0.1" } });
  await server.listen();
  await proves(server.resolvedUrls?.local[0] ?? "");
  await server.close();
});

test("esbuild bundles it; the files it does not copy are given by options", async () => {
  const root = join(app, "esbuild");
  mkdirSync(root);
  writeFileSync(join(root, "index.html"), page("out.js"));
  const options = `wasm: "/core.wasm", worker: () => new Worker("/worker.js", { type: "module" }),`;
  writeFileSync(join(root, "main.js"), main("modelyard", options, `wasm: "/management.wasm"`));
  await bundle({
    entryPoints: [join(root, "main.js")],
    outfile: join(root, "out.js"),
    bundle: true,
    format: "esm",
    nodePaths: [join(app, "node_modules")],
  });
  cpSync(join(app, "node_modules/modelyard/dist/modelyard_bg.wasm"), join(root, "core.wasm"));
  cpSync(join(app, "node_modules/modelyard/dist/modelyard_management_bg.wasm"), join(root, "management.wasm"));
  cpSync(join(app, "node_modules/modelyard/dist/worker.js"), join(root, "worker.js"));
  const site = await serve({ "/icon.svg": join(app, "icon.svg"), "/": root });
  await proves(site.origin);
  await site.close();
});

test("without 'wasm-unsafe-eval' open() says what the policy lacks", async () => {
  const site = await serve(
    { "/node_modules/": join(app, "node_modules"), "/icon.svg": join(app, "icon.svg"), "/": join(app, "plain") },
    { "content-security-policy": "default-src 'self'" },
  );
  const tab = await browser.newPage();
  await tab.goto(site.origin);
  await opened(tab);
  expect(await tab.title()).toMatch(/^unsupported: This page's Content Security Policy does not allow WebAssembly/);
  await tab.close();
  await site.close();
});
