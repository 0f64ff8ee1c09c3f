/** What a page has to do with providers: long answers over SSE, and lists of many of which some are dead. */
import { createServer } from "node:net";
import { build } from "esbuild";
import { newProfile, startBrowser } from "./lib/chromium.mjs";
import { figure, median, rounded, rounds, say, sayLoad } from "./lib/figures.mjs";
import { startSite } from "./lib/site.mjs";
import { chatChunks } from "./lib/sse.mjs";
import { startTestServer } from "./lib/testserver.mjs";

const EVENTS = 16_000;
const GOOD = 10;
const MODELS = 20;
const DEAD = 5;
const HANGING = 5;
const ROUNDS = rounds(9);

/** A port at which nobody listens. */
async function deadPort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The good ones: of most kinds that need no key, each with its path at a server's origin. */
const KINDS = [
  { word: "ollama", kind: "ollama", path: "" },
  { word: "llamacpp", kind: "openai", path: "/as/llamacpp/v1" },
  { word: "vllm", kind: "openai", path: "/as/vllm/v1" },
  { word: "compatible", kind: "openai", path: "/as/compatible/v1" },
  { word: "openrouter", kind: "openrouter", path: "/as/openrouter/api/v1" },
];

/** Good, dead and hanging servers mixed. Each has an origin of its own: a browser opens six connections to one. */
async function startProviders(server) {
  const models = Array.from({ length: MODELS }, (_, at) => ({ id: `model-${at}` }));
  for (const { word } of KINDS) {
    await server.control(word, word === "ollama" ? { generate: MODELS } : { models });
  }
  const stall = { repeat: true, steps: [{ faults: [{ at: "start", do: "stall" }] }] };
  await server.control("script", { path: "/hangs/*", ...stall });
  const all = server.origins.map((origin, at) => {
    const { kind, path } = KINDS[at % KINDS.length];
    return { kind, host: at < GOOD ? `${origin}${path}` : `${origin}/hangs` };
  });
  for (let at = 0; at < DEAD; at++) all.push({ kind: KINDS[at].kind, host: `http://127.0.0.1:${await deadPort()}` });
  // Not the good ones first: who is asked first is asked soonest.
  return all.map((_, at) => [`p${at}`, all[(at * 7) % all.length]]);
}

const site = await startSite({ isolated: true });
const { outputFiles } = await build({
  stdin: {
    contents: `export { OpenAI } from "openai";
      export { createParser } from "eventsource-parser";
      export { EventSourceParserStream } from "eventsource-parser/stream";`,
    resolveDir: import.meta.dirname,
  },
  bundle: true,
  format: "esm",
  minify: true,
  write: false,
});
site.serve("/built/clients.js", outputFiles[0].contents);
const stream = chatChunks(EVENTS);
site.serve("/built/chat.sse", stream);
const server = await startTestServer({ ports: GOOD + HANGING });
const providers = Object.fromEntries(await startProviders(server));
const profile = await newProfile();
const browser = await startBrowser(profile);

try {
  await sayLoad("before");
  const page = site.page("providers", { rounds: ROUNDS, providers, models: GOOD * MODELS });
  const tab = await browser.open(page.url);
  const { throughput, lists, isolated } = await page.reported("done");
  await tab.close();
  if (!isolated) throw new Error("the page's clock is too coarse: it is not isolated");
  say(`${stream.length} bytes`);
  for (const round of throughput) {
    say(Object.entries(round).map(([who, { ms }]) => `${who} ${rounded(ms, 1)} ms`).join(", "));
    const letters = new Set(Object.values(round).map((each) => each.letters));
    if (letters.size !== 1) throw new Error(`they read different answers: ${[...letters].join(", ")} letters`);
  }
  say(`lists: ${lists.map((ms) => rounded(ms, 1)).join(", ")} ms`);
  await sayLoad("after");
  const against = (who) => median(throughput.map((round) => round[who].ms / round.ours.ms));
  figure("sse_mb_s", stream.length / 1e3 / median(throughput.map(({ ours }) => ours.ms)), "MB/s");
  figure("sse_vs_eventsource_parser", against("parser"), "×");
  figure("sse_vs_eventsource_stream", against("stream"), "×");
  figure("sse_vs_openai_client", against("client"), "×");
  figure("list_with_dead_ms", median(lists), "ms");
} finally {
  await browser.close();
  await profile.dispose();
  server.close();
  site.close();
}
