/**
 * Model management in a page: a long list, the same list again, and answers beside the official client's. What servers
 * send lies in memory here, behind the page's own `fetch`, so that both clients read the same bytes and no network
 * is in the measured time. Tokens on a wire are measured against a real server.
 */
import { createModelyard } from "/modelyard/index.js";
import { createManagement } from "/modelyard/management/index.js";
import { Ollama } from "/built/ollama.js";
import { body, clean, options, report, run } from "./page.js";

const network = globalThis.fetch.bind(globalThis);
const HOST = "http://localhost:11434";

let answers = {};
let asked = 0;

globalThis.fetch = async (input, init) => {
  const { pathname, origin } = new URL(typeof input === "string" ? input : (input.url ?? String(input)), location.href);
  if (origin !== HOST) return network(input, init);
  asked++;
  const bytes = answers[pathname];
  if (!bytes) return new Response('{"error":"there is no such thing here"}', { status: 404 });
  const type = pathname === "/api/chat" ? "application/x-ndjson" : "application/json; charset=utf-8";
  return new Response(body(bytes), { headers: { "Content-Type": type } });
};

/** The longest time in which the page could not react, seen from a message loop of its own. */
function watchTasks() {
  const { port1, port2 } = new MessageChannel();
  let longest = 0;
  let last = performance.now();
  let running = true;
  port1.onmessage = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (running) port2.postMessage(null);
    else port1.close();
  };
  port2.postMessage(null);
  return () => {
    running = false;
    return longest;
  };
}

async function opened(host, namespace) {
  const management = createManagement({
    config: { providers: { ollama: { kind: "ollama", host } } },
    stored: false,
  });
  const modelyard = createModelyard({ models: [], engines: [], namespace, management });
  await modelyard.open();
  return { management, modelyard };
}

async function list(tags) {
  answers = { "/api/tags": new TextEncoder().encode(JSON.stringify({ models: [] })) };
  const { management, modelyard } = await opened(HOST, "list");
  await management.list({ refresh: true });
  const full = new TextEncoder().encode(tags);
  const empty = answers["/api/tags"];
  const times = [];
  for (let round = 0; round < options.rounds; round++) {
    answers["/api/tags"] = full;
    const stop = watchTasks();
    const begun = performance.now();
    const { models } = await management.list({ refresh: true });
    const shown = modelyard.getSnapshot().models.length;
    const first = performance.now() - begun;
    const longest = stop();
    const before = asked;
    const again = performance.now();
    const second = await management.list();
    times.push({
      first,
      longest,
      again: performance.now() - again,
      askedAgain: asked - before,
      models: models.length,
      shown,
      second: second.models.length,
    });
    answers["/api/tags"] = empty;
    await management.list({ refresh: true });
  }
  await modelyard.close();
  return times;
}

async function throughput(text) {
  const bytes = new TextEncoder().encode(text);
  const tags = { models: [{ name: "talker:latest", model: "talker:latest", size: 1, digest: "0", details: {} }] };
  answers = { "/api/tags": new TextEncoder().encode(JSON.stringify(tags)), "/api/chat": bytes };
  const { management, modelyard } = await opened(HOST, "throughput");
  await management.list();
  const client = new Ollama({ host: HOST });
  const messages = [{ role: "user", content: "Go on." }];

  // What one leaves behind is not to be cleared away in the time of the other.
  async function ours() {
    globalThis.gc?.();
    const begun = performance.now();
    let letters = 0;
    for await (const delta of modelyard.chat({ model: "ollama/talker:latest", messages })) {
      if (delta.type === "text") letters += delta.text.length;
    }
    return { ms: performance.now() - begun, letters };
  }
  async function theirs() {
    globalThis.gc?.();
    const begun = performance.now();
    let letters = 0;
    for await (const part of await client.chat({ model: "talker:latest", messages, stream: true })) {
      letters += part.message.content.length;
    }
    return { ms: performance.now() - begun, letters };
  }
  const times = [];
  for (let round = 0; round <= options.rounds; round++) {
    const pair = round % 2 ? [await ours(), await theirs()] : [await theirs(), await ours()].reverse();
    // The first round warms both up.
    if (round > 0) times.push({ ours: pair[0], theirs: pair[1] });
  }
  await modelyard.close();
  return { bytes: bytes.length, times };
}

/** What to add to this page's clock to get the server's, by the quickest of many questions. */
async function clockOffset(url) {
  let best = { took: Number.POSITIVE_INFINITY, offset: 0 };
  for (let round = 0; round < 100; round++) {
    const begun = performance.now();
    const { now } = await (await network(`${url}/clock`)).json();
    const took = performance.now() - begun;
    if (took < best.took) best = { took, offset: now - (begun + took / 2) };
  }
  return best;
}

async function latency(url) {
  const { management, modelyard } = await opened(url, "latency");
  await management.list();
  const { offset, took } = await clockOffset(url);
  const late = [];
  const messages = [{ role: "user", content: "Count." }];
  for await (const delta of modelyard.chat({ model: "ollama/clock:latest", messages })) {
    if (delta.type === "text") late.push(performance.now() + offset - Number(delta.text));
  }
  await modelyard.close();
  return { late, uncertainty: took / 2 };
}

run(async () => {
  await clean();
  const { tags, chat } = await (await network("/built/management.json")).json();
  const lists = await list(tags);
  const stream = await throughput(chat);
  const tokens = await latency(options.clock);
  await report("done", { lists, stream, tokens, isolated: crossOriginIsolated });
});
