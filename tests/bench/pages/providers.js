/**
 * Providers in a page. Answers over SSE lie in memory behind the page's own `fetch`, as in `management.js`: all read the
 * same bytes in pieces of the same size, and no network is in the measured time. Lists come from real servers.
 */
import { createModelyard } from "/modelyard/index.js";
import { createManagement } from "/modelyard/management/index.js";
import { createParser, EventSourceParserStream, OpenAI } from "/built/clients.js";
import { body, clean, options, report, run } from "./page.js";

const network = globalThis.fetch.bind(globalThis);
const HOST = "http://localhost:8080";
const MODEL = "gpt-5.4-mini";
const MESSAGES = [{ role: "user", content: "Go on." }];

let answers = {};

globalThis.fetch = async (input, init) => {
  const { pathname, origin } = new URL(typeof input === "string" ? input : (input.url ?? String(input)), location.href);
  if (origin !== HOST) return network(input, init);
  const bytes = answers[pathname];
  if (!bytes) return new Response('{"error":{"message":"there is no such thing here"}}', { status: 404 });
  const type = pathname.endsWith("/completions") ? "text/event-stream; charset=utf-8" : "application/json";
  return new Response(body(bytes), { headers: { "Content-Type": type } });
};

async function opened(providers, namespace) {
  const management = createManagement({ config: { providers }, stored: false });
  const modelyard = createModelyard({ models: [], engines: [], namespace, management });
  await modelyard.open();
  return { management, modelyard };
}

/** Each reads the same answer in turn, after a garbage collection: what one leaves behind is not the next one's. */
async function throughput(stream) {
  const model = { id: MODEL, object: "model", created: 1_794_000_000, owned_by: "system" };
  const list = new TextEncoder().encode(JSON.stringify({ object: "list", data: [model] }));
  answers = { "/v1/models": list, "/v1/chat/completions": stream };
  const { management, modelyard } = await opened({ api: { kind: "openai", host: `${HOST}/v1` } }, "throughput");
  await management.list();
  const client = new OpenAI({ apiKey: "none", baseURL: `${HOST}/v1`, dangerouslyAllowBrowser: true, maxRetries: 0 });

  const contentOf = (data) => (data === "[DONE]" ? "" : (JSON.parse(data).choices[0]?.delta?.content ?? ""));
  const asked = () => {
    const wish = { model: MODEL, messages: MESSAGES, stream: true };
    return fetch(`${HOST}/v1/chat/completions`, { method: "POST", body: JSON.stringify(wish) });
  };
  const readers = {
    async ours() {
      let letters = 0;
      for await (const delta of modelyard.chat({ model: `api/${MODEL}`, messages: MESSAGES })) {
        if (delta.type === "text") letters += delta.text.length;
      }
      return letters;
    },
    /** The parser by itself: nothing is handed to a reader, each text is counted where it comes. */
    async parser() {
      let letters = 0;
      const parser = createParser({
        onEvent({ data }) {
          letters += contentOf(data).length;
        },
      });
      const decoder = new TextDecoder();
      for await (const piece of (await asked()).body) parser.feed(decoder.decode(piece, { stream: true }));
      return letters;
    },
    /** The parser as a stream, which a reader takes events from. */
    async stream() {
      let letters = 0;
      const texts = (await asked()).body.pipeThrough(new TextDecoderStream());
      for await (const { data } of texts.pipeThrough(new EventSourceParserStream())) letters += contentOf(data).length;
      return letters;
    },
    async client() {
      let letters = 0;
      for await (const chunk of await client.chat.completions.create({ model: MODEL, messages: MESSAGES, stream: true })) {
        letters += chunk.choices[0]?.delta?.content?.length ?? 0;
      }
      return letters;
    },
  };
  const names = Object.keys(readers);
  const times = [];
  for (let round = 0; round <= options.rounds; round++) {
    const result = {};
    for (let at = 0; at < names.length; at++) {
      const name = names[(at + round) % names.length];
      globalThis.gc?.();
      const begun = performance.now();
      const letters = await readers[name]();
      result[name] = { ms: performance.now() - begun, letters };
    }
    // The first round warms all up.
    if (round > 0) times.push(result);
  }
  await modelyard.close();
  return times;
}

/** From the wish to the moment at which all models of the servers that answer are shown. */
async function listing(round) {
  const { management, modelyard } = await opened(options.providers, `list-${round}`);
  const shown = new Promise((resolve) => {
    modelyard.subscribe(() => {
      if (modelyard.getSnapshot().models.length === options.models) resolve(performance.now());
    });
  });
  const begun = performance.now();
  const wish = management.list();
  const ms = (await shown) - begun;
  await wish;
  await modelyard.close();
  return ms;
}

run(async () => {
  await clean();
  const stream = new Uint8Array(await (await network("/built/chat.sse")).arrayBuffer());
  const times = await throughput(stream);
  const lists = [];
  for (let round = 0; round < options.rounds; round++) lists.push(await listing(round));
  await report("done", { throughput: times, lists, isolated: crossOriginIsolated });
});
