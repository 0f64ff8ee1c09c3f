/** A small Ollama: what the tests of this folder need of its protocol, and a record of what it was asked. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly path: string;
  readonly body: Record<string, unknown>;
}

export interface Ollama {
  readonly host: string;
  readonly asked: Asked[];
  /** The names it has. */
  models: string[];
  /** Handles a request in place of the usual; false: as usual. */
  instead: (path: string, response: ServerResponse, body: Record<string, unknown>) => boolean;
  /** How often a path was asked for. */
  count(path: string): number;
  close(): Promise<void>;
}

const details = { family: "llama", format: "gguf", parameter_size: "1.2B", quantization_level: "Q8_0" };

export async function startOllama(models: string[] = ["llama3.2:1b", "odd-thing:latest"]): Promise<Ollama> {
  const ollama: Ollama & { server?: Server } = {
    host: "",
    asked: [],
    models,
    instead: () => false,
    count: (path) => ollama.asked.filter((one) => one.path === path).length,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  Object.assign(ollama, { host: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    const body = (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
    const path = String(request.url);
    ollama.asked.push({ path, body });
    if (ollama.instead(path, response, body)) return;
    const json = (value: unknown, status = 200) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    };
    const missing = () => json({ error: `model '${String(body["model"])}' not found` }, 404);
    const has = ollama.models.includes(String(body["model"]));
    if (path === "/api/version") json({ version: "0.32.15" });
    else if (path === "/api/ps") json({ models: [] });
    else if (path === "/api/tags") json({ models: ollama.models.map(entry) });
    else if (path === "/api/show" && !has) missing();
    else if (path === "/api/show") json({ ...shown(String(body["model"])), template: "{{ .Prompt }}" });
    else if (path === "/api/delete" && !has) missing();
    else if (path === "/api/delete") {
      ollama.models = ollama.models.filter((name) => name !== body["model"]);
      response.writeHead(200);
      response.end();
    } else if (path === "/api/pull") {
      stream(response, [
        { status: "pulling manifest" },
        { status: "pulling aaaaaaaaaaaa", digest: "sha256:aa", total: 1000, completed: 0 },
        { status: "pulling aaaaaaaaaaaa", digest: "sha256:aa", total: 1000, completed: 600 },
        { status: "pulling aaaaaaaaaaaa", digest: "sha256:aa", total: 1000, completed: 1000 },
        { status: "verifying sha256 digest" },
        { status: "writing manifest" },
        { status: "success" },
      ]);
      ollama.models.push(String(body["model"]));
    } else if (path === "/api/chat" && !has) missing();
    else if (path === "/api/chat") {
      const say = (message: object, rest: object = { done: false }) => ({ model: body["model"], message, ...rest });
      stream(response, [
        say({ role: "assistant", content: "", thinking: "Hm." }),
        say({ role: "assistant", content: "Hello" }),
        say({ role: "assistant", content: " there." }),
        say(
          { role: "assistant", content: "" },
          { done: true, done_reason: "stop", prompt_eval_count: 7, eval_count: 3 },
        ),
      ]);
    } else json({ error: "not found" }, 404);
  }
  return ollama;
}

/** Lines of JSON, each in a piece of its own. */
export function stream(response: ServerResponse, lines: readonly object[], end = true): void {
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  for (const line of lines) response.write(`${JSON.stringify(line)}\n`);
  if (end) response.end();
}

const entry = (name: string) => ({
  name,
  model: name,
  modified_at: "2026-01-02T03:04:05Z",
  size: 1_300_000_000,
  digest: "sha256:0123456789abcdef",
  // Nothing is known of the odd one.
  ...(name.startsWith("odd") ? { details: {} } : { details: { ...details, context_length: 131072 } }),
  capabilities: name.startsWith("odd") ? undefined : ["completion", "tools"],
});

const shown = (name: string) => ({
  ...entry(name),
  parameters: "num_ctx 4096\ntemperature 0.5",
  model_info: { "general.architecture": "llama", "llama.context_length": 131072 },
});
