import { expect, test } from "vitest";
import { failure } from "../../src/failure.js";
import { errorOf, jobState, modelState, settle, trap } from "../unit/scripted.js";
import { provider, scriptedWorld, servedState } from "./scripted.js";

const providers = () => [provider("ollama"), provider("lab", { kind: "openai" })];

/** What the core was told by one of its calls. */
const heard = (world: ReturnType<typeof scriptedWorld>, name: string) =>
  world
    .core()
    .told.filter(([told]) => told === name)
    .map(([, ...rest]) => rest);

test("the core's wish for a pull goes to the server, and what comes of it to the core", async () => {
  const world = scriptedWorld({ management: { providers } });
  await world.modelyard.open();
  world.core().host.pull(7, 2, "ollama/a:1b", "ollama", "a:1b");
  expect(world.managed().calls.at(-1)).toEqual(["pull", 7, 2, "ollama", "a:1b"]);
  const progress = '{"progress":{"ticket":{"job":7,"epoch":2},"downloadedBytes":1,"totalBytes":2,"restarted":false}}';
  const finished = '{"finished":{"ticket":{"job":7,"epoch":2},"files":[]}}';
  world.managed().host.pullReport(progress);
  world.managed().host.pullReport(finished);
  await settle();
  expect(heard(world, "pullReport")).toEqual([[progress], [finished]]);
  world.core().host.stopPull(7, 2);
  expect(world.managed().calls.at(-1)).toEqual(["stopPull", 7, 2]);
});

test("a pull that cannot be started ends in a report; one that is cut by a trap goes on in the next instance", async () => {
  const world = scriptedWorld({
    management: {
      providers,
      call(name, rest) {
        if (name === "pull" && rest[0] === 1) throw failure("not_found", "There is no such provider.");
        if (name === "test") throw trap();
        return undefined;
      },
    },
  });
  await world.modelyard.open();
  world.core().host.pull(1, 1, "gone/x", "gone", "x");
  await settle();
  const [[report]] = heard(world, "pullReport") as [[string]];
  expect(JSON.parse(report)).toMatchObject({
    failed: { ticket: { job: 1, epoch: 1 }, failure: { code: "not_found" } },
  });

  world.core().host.pull(2, 1, "ollama/a", "ollama", "a");
  world.core().host.pull(3, 4, "ollama/b", "ollama", "b");
  world.core().host.stopPull(3, 4);
  await errorOf(() => world.management.test("ollama"));
  await settle();
  expect(world.managements).toHaveLength(2);
  expect(world.managed().calls.filter(([name]) => name === "pull")).toEqual([["pull", 2, 1, "ollama", "a"]]);
  // Down for good: nobody is left waiting.
  for (let i = 0; i < 3; i += 1) {
    await errorOf(() => world.management.test("ollama"));
    await settle();
  }
  const [, [last]] = heard(world, "pullReport") as [unknown, [string]];
  expect(JSON.parse(last)).toMatchObject({
    failed: { ticket: { job: 2, epoch: 1 }, failure: { code: "engine_crashed" } },
  });
});

test("the core's wish to remove goes to the server, with what it frees or why it could not", async () => {
  const world = scriptedWorld({
    management: {
      providers,
      call(name, rest) {
        if (name !== "remove") return undefined;
        const { model } = JSON.parse(String(rest[0]));
        if (model === "b") throw failure("not_found", "There is no model b.");
        return { freedBytes: 12 };
      },
    },
  });
  await world.modelyard.open();
  world.core().host.removeServed(1, "ollama/a", "ollama", "a", true);
  world.core().host.removeServed(2, "ollama/b", "ollama", "b", false);
  await settle();
  expect(world.managed().calls).toContainEqual(["remove", '{"provider":"ollama","model":"a","unload":true}']);
  expect(heard(world, "servedRemoved")).toMatchObject([
    [1, 12, null],
    [2, 0, { code: "not_found", provider: "ollama", model: "ollama/b" }],
  ]);
});

test("pull() makes a model known and enqueues it, by its id, by name and provider, or by name alone", async () => {
  for (const [asked, options, id, preferred] of [
    ["ollama/a:1b", {}, "ollama/a:1b", null],
    ["ollama/a", {}, "ollama/a:latest", null],
    ["a", { provider: "ollama" }, "ollama/a:latest", null],
    ["hf.co/x/y", { provider: "ollama" }, "ollama/hf.co/x/y:latest", null],
    ["localhost:5000/x", { provider: "ollama" }, "ollama/localhost:5000/x:latest", null],
    ["a", { provider: "lab" }, "lab/a", null],
    ["a:7b", {}, "ollama/a:7b", "ollama"],
  ] as const) {
    const world = scriptedWorld({
      management: {
        providers,
        call: (name) =>
          name === "settings" && preferred
            ? [{ path: "defaultProvider", layer: "file", json: JSON.stringify(preferred) }]
            : undefined,
      },
      script: {
        command(command, core) {
          if (command.type !== "download") return undefined;
          core.step({ jobs: [[1, jobState(1, { modelId: command.modelId })]] });
          return { type: "job", jobId: 1, epoch: 1 };
        },
      },
    });
    await world.modelyard.open();
    const job = await world.management.pull(asked, options);
    expect(job).toMatchObject({ id: 1, modelId: id });
    const [engine] = id.split("/");
    const name = id.slice(id.indexOf("/") + 1);
    expect(world.core().commands.filter(({ type }) => type === "addServed")).toEqual([
      { type: "addServed", model: { id, name, engine, files: [], served: { name, here: false } } },
    ]);
  }
});

test("pull() of a model of the page is a download; of a name nobody is named for, an error", async () => {
  const world = scriptedWorld({
    management: { providers },
    script: {
      open: (core) => core.step({ models: [["one", modelState("one")]] }),
      command(command, core) {
        if (command.type !== "download") return undefined;
        core.step({ jobs: [[1, jobState(1, { modelId: command.modelId })]] });
        return { type: "job", jobId: 1, epoch: 1 };
      },
    },
  });
  await world.modelyard.open();
  expect(await world.management.pull("one")).toMatchObject({ modelId: "one" });
  expect(world.core().commands.some(({ type }) => type === "addServed")).toBe(false);
  for (const options of [{}, { provider: "nobody" }]) {
    const error = await errorOf(() => world.management.pull("else", options));
    expect(error).toMatchObject({ code: "invalid_input", field: "options.provider" });
  }
});

test("without a network pull() says that it needs one", async () => {
  const world = scriptedWorld({ management: { providers }, offline: true });
  await world.modelyard.open();
  for (const model of ["one", "ollama/a"]) {
    const error = await errorOf(() => world.management.pull(model));
    expect(error).toMatchObject({ code: "offline", retryable: true });
    expect(error["message"]).toContain("network");
  }
  expect(world.core().commands.some(({ type }) => type === "download")).toBe(false);
});

test("status() of many is one answer from what is known here: available, downloading with progress, not found", async () => {
  const world = scriptedWorld({
    management: { providers },
    offline: true,
    script: {
      open: (core) =>
        core.step({
          models: [
            ["one", modelState("one", { presence: "cached" })],
            ["two", modelState("two", { jobId: 4 })],
            ["ollama/llama3.2:1b", servedState("ollama", "llama3.2:1b")],
            ["ollama/phi:latest", servedState("ollama", "phi:latest")],
            ["ollama/gone:latest", servedState("ollama", "gone:latest", { presence: "absent" })],
          ],
          jobs: [
            [4, jobState(4, { modelId: "two", lifecycle: "paused" })],
            [5, jobState(5, { modelId: "one", lifecycle: "ready" })],
          ],
        }),
    },
  });
  await world.modelyard.open();
  const calls = world.managed().calls.length;
  const ids = ["one", "two", "ollama/phi", "ollama/gone", "ollama/llama3.3:1b", "nothing like it"];
  expect(await world.management.status(ids)).toEqual([
    { modelId: "one", status: "available" },
    { modelId: "two", status: "downloading", jobId: 4, lifecycle: "paused", progress: null },
    { modelId: "ollama/phi", status: "available" },
    { modelId: "ollama/gone", status: "not_found", known: true, closest: [] },
    { modelId: "ollama/llama3.3:1b", status: "not_found", known: false, closest: ["ollama/llama3.2:1b"] },
    { modelId: "nothing like it", status: "not_found", known: false, closest: [] },
  ]);
  expect(await world.management.status("one")).toEqual({ modelId: "one", status: "available" });
  expect(world.managed().calls.length).toBe(calls);
  expect(await errorOf(() => world.management.status(7 as never))).toMatchObject({ code: "invalid_input" });
});

test("remove() is the core's removal", async () => {
  const world = scriptedWorld({
    management: { providers },
    script: {
      command(command) {
        if (command.type === "removeModel") throw failure("not_found", "It is in use.", { model: command.modelId });
        return undefined;
      },
    },
  });
  await world.modelyard.open();
  expect(await errorOf(() => world.management.remove("ollama/a", { unload: true }))).toMatchObject({
    code: "not_found",
  });
  expect(world.core().commands.at(-1)).toEqual({ type: "removeModel", modelId: "ollama/a", unload: true });
});
