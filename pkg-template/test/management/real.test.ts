/**
 * Both real wasm files, in Node, against a server that speaks Ollama's protocol: what the promises of model management
 * come to from end to end. Needs `target/wasm`.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { ChatDelta, GenerationOptions, ModelyardEvent } from "../../src/api.js";
import type { ManagementOptions } from "../../src/management/api.js";
import { errorOf } from "../unit/scripted.js";
import { type Ollama, startOllama, stream } from "./ollama.js";
import { missing, type Real, type RealOptions, real, until } from "./real.js";

const ended: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

async function server(models?: string[]): Promise<Ollama> {
  const ollama = await startOllama(models);
  ended.push(() => ollama.close());
  return ollama;
}

/** An open instance; closed after the test. */
async function opened(options: RealOptions = {}): Promise<Real> {
  const world = await real(options);
  ended.push(() => world.modelyard.close());
  await world.modelyard.open();
  return world;
}

const withOllama = ({ host }: Ollama, more: object = {}): { management: ManagementOptions } => ({
  management: { config: { providers: { ollama: { host } }, ...more } },
});

const hi = [{ role: "user" as const, content: "hi" }];

async function answerOf({ modelyard }: Real, request: object): Promise<ChatDelta[]> {
  const deltas: ChatDelta[] = [];
  for await (const delta of modelyard.chat({ messages: hi, ...request } as never)) deltas.push(delta);
  return deltas;
}

/** A port where nobody listens. */
async function deadHost(): Promise<string> {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as AddressInfo;
  await new Promise((resolve) => taken.close(resolve));
  return `http://127.0.0.1:${port}`;
}

/** The same numbers each time (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

describe.skipIf(missing !== null)(missing ?? "with both wasm files", () => {
  test("the list has every field of every model, and says of each what is unknown", async () => {
    const ollama = await server();
    const { management } = await opened(withOllama(ollama));
    const { models, providers } = await management.list();
    expect(providers).toMatchObject([{ id: "ollama", state: "ok", models: 2, failure: null }]);
    expect(models.map(({ id }) => id)).toEqual(["ollama/llama3.2:1b", "ollama/odd-thing:latest"]);
    for (const model of models) {
      expect(Object.keys(model).sort()).toEqual(
        [
          ...["ageMs", "capabilities", "contextWindow", "family", "id", "inUse", "maxOutputTokens", "modified", "name"],
          ...["parametersBillions", "presence", "provider", "quantization", "served", "servedContextWindow"],
          ...["sizeBytes", "stale", "unknown"],
        ].sort(),
      );
      for (const fact of ["family", "sizeBytes", "parametersBillions", "quantization", "modified"] as const) {
        expect(model.unknown.includes(fact)).toBe(model[fact] === null);
      }
    }
    expect(models[1]?.unknown).toContain("family");
    expect(models[0]).toMatchObject({ family: "llama", parametersBillions: 1.2, capabilities: { tools: "yes" } });
  });

  test("a thousand lists within a minute ask the provider once; a wish for a fresh one asks again", async () => {
    const ollama = await server();
    const { management } = await opened(withOllama(ollama));
    const first = await management.list();
    for (let i = 0; i < 1000; i += 1) expect((await management.list()).models).toBe(first.models);
    await Promise.all(Array.from({ length: 50 }, () => management.list()));
    expect(ollama.count("/api/tags")).toBe(1);
    await management.list({ refresh: true });
    expect(ollama.count("/api/tags")).toBe(2);
    await management.clearCache();
    await management.list();
    expect(ollama.count("/api/tags")).toBe(3);
  });

  test("a dead provider is in the list with its failure and takes nothing from the others", async () => {
    const ollama = await server();
    const providers = { ollama: { host: ollama.host }, gone: { kind: "ollama", host: await deadHost() } };
    const { management, modelyard } = await opened({ management: { config: { providers } } });
    const list = await management.list();
    expect(list.models).toHaveLength(2);
    const gone = list.providers.find(({ id }) => id === "gone");
    expect(gone).toMatchObject({ state: "failing", models: 0 });
    expect(gone?.failure?.recovery.length).toBeGreaterThan(0);
    await expect(management.test("gone")).resolves.toMatchObject({ ok: false, version: null });
    expect(modelyard.getSnapshot().engines.find(({ id }) => id === "ollama")).toMatchObject({
      serves: true,
      reach: "yes",
    });
  });

  test("when the server goes, its models stay in the list, marked as old, and can still be chosen", async () => {
    const ollama = await server();
    const world = await opened(withOllama(ollama));
    const { management, modelyard } = world;
    await management.list();
    await ollama.close();
    const { models, providers } = await management.list({ refresh: true });
    expect(models).toHaveLength(2);
    expect(models.every(({ stale }) => stale)).toBe(true);
    expect(providers[0]).toMatchObject({ stale: true, models: 2 });
    modelyard.openConversation("c");
    expect(await modelyard.select("c", "ollama/llama3.2:1b").settled).toEqual({ status: "activated" });
    expect(await management.status("ollama/llama3.2")).toMatchObject({ status: "not_found" });
    expect(await management.status("ollama/llama3.2:1b")).toMatchObject({ status: "available" });
    const error = await errorOf(() => answerOf(world, { conversationId: "c" }));
    expect(error).toMatchObject({ name: "ModelyardError", provider: "ollama", retryable: true });
  });

  test("a provider's error answer is that error", async () => {
    const ollama = await server();
    const { management } = await opened(withOllama(ollama));
    await management.list();
    ollama.instead = (path, response) => {
      if (path !== "/api/tags") return false;
      response.writeHead(500, { "content-type": "application/json" }).end('{"error":"out of coffee"}');
      return true;
    };
    const { providers } = await management.list({ refresh: true });
    expect(providers[0]).toMatchObject({ state: "failing", failure: { code: "provider_error", httpStatus: 500 } });
    expect(providers[0]?.failure?.message).toContain("out of coffee");
  });

  test("details are kept, and say what is missing; an unknown name names the closest", async () => {
    const ollama = await server();
    const { management } = await opened(withOllama(ollama));
    await management.list();
    const asked = ollama.count("/api/show");
    const details = await management.show("ollama/llama3.2:1b");
    expect(details).toMatchObject({ digest: "sha256:0123456789abcdef", format: "gguf", template: "{{ .Prompt }}" });
    expect(details.parameters).toContainEqual({ name: "num_ctx", value: "4096" });
    expect(details.missing).toContain("license");
    expect(details.missing).not.toContain("template");
    await management.show("ollama/llama3.2:1b");
    expect(ollama.count("/api/show")).toBe(asked + 1);
    const error = await errorOf(() => management.show("ollama/llama3.2:2b"));
    expect(error).toMatchObject({ code: "not_found" });
    expect(JSON.stringify(error["recovery"])).toContain("llama3.2:1b");
    expect(await errorOf(() => management.show("nowhere"))).toMatchObject({ code: "not_found" });
  });

  test("a conversation is answered by the server: deltas, then the end with provider, model and reason", async () => {
    const ollama = await server();
    const world = await opened(withOllama(ollama));
    await world.management.list();
    world.modelyard.openConversation("c");
    await world.modelyard.select("c", "ollama/llama3.2:1b").settled;
    const heard: ModelyardEvent[] = [];
    world.modelyard.onAny((event) => heard.push(event));
    const deltas = await answerOf(world, { conversationId: "c" });
    const said = (type: string) =>
      deltas.map((delta) => ("text" in delta && delta.type === type ? delta.text : "")).join("");
    expect([said("reasoning"), said("text")]).toEqual(["Hm.", "Hello there."]);
    expect(deltas.slice(-2)).toEqual([
      { type: "usage", promptTokens: 7, completionTokens: 3 },
      { type: "end", reason: "stop", modelId: "ollama/llama3.2:1b", provider: "ollama", tried: [] },
    ]);
    await until(world, () => heard.some(({ type }) => type === "answerEnded"));
    expect(heard).toMatchObject([
      { type: "answerStarted", conversationId: "c", provider: "ollama", modelId: "ollama/llama3.2:1b" },
      { type: "answerEnded", failure: null },
    ]);
  });

  test("an abort closes the connection and ends the stream at once", async () => {
    const ollama = await server();
    const world = await opened(withOllama(ollama));
    await world.management.list();
    const closed = new Promise<void>((resolve) => {
      ollama.instead = (path, response) => {
        if (path !== "/api/chat") return false;
        response.on("close", resolve);
        stream(response, [{ model: "m", message: { role: "assistant", content: "On and" }, done: false }], false);
        return true;
      };
    });
    const controller = new AbortController();
    const answer = world.modelyard
      .chat({ model: "ollama/llama3.2:1b", messages: hi, signal: controller.signal })
      [Symbol.asyncIterator]();
    expect((await answer.next()).value).toEqual({ type: "text", text: "On and" });
    controller.abort();
    expect((await answer.next()).value).toMatchObject({ type: "end", reason: "aborted" });
    expect(await answer.next()).toEqual({ done: true, value: undefined });
    await closed;
  });

  test("generation options reach the request, each under the provider's name for it (1,000 cases)", async () => {
    const ollama = await server();
    const world = await opened(withOllama(ollama));
    await world.management.list();
    const next = random(4);
    const maybe = <T>(value: T): T | undefined => (next() < 0.6 ? value : undefined);
    const short = (value: number) => Math.round(value * 1000) / 1000;
    const whole = (most: number) => 1 + Math.floor(next() * most);
    const names = { maxTokens: "num_predict", topP: "top_p", topK: "top_k", repeatPenalty: "repeat_penalty" } as const;
    for (let i = 0; i < 1000; i += 1) {
      const all = {
        temperature: maybe(short(next() * 2)),
        maxTokens: maybe(whole(4096)),
        topP: maybe(short(next())),
        topK: maybe(whole(100)),
        repeatPenalty: maybe(short(next() + 0.5)),
        seed: maybe(whole(1e9)),
        stop: maybe(["\n", "###"]),
        contextSize: maybe(whole(100_000)),
      };
      const options = JSON.parse(JSON.stringify(all)) as GenerationOptions;
      await answerOf(world, { model: "ollama/llama3.2:1b", options });
      const sent = ollama.asked.at(-1)?.body["options"] as Record<string, unknown> | undefined;
      for (const [name, value] of Object.entries(options)) {
        const theirs = name === "contextSize" ? "num_ctx" : (names[name as keyof typeof names] ?? name);
        expect(sent?.[theirs], `${name} in case ${i}`).toEqual(value);
      }
    }
  });

  test("options of a model are for that model only, and win over those of all (1,000 cases)", async () => {
    const ollama = await server(["a:1", "b:1"]);
    const world = await opened(withOllama(ollama));
    await world.management.list();
    const next = random(5);
    for (let i = 0; i < 1000; i += 1) {
      const [own, general] = [Math.floor(next() * 100) / 100, Math.floor(next() * 100) / 100];
      const whose = next() < 0.5 ? "a:1" : "b:1";
      const other = whose === "a:1" ? "b:1" : "a:1";
      world.management.config.set("file", {
        generation: next() < 0.5 ? { topP: general } : { topP: general, temperature: general },
        models: { [`ollama/${whose}`]: { temperature: own } },
      });
      const forOwn = world.management.config.forModel(`ollama/${whose}`).get("temperature")?.value;
      const forOther = world.management.config.forModel(`ollama/${other}`).get("temperature")?.value;
      expect(forOwn).toBe(own);
      expect(forOther === undefined || forOther === general).toBe(true);
      if (i % 20 > 0) continue;
      for (const [name, temperature] of [
        [whose, own],
        [other, forOther],
      ] as const) {
        await answerOf(world, { model: `ollama/${name}` });
        const sent = ollama.asked.at(-1)?.body["options"] as Record<string, unknown> | undefined;
        expect(sent?.["temperature"]).toEqual(temperature);
      }
    }
  });

  test("wrong values are refused with the path, the value and what is right, and change nothing (1,000 cases)", async () => {
    const { management } = await opened({ management: { config: { generation: { temperature: 1 } } } });
    const next = random(6);
    const wrong: Record<string, () => unknown> = {
      "generation.temperature": () => (next() < 0.5 ? 2.001 + next() * 1e6 : -next() - 0.001),
      "generation.topP": () => (next() < 0.5 ? 1.001 + next() : "high"),
      "generation.topK": () => (next() < 0.5 ? -Math.floor(next() * 9) : next()),
      "generation.maxTokens": () => (next() < 0.5 ? 0 : 1.5),
      "generation.repeatPenalty": () => -next(),
      contextSize: () => (next() < 0.5 ? 0 : "big"),
      defaultModel: () => (next() < 0.5 ? "a b" : "../x"),
      "queue.superseded": () => "perhaps",
    };
    const before = management.config.effective();
    for (let i = 0; i < 1000; i += 1) {
      const paths = Object.keys(wrong).filter(() => next() < 0.4);
      if (paths.length === 0) continue;
      const config: Record<string, Record<string, unknown> | unknown> = {};
      for (const path of paths) {
        const [section, name] = path.split(".") as [string, string | undefined];
        const value = wrong[path]?.();
        if (name === undefined) config[section] = value;
        else config[section] = { ...(config[section] as object), [name]: value };
      }
      const error = await errorOf(() => management.config.set("file", config));
      expect(error["code"]).toBe("invalid_config");
      const others = (error["others"] ?? []) as Array<{ field?: string; recovery: string[] }>;
      const fields = [error["field"], ...others.map(({ field }) => field)];
      expect(fields.sort()).toEqual([...paths].sort());
      expect(String(error["message"]).length).toBeGreaterThan(10);
      expect(others.every(({ recovery }) => recovery.length > 0)).toBe(true);
    }
    expect(management.config.effective()).toBe(before);
  });

  test("of all combinations of layers the highest that says something wins", async () => {
    const { management } = await opened();
    const says = {
      file: (value: number) => ({ generation: { temperature: value } }),
      environment: (value: number) => ({ MODELYARD_TEMPERATURE: String(value) }),
      options: (value: number) => ({ generation: { temperature: value } }),
      page: (value: number) => `?modelyard.temperature=${value}`,
    };
    const order = ["file", "environment", "options", "page"] as const;
    for (let which = 0; which < 16; which += 1) {
      const saying = order.filter((_, at) => which & (1 << at));
      for (const [at, layer] of order.entries()) {
        management.config.set(layer, saying.includes(layer) ? says[layer](at / 10) : "");
      }
      const highest = saying.at(-1);
      const setting = management.config.get("generation.temperature");
      expect(setting).toEqual(
        highest === undefined ? null : expect.objectContaining({ layer: highest, value: order.indexOf(highest) / 10 }),
      );
    }
  });

  test("a provider's own options reach it byte for byte", async () => {
    let raw = "";
    const ollama = await server();
    const front = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        raw = Buffer.concat(parts).toString();
        stream(response, [
          { model: "m", message: { role: "assistant", content: "ok" }, done: true, done_reason: "stop" },
        ]);
      });
    });
    await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
    ended.push(() => new Promise((resolve) => front.close(() => resolve())));
    const host = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
    const world = await opened(withOllama(ollama));
    await world.management.list();
    const options = '"mirostat_tau": 5.00, "odd\\u0041":  [1,2.50,1e2]';
    world.management.config.set("options", `{"providers":{"ollama":{"host":"${host}","options":{${options}}}}}`);
    await answerOf(world, { model: "ollama/llama3.2:1b" });
    for (const part of ['"mirostat_tau":', "5.00", '"odd\\u0041":', "[1,2.50,1e2]"]) expect(raw).toContain(part);
  });

  test("a pull goes through the queue with progress from 0 to 100, and then the model is there", async () => {
    const ollama = await server();
    const world = await opened(withOllama(ollama));
    const { management, modelyard } = world;
    const heard: ModelyardEvent[] = [];
    modelyard.onAny((event) => heard.push(event));
    const job = await management.pull("smol");
    expect(job).toMatchObject({ modelId: "ollama/smol:latest" });
    expect(await management.status("ollama/smol")).toMatchObject({ status: "downloading", jobId: job.id });
    await until(world, () =>
      modelyard.getSnapshot().jobs.some(({ id, lifecycle }) => id === job.id && lifecycle === "ready"),
    );
    const progress = heard.flatMap((event) => (event.type === "downloadProgress" ? [event.progress] : []));
    expect(progress[0]).toMatchObject({
      jobId: job.id,
      modelId: "ollama/smol:latest",
      downloadedBytes: 0,
      phase: "downloading",
    });
    for (const [before, after] of progress.slice(1).map((one, at) => [progress[at], one] as const)) {
      expect(after.downloadedBytes).toBeGreaterThanOrEqual(before?.downloadedBytes ?? 0);
    }
    expect(heard.some(({ type }) => type === "downloadReady")).toBe(true);
    await until(world, () => modelyard.getSnapshot().models.find(({ id }) => id === job.modelId)?.sizeBytes !== null);
    expect(await management.status("ollama/smol")).toEqual({ modelId: "ollama/smol", status: "available" });
    expect((await management.list()).models.map(({ id }) => id)).toContain("ollama/smol:latest");
    // What is here is asked for again.
    await management.pull("ollama/smol");
    await until(world, () => ollama.count("/api/pull") === 2);
  });

  test("a pull that is canceled closes its connection, and the model is not there", async () => {
    const ollama = await server();
    const world = await opened(withOllama(ollama));
    await world.management.list();
    let begun: () => void = () => undefined;
    const started = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const closed = new Promise<void>((resolve) => {
      ollama.instead = (path, response) => {
        if (path !== "/api/pull") return false;
        response.on("close", resolve);
        stream(
          response,
          [{ status: "pulling manifest" }, { status: "pulling a", digest: "a", total: 9, completed: 1 }],
          false,
        );
        begun();
        return true;
      };
    });
    const job = await world.management.pull("ollama/big:1");
    await started;
    await world.modelyard.cancel(job.id);
    await closed;
    expect(await world.management.status("ollama/big:1")).toMatchObject({ status: "not_found" });
  });

  test("a model in use is not removed; one that is not goes from the server and from the list", async () => {
    const ollama = await server(["a:1", "b:1"]);
    const world = await opened(withOllama(ollama));
    const { management, modelyard } = world;
    await management.list();
    modelyard.openConversation("c");
    await modelyard.select("c", "ollama/a:1").settled;
    expect(await errorOf(() => management.remove("ollama/a:1"))).toMatchObject({ code: "in_use" });
    expect(ollama.count("/api/delete")).toBe(0);
    expect(await management.remove("ollama/b:1")).toMatchObject({ freedBytes: 1_300_000_000 });
    expect((await management.list()).models.map(({ id }) => id)).toEqual(["ollama/a:1"]);
    expect(await errorOf(() => management.remove("ollama/b:1"))).toMatchObject({ code: "not_found" });
  });

  test("a provider that is added is asked at once; one that is removed takes its models with it", async () => {
    const ollama = await server();
    const world = await opened();
    const { management, modelyard } = world;
    expect((await management.list()).providers).toEqual([]);
    await management.config.save({ providers: { ollama: { host: ollama.host } } });
    expect(JSON.parse(management.config.text() ?? "{}")).toMatchObject({ providers: { ollama: {} } });
    await until(world, () => modelyard.getSnapshot().models.length === 2);
    await management.config.save({});
    await until(world, () => modelyard.getSnapshot().models.length === 0);
    expect(management.getSnapshot().providers).toEqual([]);
  });

  test("five thousand models are listed without a task that keeps the page waiting", async () => {
    const ollama = await server(Array.from({ length: 5000 }, (_, at) => `llama3.2-${at}:1b`));
    const world = await opened();
    world.management.config.set("options", { providers: { ollama: { host: ollama.host } } });
    const began = performance.now();
    const { models } = await world.management.list();
    const took = performance.now() - began;
    expect(models).toHaveLength(5000);
    const again = performance.now();
    expect((await world.management.list()).models).toBe(models);
    console.info(
      `5,000 models: ${Math.round(took)} ms with the request; again: ${(performance.now() - again).toFixed(2)} ms`,
    );
  });
});
