/** Programs in a page of a real browser, which is on another origin than the stand-ins it asks. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startServer } from "./server.mjs";

const chromium = process.env.MODELYARD_CHROMIUM;

/** Why tests in a page are left out, if so. */
export const skip = chromium === undefined && "MODELYARD_CHROMIUM names no browser";

const IMPORTS = {
  openai: "/packages/openai/index.mjs",
  "@anthropic-ai/sdk": "/packages/@anthropic-ai/sdk/index.mjs",
  "@google/genai": "/packages/@google/genai/dist/web/index.mjs",
  "@opentelemetry/api": "/packages/@opentelemetry/api/dist/index.mjs",
  // What pages cannot load as it is, and what is not needed here.
  "p-retry": "data:text/javascript,export default (run) => run()",
  standardwebhooks: "data:text/javascript,export class Webhook {}",
  modelyard: "/packages/modelyard/dist/index.js",
  "modelyard/management": "/packages/modelyard/dist/management/index.js",
};

/** A server at two origins, with what is installed here under `/packages`. */
export async function startPages() {
  const packages = fileURLToPath(new URL("node_modules", import.meta.url));
  const server = await startServer(["--port", "0", "--port", "0", "--mount", `/packages=${packages}`]);
  let pages = 0;

  /** Runs the body of a function in a page, with `given` as its only argument; gives back what it returns. */
  async function inPage(program, given) {
    pages += 1;
    const path = `/pages/${pages}.html`;
    const said = `/pages/${pages}/said`;
    const text = `<!doctype html><link rel="icon" href="data:,"><script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>
      <script type="module">
        const done = (said) => fetch(${JSON.stringify(said)}, { method: "POST", body: JSON.stringify(said) });
        const run = async (given) => { ${program} };
        run(${JSON.stringify(given ?? null)}).then(
          (result) => done({ result }),
          (error) => done({ error: String(error?.message ?? error) }),
        );
      </script>`;
    await server.control("file", { path, text, type: "text/html" });
    const profile = await mkdtemp(join(tmpdir(), "modelyard-clients-"));
    const switches = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", `--user-data-dir=${profile}`];
    const browser = spawn(chromium, [...switches, `${server.origin}${path}`], { stdio: "ignore" });
    const ended = once(browser, "exit");
    try {
      await server.control("wait", { path: said, requests: 1, timeoutMs: 60_000 });
      const answer = await fetch(`${server.origin}/__control/log?path=${said}`);
      const { error, result } = JSON.parse((await answer.json()).requests[0].body);
      if (error !== undefined) throw new Error(error);
      return result;
    } finally {
      browser.kill();
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    }
  }

  return { server, inPage, stop: () => server.stop() };
}
