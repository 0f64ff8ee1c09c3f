/** What a page has to do with a server's list of models and with its answers. */
import { createServer } from "node:http";
import { build } from "esbuild";
import { newProfile, startBrowser } from "./lib/chromium.mjs";
import { figure, median, rounded, rounds, say, sayLoad } from "./lib/figures.mjs";
import { startSite } from "./lib/site.mjs";

const MODELS = 5_000;
const LINES = 40_000;
const TOKENS = 200;
const GAP_MS = 15;
const ROUNDS = rounds(7);

/** Names as registries have them: most are found in the model database, all are different. */
function tags() {
  const families = ["llama3.2", "qwen2.5", "gemma3", "mistral", "phi4", "smollm2", "deepseek-r1", "granite3.3"];
  const sizes = ["0.5b", "1b", "3b", "7b", "8b", "14b", "32b", "70b"];
  const quantizations = ["Q4_K_M", "Q8_0", "Q5_K_S", "F16"];
  const models = Array.from({ length: MODELS }, (_, index) => {
    const family = families[index % families.length];
    const size = sizes[Math.floor(index / 8) % sizes.length];
    const quantization = quantizations[Math.floor(index / 64) % quantizations.length];
    const name = `team-${Math.floor(index / 256)}/${family}:${size}-${quantization.toLowerCase()}-v${index}`;
    return {
      name,
      model: name,
      modified_at: "2026-08-21T10:11:12.123456789Z",
      size: 1_000_000_000 + index,
      digest: index.toString(16).padStart(64, "0"),
      details: {
        parent_model: "",
        format: "gguf",
        family: family.replace(/[\d.]+.*/, ""),
        families: [family],
        parameter_size: size.toUpperCase(),
        quantization_level: quantization,
        context_length: 131_072,
        embedding_length: 4096,
      },
      capabilities: ["completion", "tools"],
    };
  });
  return JSON.stringify({ models });
}

/** A long answer, one token a line, as Ollama sends it. */
function chat() {
  const words = [" the", " model", "s", " answer", ",", " piece", " by", " “piece”", ".\n", " über"];
  const head = { model: "talker:latest", created_at: "2026-08-21T10:11:12.123456789Z" };
  const line = (content) => JSON.stringify({ ...head, message: { role: "assistant", content }, done: false });
  const lines = Array.from({ length: LINES }, (_, index) => line(words[index % words.length]));
  const end = { ...head, message: { role: "assistant", content: "" }, done: true, done_reason: "stop" };
  const counts = { total_duration: 1e9, prompt_eval_count: 10, eval_count: LINES, eval_duration: 1e9 };
  return `${[...lines, JSON.stringify({ ...end, ...counts })].join("\n")}\n`;
}

/** A server whose tokens are the times at which they are sent. */
async function startClock() {
  const now = () => Number(process.hrtime.bigint()) / 1e6;
  const server = createServer(async (request, response) => {
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Access-Control-Allow-Headers", "*");
    response.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
    const json = (value) => response.setHeader("Content-Type", "application/json").end(JSON.stringify(value));
    if (request.method === "OPTIONS") return response.writeHead(204).end();
    if (request.url === "/clock") return json({ now: now() });
    if (request.url === "/api/version") return json({ version: "0.32.15" });
    if (request.url === "/api/ps") return json({ models: [] });
    const model = { name: "clock:latest", model: "clock:latest", size: 1, digest: "0", details: {}, capabilities: ["completion"] };
    if (request.url === "/api/tags") return json({ models: [model] });
    if (request.url !== "/api/chat") return response.writeHead(404).end();
    request.resume();
    response.writeHead(200, { "Content-Type": "application/x-ndjson" });
    response.socket.setNoDelay(true);
    let sent = 0;
    const timer = setInterval(() => {
      const done = ++sent > TOKENS;
      const message = { role: "assistant", content: done ? "" : `${now()}` };
      response.write(`${JSON.stringify({ model: model.name, message, done, ...(done && { done_reason: "stop" }) })}\n`);
      if (!done) return;
      clearInterval(timer);
      response.end();
    }, GAP_MS);
    response.once("close", () => clearInterval(timer));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${server.address().port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const site = await startSite({ isolated: true });
const { outputFiles } = await build({
  stdin: { contents: 'export { Ollama } from "ollama/browser";', resolveDir: import.meta.dirname },
  bundle: true,
  format: "esm",
  minify: true,
  write: false,
});
site.serve("/built/ollama.js", outputFiles[0].contents);
site.serve("/built/management.json", JSON.stringify({ tags: tags(), chat: chat() }));
const clock = await startClock();
const profile = await newProfile();
const browser = await startBrowser(profile);

try {
  await sayLoad("before");
  const page = site.page("management", { rounds: ROUNDS, clock: clock.url });
  const tab = await browser.open(page.url);
  const { lists, stream, tokens, isolated } = await page.reported("done");
  await tab.close();
  if (!isolated) throw new Error("the page's clock is too coarse: it is not isolated");
  for (const { first, longest, again, askedAgain, models, shown, second } of lists) {
    say(
      `${models} models: ${rounded(first, 1)} ms, longest task ${rounded(longest, 1)} ms, ${shown} in the snapshot; again: ${rounded(again, 3)} ms, ${askedAgain} requests, ${second} models`,
    );
  }
  for (const { ours, theirs } of stream.times) {
    say(`${stream.bytes} bytes: ours ${rounded(ours.ms, 1)} ms, the client ${rounded(theirs.ms, 1)} ms`);
    if (ours.letters !== theirs.letters) throw new Error(`${ours.letters} letters of ${theirs.letters}`);
  }
  say(`${tokens.late.length} tokens; the clocks agree to ${rounded(tokens.uncertainty, 2)} ms`);
  await sayLoad("after");
  if (lists.some(({ askedAgain, models }) => askedAgain > 0 || models !== MODELS)) throw new Error("the list is wrong");
  figure("list_5000_ms", median(lists.map(({ first }) => first)), "ms");
  figure("list_5000_task_ms", median(lists.map(({ longest }) => longest)), "ms");
  figure("list_again_ms", median(lists.map(({ again }) => again)), "ms");
  figure("ndjson_vs_client", median(stream.times.map(({ ours, theirs }) => theirs.ms / ours.ms)), "×");
  figure("token_latency_ms", median(tokens.late), "ms");
} finally {
  await browser.close();
  await profile.dispose();
  clock.close();
  site.close();
}
