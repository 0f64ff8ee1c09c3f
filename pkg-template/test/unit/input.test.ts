import { expect, test } from "vitest";
import type { ModelyardOptions } from "../../src/api.js";
import { createModelyard } from "../../src/index.js";
import { ownData } from "../../src/input.js";
import { errorOf, manifest, type ScriptedCore, scripted } from "./scripted.js";

const options = (more: object) => ({ models: [manifest("one")], engines: [], ...more }) as unknown as ModelyardOptions;

/** What a wrong option is told about: the field, and the value in words. */
const wrong = async (more: object) => {
  const { code, field, value } = await errorOf(() => createModelyard(options(more)));
  expect(code).toBe("invalid_input");
  return [field, value];
};

test("wrong options are refused at once, by field and value", async () => {
  expect(await errorOf(() => createModelyard(undefined as never))).toMatchObject({
    field: "options",
    value: "undefined",
  });
  expect(await wrong({ models: "one" })).toEqual(["options.models", "one"]);
  expect(await wrong({ models: [null] })).toEqual(["options.models[0]", "null"]);
  expect(await wrong({ engines: [{ id: "e" }] })).toEqual(["options.engines[0].load", "undefined"]);
  expect(await wrong({ engines: [{ load() {} }] })).toEqual(["options.engines[0].id", "undefined"]);
  const engine = { id: "e", load() {} };
  expect(await wrong({ engines: [engine, engine] })).toEqual(["options.engines[1].id", "e"]);
  expect(await wrong({ defaultModel: "tow" })).toEqual(["options.defaultModel", "tow"]);
  expect(await wrong({ namespace: "A b" })).toEqual(["options.namespace", "A b"]);
  expect(await wrong({ superseded: "drop" })).toEqual(["options.superseded", "drop"]);
  expect(await wrong({ allowPrivateHosts: 1 })).toEqual(["options.allowPrivateHosts", "1"]);
  expect(await wrong({ loadTimeoutMs: 0 })).toEqual(["options.loadTimeoutMs", "0"]);
  expect(await wrong({ wasm: 7 })).toEqual(["options.wasm", "7"]);
  expect(await wrong({ worker: {} })).toEqual(["options.worker", "an object"]);
  expect(await wrong({ defautModel: "one" })).toEqual(["options.defautModel", "defautModel"]);
});

test("only own data goes to Rust: no getters, nothing inherited, no functions, no cycles (groups 33-41)", async () => {
  const cyclic: Record<string, unknown> = { ...manifest("one") };
  cyclic["self"] = cyclic;
  const changing = new Proxy(manifest("one"), {
    getOwnPropertyDescriptor: () => {
      throw new Error("no");
    },
  });
  const model = (value: unknown) => wrong({ models: [value] });
  const getter = Object.defineProperty({ ...manifest("one") }, "name", { get: () => "x", enumerable: true });
  expect(await model(getter)).toEqual(["options.models[0].name", "a getter"]);
  expect((await model(cyclic))[0]).toMatch(/^options\.models\[0\]\.self\.self/);
  expect(await model(changing)).toEqual(["options.models[0]", "an object"]);
  expect(await model({ ...manifest("one"), toJSON: () => 1 })).toEqual(["options.models[0].toJSON", "a function"]);
  expect(await model({ ...manifest("one"), contextWindow: 10n })).toEqual(["options.models[0].contextWindow", "10"]);
  expect(await model({ ...manifest("one"), name: Symbol("s") })).toEqual(["options.models[0].name", "Symbol(s)"]);

  class Given {
    id = "one";
    inherited = "no";
  }
  expect(ownData("m", Object.assign(Object.create({ url: "https://evil.example" }), { id: "a" }))).toEqual({ id: "a" });
  expect(ownData("m", new Given())).toEqual({ id: "one", inherited: "no" });
  expect(ownData("m", { id: "a", description: undefined })).toEqual({ id: "a" });
});

test("a field named __proto__ is a field, which Rust can refuse; no prototype is touched (groups 32, 34)", () => {
  const copy = ownData("m", JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{}}}'));
  expect(JSON.stringify(copy)).toBe('{"__proto__":{"polluted":true},"constructor":{"prototype":{}}}');
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test("numbers that are no whole numbers never become something else on the way (group 43)", async () => {
  const size = (sizeBytes: unknown) =>
    wrong({ models: [{ ...manifest("one"), files: [{ name: "f", url: "u", sizeBytes }] }] });
  for (const [given, shown] of [
    [-1, "-1"],
    [1.5, "1.5"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "Infinity"],
    [1e21, "1e+21"],
    [2 ** 53, "9007199254740992"],
  ] as const) {
    expect(await size(given)).toEqual(["options.models[0].files[0].sizeBytes", shown]);
  }
  expect(JSON.stringify(ownData("m", -0))).toBe("0");
});

test("half characters are refused, and so is more than a mebibyte (groups 26, 28)", async () => {
  expect((await wrong({ models: [{ ...manifest("one"), name: "a\ud800" }] }))[0]).toBe("options.models[0].name");
  const many = Array.from({ length: 10_000 }, (_, i) => manifest(`model-${i}-${"x".repeat(40)}`));
  expect((await wrong({ models: many }))[0]).toBe("options.models");
});

test("errors never run code of the value, and show no more than 200 characters of it", async () => {
  const hostile = {
    toString() {
      throw new Error("ran");
    },
  };
  expect(await wrong({ namespace: hostile })).toEqual(["options.namespace", "an object"]);
  expect((await wrong({ namespace: "x".repeat(10_000) }))[1]).toBe("x".repeat(200));
});

test("wrong arguments of calls are refused by field and value, and nothing reaches the core", async () => {
  const { modelyard, core } = scripted();
  await modelyard.open();
  const calls: ReadonlyArray<[run: () => unknown, field: string]> = [
    [() => modelyard.openConversation(7 as never), "conversationId"],
    [() => modelyard.select("c", null as never), "modelId"],
    [() => modelyard.select("c\udc00", "one"), "conversationId"],
    [() => modelyard.download({} as never), "modelId"],
    [() => modelyard.cancel("7" as never), "jobId"],
    [() => modelyard.cancel(-1), "jobId"],
    [() => modelyard.pause(1.5), "jobId"],
    [() => modelyard.move(1, Number.NaN), "position"],
    [() => modelyard.removeModel("one", { force: true } as never), "options.force"],
    [() => modelyard.removeModel("one", { unload: "yes" as never }), "options.unload"],
    [() => modelyard.addModels({} as never), "models"],
    [() => modelyard.on("modelLoaded", undefined as never), "listener"],
    [() => modelyard.subscribe("x" as never), "listener"],
  ];
  for (const [call, field] of calls) expect(await errorOf(call)).toMatchObject({ code: "invalid_input", field });
  expect((core() as ScriptedCore).commands).toEqual([]);
});

test("wrong chat requests are refused at once (group 55)", async () => {
  const { modelyard } = scripted();
  await modelyard.open();
  const good = { conversationId: "c", messages: [{ role: "user", content: "hi" }] };
  const fieldOf = async (request: unknown) => {
    const error = await errorOf(() => modelyard.chat(request as never));
    expect(error["code"]).toBe("invalid_input");
    return error["field"];
  };
  expect(await fieldOf(null)).toBe("request");
  expect(await fieldOf({ ...good, conversationId: 1 })).toBe("request.conversationId");
  expect(await fieldOf({ ...good, messages: [] })).toBe("request.messages");
  expect(await fieldOf({ ...good, messages: [{ role: "robot", content: "" }] })).toBe("request.messages[0].role");
  expect(await fieldOf({ ...good, messages: [{ role: "user", content: [] }] })).toBe("request.messages[0].content");
  expect(await fieldOf({ ...good, signal: {} })).toBe("request.signal");
  const wrongOptions = { temperature: "hot", topP: 1.1, maxTokens: 0, topK: 0.5, seed: -1, stop: [""], repeat: 1 };
  for (const [name, value] of Object.entries(wrongOptions)) {
    const field = await fieldOf({ ...good, options: { [name]: value } });
    expect(field).toBe(name === "stop" ? "request.options.stop[0]" : `request.options.${name}`);
  }
  expect(await fieldOf({ ...good, options: { temperature: Number.NaN } })).toBe("request.options.temperature");
  const throwing = Object.defineProperty({ ...good }, "messages", {
    enumerable: true,
    get() {
      throw new Error("no");
    },
  });
  expect(await fieldOf(throwing)).toBe("request");
  for (const options of [{ temperature: 0, topP: 1, maxTokens: 1e12, topK: 1, seed: 0, stop: ["\n"] }, {}]) {
    expect(() => modelyard.chat({ ...good, options } as never)).not.toThrow();
  }
});
