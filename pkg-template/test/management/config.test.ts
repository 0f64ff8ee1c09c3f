import { expect, test, vi } from "vitest";
import { failure } from "../../src/failure.js";
import { errorOf, settle } from "../unit/scripted.js";
import { scriptedWorld } from "./scripted.js";

/** The texts that a session was given for layers, one list a call. */
const layersOf = (world: ReturnType<typeof scriptedWorld>) =>
  world
    .managed()
    .calls.filter(([name]) => name === "setLayers")
    .map(([, text]) => JSON.parse(String(text)) as Array<{ layer: string; text: string }>);

test("only the environment's own strings leave the app", async () => {
  const environment = {
    MODELYARD_MODEL: "a",
    MODELYARD_TEMPERATURE: "0.5",
    MODELYARD_DEBUG: true,
    OPENAI_API_KEY: "sk-canary",
    DEV: true,
    BASE_URL: "/",
  };
  const world = scriptedWorld({ managementOptions: { environment } });
  await world.modelyard.open();
  expect(layersOf(world)).toEqual([
    [{ layer: "environment", text: '{"MODELYARD_MODEL":"a","MODELYARD_TEMPERATURE":"0.5"}' }],
  ]);
  expect(JSON.stringify(world.managed().calls)).not.toContain("canary");
});

test("the layers come together: file, environment, options, and the page's query if the app says so", async () => {
  const world = scriptedWorld({
    managementOptions: { file: '{"contextSize":1}', environment: {}, config: { contextSize: 2 }, page: true },
  });
  await world.modelyard.open();
  expect(layersOf(world)).toEqual([
    [
      { layer: "file", text: '{"contextSize":1}' },
      { layer: "environment", text: "{}" },
      { layer: "options", text: '{"contextSize":2}' },
      { layer: "page", text: "?modelyard.temperature=1" },
    ],
  ]);
  const given = scriptedWorld({ managementOptions: { page: "modelyard.model=x" } });
  await given.modelyard.open();
  expect(layersOf(given)).toEqual([[{ layer: "page", text: "modelyard.model=x" }]]);
  const silent = scriptedWorld({ managementOptions: { page: false } });
  await silent.modelyard.open();
  expect(layersOf(silent)).toEqual([[]]);
});

test("what is stored stands in the place of the file, unless it is wrong or not wanted", async () => {
  const texts = async (refused: unknown, stored: boolean) => {
    const world = scriptedWorld({
      managementOptions: { file: "{}", stored },
      management: {
        call(name) {
          if (name === "storedConfig") return '{"contextSize":9}';
          return name === "open" ? refused : undefined;
        },
      },
    });
    await world.modelyard.open();
    expect(JSON.parse(world.managed().optionsJson).withoutStored).toBe(!stored);
    return [layersOf(world), world.management.getSnapshot().failure] as const;
  };
  expect(await texts(undefined, true)).toEqual([[[]], null]);
  expect(await texts(undefined, false)).toEqual([[[{ layer: "file", text: "{}" }]], null]);
  const wrong = failure("not_found", "It is of another time.");
  const [layers, why] = await texts(wrong, true);
  expect(layers).toEqual([[{ layer: "file", text: "{}" }]]);
  expect(why).toMatchObject({ message: "It is of another time." });
});

test("a file is fetched; one that cannot be is said, and the app opens without it", async () => {
  const file = new URL("https://app.example/modelyard.json");
  const found = scriptedWorld({ managementOptions: { file }, files: { [file.href]: '{"topK":1}' } });
  await found.modelyard.open();
  expect(layersOf(found)).toEqual([[{ layer: "file", text: '{"topK":1}' }]]);
  const missing = scriptedWorld({ managementOptions: { file: new URL(`${file.href}?key=sk-canary`) } });
  await missing.modelyard.open();
  const { failure: why, status } = missing.management.getSnapshot();
  expect(status).toBe("ready");
  expect(why).toMatchObject({ code: "network", message: expect.stringContaining(file.href) });
  expect(JSON.stringify(why)).not.toContain("canary");
});

const refusal = (field: string) => ({
  ...failure("invalid_input", `${field} is wrong.`, { field, value: "hot", others: [failure("not_found", "More.")] }),
  code: "invalid_config" as const,
});

test("a layer that is wrong at the start is left out and said; the others count", async () => {
  const world = scriptedWorld({
    managementOptions: { file: "{}", config: {}, page: "?modelyard.temperature=hot" },
    management: {
      call(name, rest) {
        if (name === "setLayers" && String(rest[0]).includes("hot")) throw refusal("generation.temperature");
        return undefined;
      },
    },
  });
  await world.modelyard.open();
  expect(world.modelyard.getSnapshot().status).toBe("ready");
  expect(world.management.getSnapshot()).toMatchObject({
    status: "ready",
    failure: { code: "invalid_config", field: "generation.temperature", others: [{ message: "More." }] },
  });
  expect(layersOf(world).map((layers) => layers.map(({ layer }) => layer))).toEqual([
    ["file", "options", "page"],
    ["file"],
    ["options"],
    ["page"],
  ]);
});

test("what is wrong with a new text is thrown with field, value and all else, and nothing changes", async () => {
  const world = scriptedWorld({
    management: {
      call(name, rest) {
        const isWrong = name === "setLayers" || name === "saveConfig";
        if (isWrong && String(rest[0]).includes("hot")) throw refusal("generation.temperature");
        return undefined;
      },
    },
  });
  const { management, modelyard, core } = world;
  await modelyard.open();
  const heard = vi.fn();
  management.on("configChanged", heard);
  const before = management.getSnapshot();
  const expected = { name: "ModelyardError", code: "invalid_config", field: "generation.temperature", value: "hot" };
  expect(await errorOf(() => management.config.set("options", { generation: { temperature: "hot" } }))).toMatchObject(
    expected,
  );
  const saved = await errorOf(() => management.config.save("hot"));
  expect(saved).toMatchObject({ ...expected, others: [{ message: "More." }] });
  await settle();
  expect(management.getSnapshot()).toBe(before);
  expect(heard).not.toHaveBeenCalled();
  expect(core().commands.filter(({ type }) => type === "configure")).toEqual([]);
});

test("a change is told once, with its keys, and the snapshot has the new values", async () => {
  let json = "0.5";
  const world = scriptedWorld({
    management: {
      call(name) {
        if (name === "settings") return [{ path: "generation.temperature", layer: "options", json }];
        if (name === "settingsFor")
          return [["temperature", { path: "generation.temperature", layer: "options", json }]];
        if (name === "setLayers") return { keys: ["generation.temperature"], warnings: [refusal("x")] };
        return undefined;
      },
    },
  });
  const { management, modelyard } = world;
  await modelyard.open();
  const heard = vi.fn();
  management.on("configChanged", heard);
  json = "0.70";
  const change = management.config.set("options", { generation: { temperature: 0.7 } });
  expect(change).toMatchObject({ keys: ["generation.temperature"], warnings: [{ field: "x" }] });
  await settle();
  expect(heard.mock.calls).toEqual([[{ type: "configChanged", ...change }]]);
  const setting = { path: "generation.temperature", layer: "options", json: "0.70", value: 0.7 };
  expect(management.config.get("generation.temperature")).toEqual(setting);
  expect(management.config.effective()).toBe(management.getSnapshot().settings);
  expect([...management.config.forModel("ollama/a")]).toEqual([["temperature", setting]]);
  expect(management.config.get("nothing")).toBe(null);
  expect(management.getSnapshot().warnings).toEqual(change.warnings);
});

test("wrong arguments are refused before Rust sees them", async () => {
  const { management, modelyard } = scriptedWorld();
  await modelyard.open();
  for (const [call, field] of [
    [() => management.config.set("call" as never, {}), "layer"],
    [() => management.config.set("options", 7 as never), "value"],
    [() => management.config.set("options", { a: () => 1 }), "value.a"],
    [() => management.config.set("options", { a: Number.NaN }), "value.a"],
    [() => management.config.save([] as never), "value"],
    [() => management.config.get(7 as never), "path"],
    [() => management.test(7 as never), "provider"],
    [() => management.test({ host: 7 as never }), "provider.host"],
  ] as const) {
    expect(await errorOf(call)).toMatchObject({ code: "invalid_input", field });
  }
  for (const [options, field] of [
    [{ file: 7 }, "options.file"],
    [{ environment: "a" as never, page: 7 }, "options.page"],
    [{ config: [] }, "options.config"],
    [{ stored: "no" }, "options.stored"],
    [{ wasm: 7 }, "options.wasm"],
    [{ else: 7 }, "options.else"],
  ] as const) {
    expect(await errorOf(() => scriptedWorld({ managementOptions: options as never }))).toMatchObject({ field });
  }
});

test("a text that could not be stored is in force all the same, and the error says so", async () => {
  const world = scriptedWorld({
    management: {
      call(name) {
        if (name === "saveConfig") throw { ...failure("not_found", "No room."), code: "storage_full" };
        return undefined;
      },
    },
  });
  await world.modelyard.open();
  const heard = vi.fn();
  world.management.on("configChanged", heard);
  expect(await errorOf(() => world.management.config.save({ topK: 1 }))).toMatchObject({ code: "storage_full" });
  await settle();
  expect(heard).toHaveBeenCalledTimes(1);
  expect(world.core().commands.some(({ type }) => type === "configure")).toBe(true);
});
