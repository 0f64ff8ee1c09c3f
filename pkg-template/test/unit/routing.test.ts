import { expect, test, vi } from "vitest";
import type { Command, Decision, Reply } from "../../src/generated/index.js";
import { isModelyardError } from "../../src/index.js";
import { lookups, replies } from "../generated/shapes.js";
import { errorOf, scripted, settle } from "./scripted.js";

const decision = (id: string | null): Decision =>
  ({
    chosen: id === null ? null : { id, provider: "wllama", by: "profile", tieBreak: "alone" },
    request: { wish: { profile: "fast" } },
    path: [],
    warnings: [],
    catalogVersion: "1",
  }) as Decision;

async function opened(answer: (command: Command) => Reply | undefined = () => undefined) {
  const world = scripted({ command: (command) => answer(command) });
  await world.modelyard.open();
  return world;
}

/** Lookups as the core writes them, and the text they cross in. */
const names = lookups.map(({ name }) => name);
const found = replies.find(({ type }) => type === "found") as Extract<Reply, { type: "found" }>;

test("lookups are put together from what they have in common and what is their own", async () => {
  const { modelyard } = await opened(({ type }) => (type === "lookUp" ? found : undefined));
  const known = modelyard.catalog.lookup(names);
  expect(known).toEqual(lookups);
  expect(known.map((lookup) => Object.keys(lookup))).toEqual(lookups.map((lookup) => Object.keys(lookup)));
  const shared = ({ context, capabilities, profiles, origin, matched }: (typeof known)[0]) =>
    [context, capabilities, profiles, origin, origin.sources, matched.stripped].every(Object.isFrozen);
  expect(known.every(shared), "what they share cannot be changed").toBe(true);
  expect(known[0]?.capabilities, "and is shared").toBe(known[3]?.capabilities);
});

test("many names cross to the core at once, one name gives one answer", async () => {
  const { modelyard, core } = await opened(({ type }) => (type === "lookUp" ? found : undefined));
  expect(modelyard.catalog.lookup(["a", "b"]).map(({ name }) => name)).toEqual(["a", "b"]);
  expect(modelyard.catalog.lookup("llama3.1:8b")).toMatchObject({ name: "llama3.1:8b" });
  expect(core().commands.map(({ type }) => type)).toEqual(["lookUp", "lookUp"]);
  expect(modelyard.catalog.family("gpt-4o")).toMatchObject({ family: "gpt", class: "general" });
  expect(await errorOf(() => modelyard.catalog.lookup(["a", (() => "b") as unknown as string]))).toMatchObject({
    code: "invalid_input",
    field: "names[1]",
  });
});

test("a profile is selected through the router, and the handle names the model it led to", async () => {
  const { modelyard, core } = await opened(({ type }) =>
    type === "selectProfile" ? { type: "routed", modelId: "two", intent: 3 } : undefined,
  );
  const selection = modelyard.selectProfile("a", "fast", { tools: true });
  expect(selection).toMatchObject({ conversationId: "a", modelId: "two", intent: 3 });
  expect(core().commands.at(-1)).toEqual({
    type: "selectProfile",
    conversationId: "a",
    profile: "fast",
    needs: { tools: true },
  });
  core().step({}, [
    { type: "selectionSettled", conversationId: "a", modelId: "two", intent: 3, outcome: { status: "activated" } },
  ]);
  expect(await selection.settled).toEqual({ status: "activated" });
});

test("a route is the chosen model with its decision; a profile may be named or written out", async () => {
  const { modelyard, core } = await opened(() => ({
    type: "decided",
    decision: decision("two"),
    explanation: ["Because."],
    failure: null,
  }));
  const asked = () => (core().commands.at(-1) as Extract<Command, { type: "route" }>).request;
  expect(modelyard.router.route({ profile: "fast" })).toMatchObject({ model: "two", explanation: ["Because."] });
  expect(asked()).toEqual({ wish: { profile: "fast" } });
  modelyard.router.route({ model: "two", needs: { tokens: 9 }, strict: true });
  expect(asked()).toEqual({ wish: { model: "two" }, needs: { tokens: 9 }, strict: true });
  modelyard.router.route({ profile: { name: "mine", minContext: 9 } });
  expect(asked().wish).toEqual({ inline: { name: "mine", minContext: 9 } });
  expect(await errorOf(() => modelyard.router.route({ profile: "a", model: "b" } as never))).toMatchObject({
    code: "invalid_input",
    field: "request",
  });
});

test("where no model fits, the error carries all of the decision", async () => {
  const failure = { code: "no_compatible_models", message: "None.", recovery: ["Get one."], retryable: false } as const;
  const { modelyard } = await opened(() => ({
    type: "decided",
    decision: decision(null),
    explanation: ["None."],
    failure: { ...failure, recovery: [...failure.recovery] },
  }));
  const error = await errorOf(() => modelyard.router.route({ profile: "fast" }));
  expect(isModelyardError(error, "no_compatible_models")).toBe(true);
  expect(error).toMatchObject({ decision: { chosen: null, path: [] } });
});

test("settings are given to each new core, those that came later too", async () => {
  const overrides = { fast: "one" };
  const { modelyard, core, cores } = scripted({}, { overrides, defaultProfile: "fast" });
  await modelyard.open();
  const given = () => JSON.parse(core().optionsJson) as object;
  expect(given()).toMatchObject({ defaultProfile: "fast", overrides: [{ profile: "fast", model: "one" }] });
  modelyard.configure({ profiles: [{ name: "mine", minContext: 1 }] });
  expect(core().commands.at(-1)).toEqual({ type: "configure", profiles: [{ name: "mine", minContext: 1 }] });
  core().host.crashed("a place");
  while (cores.length < 2) await new Promise((resolve) => setTimeout(resolve));
  expect(given()).toMatchObject({ profiles: [{ name: "mine", minContext: 1 }], overrides: [{ profile: "fast" }] });
});

test("settings that a core refuses are not remembered", async () => {
  const { modelyard, core, cores } = scripted({
    command: ({ type }) => {
      if (type !== "configure") return undefined;
      throw { code: "invalid_config", message: "Wrong.", recovery: ["Correct it."], retryable: false };
    },
  });
  await modelyard.open();
  expect(await errorOf(() => modelyard.configure({ overrides: { fast: "one" } }))).toMatchObject({
    code: "invalid_config",
  });
  core().host.crashed("a place");
  while (cores.length < 2) await new Promise((resolve) => setTimeout(resolve));
  expect(JSON.parse(core().optionsJson)).not.toHaveProperty("overrides");
});

test("numbers of settings may be fractions, but must be numbers", async () => {
  const entry = { name: "mine", parametersBillions: 0.135 };
  const { modelyard, core } = await opened();
  modelyard.configure({ catalog: [entry] });
  expect(core().commands.at(-1)).toEqual({ type: "configure", catalog: [entry] });
  const wrong = { catalog: [{ ...entry, parametersBillions: Number.NaN }] };
  expect(await errorOf(() => modelyard.configure(wrong))).toMatchObject({
    code: "invalid_input",
    field: "settings.catalog[0].parametersBillions",
    value: "NaN",
  });
});

test("the core hears what the browser says of the device, and again when the network goes; never after the end", async () => {
  const navigator = {
    onLine: true,
    storage: { estimate: async () => ({ quota: 100, usage: 30 }) },
  };
  vi.stubGlobal("navigator", navigator);
  const window = new EventTarget();
  vi.stubGlobal("addEventListener", window.addEventListener.bind(window));
  const { modelyard, core } = await opened();
  await settle();
  expect(core().devices).toEqual([
    { type: "describeDevice", online: true, webgpu: false, shaderF16: false, freeDiskBytes: 70 },
  ]);
  // With the interface nobody knows before an adapter was asked for.
  Object.assign(navigator, { gpu: {} });
  navigator.onLine = false;
  window.dispatchEvent(new Event("offline"));
  await settle();
  expect(core().devices.at(-1)).toEqual({ type: "describeDevice", online: false, freeDiskBytes: 70 });
  await modelyard.close();
  window.dispatchEvent(new Event("online"));
  await settle();
  expect(core().devices).toHaveLength(2);
  vi.unstubAllGlobals();
});
