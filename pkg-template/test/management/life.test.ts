import { expect, test, vi } from "vitest";
import type { GenerationOptions, LoadedModel } from "../../src/api.js";
import { failure } from "../../src/failure.js";
import { conversationState, errorOf, manifest, modelState, settle, trap } from "../unit/scripted.js";
import { provider, scriptedWorld, served, servedState } from "./scripted.js";

const ollama = () => [provider("ollama")];

test("making a management does nothing, and its calls before open() are not_ready", async () => {
  const { management, managements, surroundings } = scriptedWorld();
  expect(management.getSnapshot()).toBe(management.getServerSnapshot());
  for (const call of [
    () => management.list(),
    () => management.show("a"),
    () => management.status("a"),
    () => management.pull("a"),
    () => management.remove("a"),
    () => management.clearCache(),
    () => management.test("ollama"),
    () => management.config.effective(),
    () => management.config.get("contextSize"),
    () => management.config.forModel("a"),
    () => management.config.set("options", {}),
    () => management.config.save({}),
    () => management.config.text(),
  ]) {
    expect(await errorOf(call)).toMatchObject({ name: "ModelyardError", code: "not_ready" });
  }
  expect([managements.length, surroundings.loads]).toEqual([0, 0]);
});

test("a management belongs to one instance, and is made by createManagement()", async () => {
  const { createInstance } = await import("../../src/instance.js");
  const { management } = scriptedWorld();
  const ports = {} as never;
  const twice = () => createInstance({ models: [], engines: [], management }, ports);
  expect(await errorOf(twice)).toMatchObject({ code: "invalid_input", field: "options.management" });
  const foreign = () => createInstance({ models: [], engines: [], management: {} }, ports);
  expect(await errorOf(foreign)).toMatchObject({ code: "invalid_input", field: "options.management" });
});

test("management opens before the core, which begins with what it knows, under the options of the app", async () => {
  const settings = {
    defaultModel: "ollama/a",
    superseded: "keep",
    overrides: [
      { profile: "code", model: "ollama/a" },
      { profile: "fast", model: "ollama/b" },
    ],
    profiles: [{ name: "legal" }],
    catalog: [{ name: "x" }],
  };
  const { modelyard, core, managed, order } = scriptedWorld({
    management: {
      settings: JSON.stringify(settings),
      providers: ollama,
      call(name, _, { host }) {
        if (name === "open") host.listed("ollama", JSON.stringify([served("ollama", "a")]), 1, true);
        return undefined;
      },
    },
    options: { overrides: { code: "one" }, catalog: [{ name: "y", family: "mine" }], namespace: "app" },
  });
  await modelyard.open();
  expect(order).toEqual(["management", "core"]);
  expect(JSON.parse(managed().optionsJson)).toEqual({
    namespace: "app",
    engines: [],
    pageOrigin: "https://app.example",
    withoutStored: false,
    acknowledgeKeyInBrowser: false,
  });
  expect(JSON.parse(core().optionsJson)).toMatchObject({
    servers: ["ollama"],
    served: [{ id: "ollama/a" }],
    defaultModel: "ollama/a",
    superseded: "keep",
    overrides: [
      { profile: "code", model: "one" },
      { profile: "fast", model: "ollama/b" },
    ],
    profiles: [{ name: "legal" }],
    catalog: [{ name: "y" }, { name: "x" }],
  });
  // And in the background the providers are asked for what is new.
  await settle();
  expect(managed().calls).toContainEqual(["list", "{}"]);
});

test("a default model that neither the page nor a server has is left out: it must not keep the app closed", async () => {
  for (const [defaultModel, kept] of [
    ["nowhere", null],
    ["", null],
    ["one", "one"],
    ["ollama/not-yet", "ollama/not-yet"],
  ] as const) {
    const { modelyard, core } = scriptedWorld({
      management: { settings: JSON.stringify({ defaultModel }), providers: ollama },
    });
    await modelyard.open();
    expect(JSON.parse(core().optionsJson).defaultModel).toBe(kept);
  }
});

test("what the app says of the start of a conversation wins over the configuration, be it model or profile", async () => {
  const { modelyard, core } = scriptedWorld({
    management: { settings: JSON.stringify({ defaultModel: "", defaultProfile: "code" }) },
    options: { defaultModel: "one", superseded: "cancel" },
  });
  await modelyard.open();
  expect(JSON.parse(core().optionsJson)).toMatchObject({ defaultModel: "one", defaultProfile: null });
});

test("a trap in management fails the calls that run, makes a new instance with the same layers, and leaves the core alone", async () => {
  let asked = 0;
  const world = scriptedWorld({
    management: {
      providers: ollama,
      call(name) {
        if (name === "show") asked += 1;
        if (name === "show" && asked === 1) return new Promise(() => undefined);
        if (name === "show") throw trap();
        return undefined;
      },
    },
    script: { open: (core) => core.step({ models: [["ollama/a", servedState("ollama", "a")]] }) },
    managementOptions: { config: { contextSize: 1 } },
  });
  const { modelyard, management, cores, managements } = world;
  await modelyard.open();
  management.config.set("page", "?modelyard.temperature=0");
  const waiting = errorOf(() => management.show("ollama/a"));
  expect(await errorOf(() => management.show("ollama/a"))).toMatchObject({
    code: "engine_crashed",
    cause: "unreachable",
  });
  expect(await waiting).toMatchObject({ code: "engine_crashed" });
  await vi.waitFor(() => expect(management.getSnapshot().status).toBe("ready"));
  expect(managements).toHaveLength(2);
  const layers = managements[1]?.calls.find(([name]) => name === "setLayers")?.[1];
  expect(JSON.parse(String(layers))).toEqual([
    { layer: "options", text: '{"contextSize":1}' },
    { layer: "page", text: "?modelyard.temperature=0" },
  ]);
  // The poisoned instance is never called again.
  const before = managements[0]?.calls.length;
  await management.list();
  expect(managements[0]?.calls.length).toBe(before);
  expect(managements[1]?.count("list")).toBeGreaterThan(0);
  expect(cores).toHaveLength(1);
  expect(modelyard.getSnapshot().status).toBe("ready");
  // And nothing it still says gets through.
  const shown = management.getSnapshot();
  managements[0]?.host.providerChanged(JSON.stringify(provider("ghost")));
  managements[0]?.host.listed("ollama", JSON.stringify([served("ollama", "ghost")]), 1, false);
  await management.list();
  expect(management.getSnapshot()).toBe(shown);
  expect(JSON.stringify(cores[0]?.commands)).not.toContain("ghost");
});

test("a session that broke down is never called again, whoever still holds it", async () => {
  const { createSession } = await import("../../src/management/session.js");
  let calls = 0;
  class Core {
    settings() {
      calls += 1;
      throw trap();
    }
  }
  const glue = { default: async () => undefined, ManagementCore: Core } as never;
  const crashed = vi.fn();
  const session = await createSession(glue, {} as never, "{}", {} as never, crashed);
  const gone = vi.fn();
  session.whenGone(gone);
  for (let i = 0; i < 2; i += 1) {
    expect(await errorOf(() => session.call((core) => core.settings()))).toMatchObject({ code: "engine_crashed" });
  }
  expect([calls, crashed.mock.calls.length, gone.mock.calls.length]).toEqual([1, 1, 1]);
  expect(await errorOf(() => session.wait(async (core) => core.settings()))).toMatchObject({ code: "engine_crashed" });
  expect(calls).toBe(1);
});

test("management that breaks down again and again stays down, models of the page answer, and the next wish tries again", async () => {
  let broken = true;
  const world = scriptedWorld({
    management: {
      call(name) {
        if (name === "test" && broken) throw trap();
        return undefined;
      },
    },
  });
  const { modelyard, management, managements, cores } = world;
  await modelyard.open();
  for (let i = 0; i < 4; i += 1) {
    expect(await errorOf(() => management.test("ollama"))).toMatchObject({ code: "engine_crashed" });
    await settle();
  }
  expect(management.getSnapshot()).toMatchObject({ status: "failed", failure: { code: "engine_crashed" } });
  expect(managements).toHaveLength(4);
  expect(cores).toHaveLength(1);
  broken = false;
  await management.test("ollama");
  expect(management.getSnapshot()).toMatchObject({ status: "ready", failure: null });
});

test("management that cannot be opened says so, and the core opens without it", async () => {
  const world = scriptedWorld({
    management: {
      call(name) {
        if (name === "open") throw failure("not_found", "There is no such thing.");
        return undefined;
      },
    },
  });
  await world.modelyard.open();
  expect(world.modelyard.getSnapshot().status).toBe("ready");
  expect(world.management.getSnapshot()).toMatchObject({ status: "failed", failure: { code: "not_found" } });
});

test("when the core breaks down management stays; its pulls stop, and the new core is told what servers have", async () => {
  const world = scriptedWorld({
    management: { providers: ollama },
    script: {
      command(command) {
        if (command.type === "dismiss") throw trap();
        return undefined;
      },
    },
  });
  const { modelyard, managed, managements, cores } = world;
  await modelyard.open();
  managed().host.listed("ollama", JSON.stringify([served("ollama", "new")]), 1, false);
  managed().host.reach("ollama", "cors");
  world.core().host.pull(7, 1, "ollama/x", "ollama", "x");
  await settle();
  await errorOf(() => modelyard.dismiss(1));
  await modelyard.open();
  expect(managements).toHaveLength(1);
  expect(managed().calls).toContainEqual(["stopPull", 7, 1]);
  expect(JSON.parse(String(cores[1]?.optionsJson)).served).toMatchObject([{ id: "ollama/new" }]);
  expect(cores[1]?.commands).toContainEqual({ type: "serverReach", engineId: "ollama", reach: "cors" });
});

test("close() closes both, and every call after it is closed", async () => {
  const { modelyard, management, managed } = scriptedWorld();
  await modelyard.open();
  await modelyard.close();
  expect(managed().calls.slice(-2)).toEqual([["close"], ["free"]]);
  expect(management.getSnapshot().status).toBe("closed");
  for (const call of [() => management.list(), () => management.test("a"), () => management.config.set("file", "{}")]) {
    expect(await errorOf(call)).toMatchObject({ code: "closed" });
  }
});

test("lists that come while the core opens reach it as soon as it is open, the newest only", async () => {
  const world = scriptedWorld({
    management: { providers: ollama },
    script: {
      async open() {
        for (const name of ["old", "new"]) {
          world.managed().host.listed("ollama", JSON.stringify([served("ollama", name)]), 1, false);
        }
        await settle();
      },
    },
  });
  await world.modelyard.open();
  await world.management.list();
  const told = world.core().commands.filter((command) => command.type === "setServed");
  expect(told).toMatchObject([{ engineId: "ollama", models: [{ id: "ollama/new" }] }]);
});

test("models of the page get the options of the configuration, within their bounds, and refuse what they cannot do", async () => {
  const asked: GenerationOptions[] = [];
  const loads: Array<number | null> = [];
  const model: LoadedModel = {
    async *chat({ options }) {
      asked.push(options);
      yield { type: "end", reason: "stop" };
    },
    unload: async () => undefined,
  };
  const engine = {
    id: "fake",
    async load({ contextWindow }: { contextWindow: number | null }) {
      loads.push(contextWindow);
      return model;
    },
  };
  const setting = { path: "contextSize", layer: "file", json: "1000" };
  const world = scriptedWorld({
    management: {
      call(name, rest) {
        if (name === "settingsFor") return [["contextSize", setting]];
        if (name === "optionsFor") return JSON.stringify({ temperature: 0.5, ...JSON.parse(String(rest[1])), topK: 4 });
        return undefined;
      },
    },
    options: { engines: [engine] },
    script: {
      open(core) {
        core.step({
          models: [["one", modelState("one")]],
          conversations: [["c", conversationState("c", { activeModel: "one" })]],
        });
        core.host.load(1, "fake", "one", 4096, []);
        core.host.load(2, "fake", "one", 512, []);
        core.host.load(3, "fake", "one", null, []);
      },
      command(command, core) {
        if (command.type !== "requestAnswer") return undefined;
        const answerId = core.commands.length;
        core.host.startAnswer(answerId, 1, 1, "fake", "one");
        return { type: "answer", answerId };
      },
    },
  });
  await world.modelyard.open();
  await vi.waitFor(() => expect(loads).toHaveLength(3));
  expect(loads).toEqual([1000, 512, 1000]);
  const messages = [{ role: "user" as const, content: "hi" }];
  const answer = async (more: object) => {
    const deltas = [];
    for await (const delta of world.modelyard.chat({ conversationId: "c", messages, ...more })) deltas.push(delta);
    return deltas;
  };
  await answer({ options: { topP: 0.1 } });
  expect(asked).toEqual([{ temperature: 0.5, topP: 0.1, topK: 4 }]);
  for (const [what, more] of [
    ["tools", { tools: [{ name: "f" }] }],
    ["think", { think: "high" }],
    ["format", { format: "json" }],
    ["images", { messages: [{ role: "user", content: "?", images: [{ mediaType: "image/png", base64: "AA==" }] }] }],
  ] as const) {
    const error = await errorOf(() => answer(more));
    expect(error).toMatchObject({ code: "unsupported", model: "one", provider: "fake" });
    expect(error["message"]).toContain(what);
  }
  // Nothing is asked of it that way.
  await answer({ tools: [], think: false });
  expect(asked).toHaveLength(2);
});

test("an app's own settings stay above the configuration when either of them changes", async () => {
  let settings: object = { overrides: [{ profile: "fast", model: "ollama/b" }] };
  const world = scriptedWorld({
    management: {
      providers: ollama,
      call: (name) => (name === "coreSettings" ? JSON.stringify(settings) : undefined),
    },
    options: { overrides: { code: "one" } },
  });
  const { modelyard, management, core } = world;
  await modelyard.open();
  modelyard.configure({ profiles: [{ name: "mine" }] });
  expect(core().commands.at(-1)).toMatchObject({
    type: "configure",
    profiles: [{ name: "mine" }],
    overrides: [
      { profile: "code", model: "one" },
      { profile: "fast", model: "ollama/b" },
    ],
  });
  settings = { overrides: [{ profile: "code", model: "ollama/b" }], profiles: [{ name: "mine", minContext: 1 }] };
  management.config.set("file", "{}");
  expect(core().commands.findLast(({ type }) => type === "configure")).toEqual({
    type: "configure",
    profiles: [{ name: "mine" }],
    overrides: [{ profile: "code", model: "one" }],
    catalog: [],
  });
});

test("what the core refuses of a configuration is a warning, not a crash", async () => {
  const world = scriptedWorld({
    script: {
      command(command) {
        if (command.type === "configure") throw failure("not_found", "There is no such profile.");
        return undefined;
      },
    },
  });
  await world.modelyard.open();
  world.management.config.set("file", "{}");
  expect(world.management.getSnapshot().warnings).toMatchObject([{ code: "not_found" }]);
});

test("a model manifest keeps its place beside those of servers", async () => {
  const { modelyard } = scriptedWorld({
    script: {
      open: (core) =>
        core.step({
          models: [
            ["ollama/a", servedState("ollama", "a")],
            ["two", modelState("two")],
            ["one", modelState("one")],
          ],
        }),
    },
    options: { models: [manifest("one"), manifest("two")] },
  });
  await modelyard.open();
  expect(modelyard.getSnapshot().models.map(({ id }) => id)).toEqual(["one", "two", "ollama/a"]);
});
