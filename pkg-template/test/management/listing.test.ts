import { expect, test } from "vitest";
import { failure } from "../../src/failure.js";
import type { ManagementEvent } from "../../src/management/api.js";
import { errorOf, modelState, settle } from "../unit/scripted.js";
import { factsText, provider, scriptedWorld, served, servedState } from "./scripted.js";

const many = (count: number) =>
  Array.from({ length: count }, (_, at): [string, ReturnType<typeof servedState>] => [
    `ollama/m${at}`,
    servedState("ollama", `m${at}`, { sizeBytes: at }),
  ]);

test("a row says what is known, from whom, and what is not", async () => {
  const dead = provider("lab", { state: "failing", failure: failure("network", "Nobody answers."), offline: true });
  const world = scriptedWorld({
    management: { providers: () => [provider("ollama", { stale: true, ageMs: 5 }), dead] },
    script: {
      open: (core) =>
        core.step({
          models: [
            ["one", modelState("one", { presence: "cached", inUse: true })],
            ["ollama/a", servedState("ollama", "a", { sizeBytes: 7, contextWindow: 8 })],
          ],
        }),
      command(command) {
        if (command.type !== "describe") return undefined;
        const a = {
          family: "llama",
          context: { tokens: 8, source: "advertised" },
          effectiveContext: { tokens: 4, source: "served" },
          parametersMillions: 1200,
          modified: "2026-01-02",
        } as const;
        return { type: "described", facts: factsText(command.modelIds, { "ollama/a": a }) };
      },
    },
  });
  await world.modelyard.open();
  world.managed().host.listed("ollama", JSON.stringify([served("ollama", "a")]), 1, true);
  const { models, providers } = await world.management.list();
  expect(models).toMatchObject([
    {
      id: "one",
      provider: "fake",
      family: null,
      presence: "cached",
      inUse: true,
      served: false,
      stale: false,
      ageMs: null,
    },
    {
      id: "ollama/a",
      name: "a",
      provider: "ollama",
      family: "llama",
      sizeBytes: 7,
      parametersBillions: 1.2,
      modified: "2026-01-02",
      contextWindow: 8,
      servedContextWindow: 4,
      served: true,
      stale: true,
      ageMs: 5,
      unknown: ["quantization", "maxOutputTokens", "capabilities"],
    },
  ]);
  expect(models[0]?.unknown).toEqual([
    "family",
    "parametersBillions",
    "quantization",
    "modified",
    "contextWindow",
    "servedContextWindow",
    "maxOutputTokens",
    "capabilities",
  ]);
  // The dead one is there with its failure, and takes nothing from the other.
  expect(providers).toMatchObject([{ id: "ollama" }, { id: "lab", state: "failing", failure: { code: "network" } }]);
  expect(Object.isFrozen(models) && Object.isFrozen(models[0])).toBe(true);
});

test("models of providers that answered are shown while others hang", async () => {
  const names = Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? `good-${at}` : `hangs-${at}`));
  const states = names.map((id) => provider(id, id.startsWith("good") ? {} : { state: "asking", listedAt: null }));
  const asked: string[] = [];
  const world = scriptedWorld({
    management: {
      providers: () => states,
      // Rust holds its answer back while somebody hangs, unless nobody waits.
      call(name, [json]) {
        if (name !== "list") return undefined;
        asked.push(json as string);
        const { waitMs } = JSON.parse(json as string) as { waitMs?: number };
        return waitMs === 0 ? { providers: states } : new Promise(() => undefined);
      },
    },
    script: {
      command(command) {
        if (command.type !== "setServed") return undefined;
        const rows = command.models.map((model) => [model.id, servedState(command.engineId, "m")] as const);
        world.core().step({ models: rows.map(([id, state]) => [id, state]) });
        return undefined;
      },
    },
  });
  await world.modelyard.open();
  for (const id of names.filter((name) => name.startsWith("good"))) {
    world.managed().host.listed(id, JSON.stringify([served(id, "m")]), 1, false);
  }
  const { models } = await world.management.list({ waitMs: 0 });
  expect(world.modelyard.getSnapshot().models).toHaveLength(10);
  expect(models.map(({ id }) => id)).toContain("good-18/m");
  expect(JSON.parse(asked.at(-1) ?? "")).toEqual({ refresh: false, waitMs: 0 });
  for (const waitMs of [-1, 1.5, Number.NaN, "5"]) {
    const error = await errorOf(() => world.management.list({ waitMs } as never));
    expect(error).toMatchObject({ code: "invalid_input", field: "options.waitMs" });
  }
});

test("five thousand models are described a piece at a time, and not again while nothing changed", async () => {
  const world = scriptedWorld({
    management: { providers: () => [provider("ollama")] },
    script: { open: (core) => core.step({ models: many(5000) }) },
  });
  await world.modelyard.open();
  const described = () => world.core().commands.filter((command) => command.type === "describe");
  const first = await world.management.list();
  expect(first.models).toHaveLength(5000);
  expect(described().every((command) => command.modelIds.length <= 250)).toBe(true);
  const asked = described().length;
  const again = await world.management.list();
  expect(again.models).toBe(first.models);
  expect(described()).toHaveLength(asked);
  // One model changed, or the settings did: the rows are made anew.
  world.core().step({ models: [["ollama/m0", servedState("ollama", "m0", { sizeBytes: 99 })]] });
  const other = await world.management.list();
  expect(other.models.find(({ id }) => id === "ollama/m0")?.sizeBytes).toBe(99);
  world.modelyard.configure({ catalog: [] });
  const before = described().length;
  await world.management.list();
  expect(described().length).toBeGreaterThan(before);
});

test("work that takes long lets the page do something else in between", async () => {
  const world = scriptedWorld({
    management: { providers: () => [provider("ollama")] },
    script: {
      open: (core) => core.step({ models: many(1000) }),
      command(command) {
        if (command.type === "describe") world.pass(20);
        return undefined;
      },
    },
  });
  await world.modelyard.open();
  await world.management.list();
  const { pauses } = world.surroundings;
  world.modelyard.configure({});
  await world.management.list();
  expect(world.surroundings.pauses - pauses).toBe(3);
});

test("one provider, one engine of the page, and wishes that are wrong", async () => {
  const world = scriptedWorld({
    management: { providers: () => [provider("ollama")] },
    options: { engines: [{ id: "fake", load: () => Promise.reject() }] },
    script: {
      open: (core) => core.step({ models: [...many(2), ["one", modelState("one")]] }),
    },
  });
  const { management, managed } = world;
  await world.modelyard.open();
  const idsOf = async (asked: object) => (await management.list(asked)).models.map(({ id }) => id);
  expect(await idsOf({ provider: "ollama", refresh: true })).toEqual(["ollama/m0", "ollama/m1"]);
  expect(managed().calls.findLast(([name]) => name === "list")).toEqual([
    "list",
    '{"provider":"ollama","refresh":true}',
  ]);
  const asked = managed().count("list");
  expect(await idsOf({ provider: "fake" })).toEqual(["one"]);
  expect(managed().count("list")).toBe(asked);
  for (const [wrong, field] of [
    [{ provider: 1 }, "options.provider"],
    [{ refresh: "yes" }, "options.refresh"],
    [{ signal: {} }, "options.signal"],
    [{ fresh: true }, "options.fresh"],
  ] as const) {
    expect(await errorOf(() => management.list(wrong as never))).toMatchObject({ code: "invalid_input", field });
  }
});

test("a question that is given up ends at once, whatever the provider does", async () => {
  const world = scriptedWorld({
    management: {
      providers: () => [provider("ollama")],
      call: (name, rest) => (name === "list" && rest[0] !== "{}" ? new Promise(() => undefined) : undefined),
    },
  });
  await world.modelyard.open();
  const controller = new AbortController();
  const given = errorOf(() => world.management.list({ signal: controller.signal }));
  await settle();
  controller.abort();
  expect(await given).toMatchObject({ code: "canceled" });
  expect(await errorOf(() => world.management.list({ signal: controller.signal }))).toMatchObject({ code: "canceled" });
});

test("what happens is told: lists that came, providers that changed", async () => {
  let states = [provider("ollama", { state: "asking" })];
  const world = scriptedWorld({ management: { providers: () => states } });
  await world.modelyard.open();
  const heard: ManagementEvent[] = [];
  for (const type of ["modelsListed", "providerChanged", "configChanged"] as const) {
    world.management.on(type, (event) => heard.push(event));
  }
  const before = world.management.getSnapshot();
  states = [provider("ollama", { models: 2 })];
  world.managed().host.listed("ollama", "[]", 2, true);
  world.managed().host.providerChanged(JSON.stringify(states[0]));
  await settle();
  expect(heard).toEqual([
    { type: "modelsListed", provider: "ollama", count: 2, stale: true },
    { type: "providerChanged", provider: states[0] },
  ]);
  const after = world.management.getSnapshot();
  expect(after.providers).toEqual(states);
  expect(after.settings).toBe(before.settings);
  // The same again changes nothing.
  world.managed().host.providerChanged(JSON.stringify(states[0]));
  await settle();
  expect(world.management.getSnapshot()).toBe(after);
});

test("clearCache() forgets what providers said, of one or of all", async () => {
  const world = scriptedWorld({ management: { providers: () => [provider("ollama")] } });
  await world.modelyard.open();
  await world.management.clearCache();
  await world.management.clearCache("ollama");
  expect(world.managed().calls.filter(([name]) => name === "clearCache")).toEqual([
    ["clearCache", "{}"],
    ["clearCache", '{"provider":"ollama"}'],
  ]);
});

test("details of a model of the page name its files, also if it came later", async () => {
  const files = [{ name: "a.gguf", url: "https://models.example/a.gguf", sizeBytes: 7 }];
  const world = scriptedWorld({
    script: { open: (core) => core.step({ models: [["later", modelState("later", { engine: "fake" })]] }) },
  });
  await world.modelyard.open();
  world.modelyard.addModels([{ id: "later", name: "Later", description: "It came later.", engine: "fake", files }]);
  const details = await world.management.show("later");
  expect(details).toMatchObject({
    id: "later",
    served: false,
    description: "It came later.",
    files: [{ name: "a.gguf", sizeBytes: 7 }],
  });
  expect(details.missing).toEqual(expect.arrayContaining(["license", "template", "contextWindow", "capabilities"]));
  expect(details.missing).not.toContain("files");
  expect(await errorOf(() => world.management.show("latr"))).toMatchObject({
    code: "not_found",
    recovery: ["Did you mean “later”?"],
  });
});
