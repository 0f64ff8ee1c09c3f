import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { EngineDelta, EngineLoadRequest, InPageEngine, LoadedModel } from "../../src/api.js";
import type { AnswerSink } from "../../src/chat.js";
import { createEngineHost } from "../../src/engines/host.js";
import { failure } from "../../src/failure.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const tick = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

/** An engine whose loads end when, and as, a test says; it does not look at the signal by itself. */
function puppet(id = "puppet") {
  const loads: Array<{
    request: EngineLoadRequest;
    resolve: (model: LoadedModel) => void;
    reject: (error: unknown) => void;
  }> = [];
  const engine: InPageEngine = {
    id,
    load: (request) => new Promise((resolve, reject) => void loads.push({ request, resolve, reject })),
  };
  return { engine, loads };
}

function puppetModel(more: Partial<LoadedModel> = {}) {
  const unload = vi.fn(async () => undefined);
  const model: LoadedModel = { chat: () => (async function* (): AsyncGenerator<EngineDelta> {})(), unload, ...more };
  return { model, unload };
}

function hostOf(...engines: InPageEngine[]) {
  const told: unknown[][] = [];
  // What the core says before it has told the number of an answer.
  const early: Array<() => void> = [];
  const note =
    (name: string) =>
    (...rest: unknown[]): void => {
      const plain = rest.map((item) => (item && typeof item === "object" ? (item as { code: string }).code : item));
      told.push([name, ...plain]);
    };
  const host = createEngineHost(
    engines,
    {
      loadProgressed: note("loadProgressed"),
      loaded: note("loaded"),
      loadFailed: note("loadFailed"),
      unloaded: note("unloaded"),
      answerShown: note("answerShown"),
      answerEnded: note("answerEnded"),
      requestAnswer: () => {
        for (const say of early) say();
        return 1;
      },
      abortAnswer: note("abortAnswer"),
    },
    120_000,
  );
  return { host, told, early };
}

test("a load tells its progress, is loaded, and is unloaded", async () => {
  const { engine, loads } = puppet();
  const { host, told } = hostOf(engine);
  const file = new Blob(["x"]);
  host.load(1, "puppet", "m", 512, [{ name: "model.gguf", file }]);
  await tick();
  const request = loads[0]?.request as EngineLoadRequest;
  expect(request).toMatchObject({ modelId: "m", contextWindow: 512, files: [{ name: "model.gguf", file }] });
  for (const fraction of [0.2, Number.NaN, 0.1, -1, 0.5, 7]) request.onProgress(fraction);
  const { model, unload } = puppetModel();
  loads[0]?.resolve(model);
  await tick();
  request.onProgress(0.9);
  host.end(1);
  host.end(1);
  await tick();
  expect(told).toEqual([
    ["loadProgressed", 1, 0.2],
    ["loadProgressed", 1, 0.5],
    ["loadProgressed", 1, 1],
    ["loaded", 1],
    ["unloaded", 1],
  ]);
  expect(unload).toHaveBeenCalledTimes(1);
});

test("progress that comes after the load has ended is nobody's", async () => {
  const { engine, loads } = puppet();
  const { host, told } = hostOf(engine);
  for (const id of [0, 1]) {
    host.load(id, "puppet", "m", null, []);
    await tick();
    loads[id]?.request.onProgress(0.1);
    if (id === 0) loads[id]?.resolve(puppetModel().model);
    else loads[id]?.reject(new Error("no"));
    await tick();
    loads[id]?.request.onProgress(0.9);
    host.end(id);
    await tick();
    loads[id]?.request.onProgress(1);
  }
  expect(told.filter(([name]) => name === "loadProgressed")).toEqual([
    ["loadProgressed", 0, 0.1],
    ["loadProgressed", 1, 0.1],
  ]);
  // No watchdog is left running either.
  await tick(200_000);
  expect(told.some(([, , code]) => code === "timeout")).toBe(false);
});

test("three quick loads: the engine never has two at once, only the last is loaded (fault 21)", async () => {
  const { engine, loads } = puppet();
  const { host, told } = hostOf(engine);
  host.load(1, "puppet", "a", null, []);
  await tick();
  host.end(1);
  host.load(2, "puppet", "b", null, []);
  host.end(2);
  host.load(3, "puppet", "c", null, []);
  await tick();
  expect(loads).toHaveLength(1);
  // The second never began: it has nothing to let go of.
  expect(told).toEqual([["loadFailed", 2, "canceled"]]);
  expect(loads[0]?.request.signal.aborted).toBe(true);
  expect(loads[0]?.request.signal.reason).toBeInstanceOf(Error);

  // The first finishes all the same, as web-llm does: what it made goes before the third begins.
  let unloaded: () => void = () => undefined;
  const { model } = puppetModel({
    unload: () =>
      new Promise((resolve) => {
        unloaded = () => resolve();
      }),
  });
  loads[0]?.resolve(model);
  await tick();
  expect(loads).toHaveLength(1);
  unloaded();
  await tick();
  expect(told.at(-1)).toEqual(["loadFailed", 1, "canceled"]);
  expect(loads.map(({ request }) => request.modelId)).toEqual(["a", "c"]);
  loads[1]?.resolve(puppetModel().model);
  await tick();
  expect(told.at(-1)).toEqual(["loaded", 3]);
});

test("a load that never settles after its abort keeps nobody waiting; its late model is unloaded and stale (fault 24)", async () => {
  const { engine, loads } = puppet();
  const { host, told } = hostOf(engine);
  host.load(1, "puppet", "a", null, []);
  await tick();
  host.end(1);
  host.load(2, "puppet", "b", null, []);
  await tick(9_000);
  expect(told).toEqual([]);
  await tick(1_000);
  expect(told).toEqual([["loadFailed", 1, "canceled"]]);
  expect(loads.map(({ request }) => request.modelId)).toEqual(["a", "b"]);
  loads[1]?.resolve(puppetModel().model);
  await tick();
  const late = puppetModel();
  loads[0]?.resolve(late.model);
  await tick();
  expect(late.unload).toHaveBeenCalledTimes(1);
  // The second report of one load is what the core counts as stale.
  expect(told.slice(1)).toEqual([
    ["loaded", 2],
    ["loadFailed", 1, "canceled"],
  ]);
});

test("a load that shows no progress ends with timeout; one that does goes on (fault 25)", async () => {
  const { engine, loads } = puppet();
  const { host, told } = hostOf(engine);
  host.load(1, "puppet", "a", null, []);
  await tick(119_000);
  loads[0]?.request.onProgress(0.1);
  await tick(119_000);
  expect(told).toEqual([["loadProgressed", 1, 0.1]]);
  await tick(1_000);
  expect(loads[0]?.request.signal.aborted).toBe(true);
  await tick(10_000);
  expect(told.at(-1)).toEqual(["loadFailed", 1, "timeout"]);
});

test("whatever a load rejects with becomes a typed failure: texts, errors, typed errors, throwing at once", async () => {
  const { engine, loads } = puppet();
  const { ModelyardError } = await import("../../src/errors.js");
  const thrower: InPageEngine = {
    id: "thrower",
    load() {
      throw new TypeError("at once");
    },
  };
  const { host, told } = hostOf(engine, thrower);
  const errors = ["a bare text", new Error("plain"), new ModelyardError(failure("not_a_model", "No.")), undefined];
  for (const [index, error] of errors.entries()) {
    host.load(index, "puppet", "m", null, []);
    await tick();
    loads[index]?.reject(error);
    await tick();
  }
  host.load(8, "thrower", "m", null, []);
  host.load(9, "nobody", "m", null, []);
  await tick();
  expect(told.map(([, id, code]) => [id, code])).toEqual([
    [0, "load_failed"],
    [1, "load_failed"],
    [2, "not_a_model"],
    [3, "load_failed"],
    [9, "unsupported"],
    [8, "load_failed"],
  ]);
});

test("an engine that resolves with something that is no model has failed", async () => {
  const { engine, loads } = puppet();
  const { host, told } = hostOf(engine);
  host.load(1, "puppet", "m", null, []);
  await tick();
  loads[0]?.resolve(undefined as unknown as LoadedModel);
  await tick();
  expect(told).toEqual([["loadFailed", 1, "load_failed"]]);
});

test("an engine that breaks down outside of a call is reported and unloaded; ending it then changes nothing", async () => {
  const { engine, loads } = puppet();
  const { host, told } = hostOf(engine);
  host.load(1, "puppet", "m", null, []);
  await tick();
  let crash: (error: Error) => void = () => undefined;
  const { model, unload } = puppetModel({
    crashed: new Promise((resolve) => {
      crash = resolve;
    }),
  });
  loads[0]?.resolve(model);
  await tick();
  crash(new Error("device lost"));
  await tick();
  expect(told).toEqual([
    ["loaded", 1],
    ["loadFailed", 1, "engine_crashed"],
  ]);
  expect(unload).toHaveBeenCalledTimes(1);
  host.end(1);
  await tick();
  expect(told.at(-1)).toEqual(["unloaded", 1]);
});

test("an unload that never ends is over after its time, and one that throws at once", async () => {
  const { engine, loads } = puppet();
  const { host, told } = hostOf(engine);
  const stubborn = [
    puppetModel({ unload: () => new Promise(() => undefined) }).model,
    puppetModel({
      unload() {
        throw new Error("no");
      },
    }).model,
  ];
  for (const [index, model] of stubborn.entries()) {
    host.load(index, "puppet", "m", null, []);
    await tick();
    loads[index]?.resolve(model);
    await tick();
    host.end(index);
    await tick(10_000);
  }
  expect(told.filter(([name]) => name === "unloaded")).toEqual([
    ["unloaded", 0],
    ["unloaded", 1],
  ]);
});

test("unloading what nobody knows is answered, so that the core does not wait", async () => {
  const { host, told } = hostOf();
  host.end(42);
  await tick();
  expect(told).toEqual([["unloaded", 42]]);
});

test("close() aborts loads, unloads models, and ends", async () => {
  const { engine, loads } = puppet();
  const other = puppet("other");
  const { host } = hostOf(engine, other.engine);
  host.load(1, "puppet", "m", null, []);
  host.load(2, "other", "n", null, []);
  await tick();
  const { model, unload } = puppetModel();
  loads[0]?.resolve(model);
  await tick();
  const closing = host.close(failure("closed", "It is closed."));
  expect(other.loads[0]?.request.signal.aborted).toBe(true);
  other.loads[0]?.reject(new DOMException("aborted", "AbortError"));
  await tick();
  await closing;
  expect(unload).toHaveBeenCalledTimes(1);
});

test("an answer that ends while it is asked for is over: it cannot be given up, and the next one is not meant", () => {
  const { host, told, early } = hostOf();
  const failed: string[] = [];
  const sink = () => ({ failed: (why: { code: string }) => void failed.push(why.code) }) as unknown as AnswerSink;
  early.push(() => host.endAnswer(1, failure("load_failed", "It could not be loaded.")));
  const giveUp = host.request(sink());
  expect(failed).toEqual(["load_failed"]);
  giveUp();
  expect(told).toEqual([]);
  early.length = 0;
  host.request(sink());
  host.endAnswer(2, failure("timeout", "Of another answer."));
  expect(failed).toEqual(["load_failed"]);
  host.endAnswer(1, failure("timeout", "Of this one."));
  expect(failed).toEqual(["load_failed", "timeout"]);
});
