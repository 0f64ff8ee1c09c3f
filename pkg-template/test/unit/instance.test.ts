import { expect, test, vi } from "vitest";
import { isModelyardError, ModelyardError } from "../../src/errors.js";
import { failure } from "../../src/failure.js";
import type { Command, Event } from "../../src/generated/index.js";
import { conversationState, errorOf, jobState, manifest, modelState, scripted, settle } from "./scripted.js";

const someCalls = (modelyard: ReturnType<typeof scripted>["modelyard"]): ReadonlyArray<() => unknown> => [
  () => modelyard.openConversation("c"),
  () => modelyard.removeConversation("c"),
  () => modelyard.select("c", "one"),
  () => modelyard.download("one"),
  () => modelyard.cancel(1),
  () => modelyard.pause(1),
  () => modelyard.resume(1),
  () => modelyard.retry(1),
  () => modelyard.move(1, 0),
  () => modelyard.dismiss(1),
  () => modelyard.removeModel("one"),
  () => modelyard.unloadEngine("e"),
  () => modelyard.addModels([manifest("three")]),
  () => modelyard.requestPersistence(),
  () => modelyard.chat({ conversationId: "c", messages: [{ role: "user", content: "hi" }] }),
];

test("making an instance does nothing; every call before open() is not_ready, with a way out", async () => {
  const { modelyard, cores, surroundings } = scripted();
  expect(modelyard.getSnapshot()).toBe(modelyard.getServerSnapshot());
  for (const call of someCalls(modelyard)) {
    const error = await errorOf(call);
    expect(error).toBeInstanceOf(ModelyardError);
    expect(error).toMatchObject({ name: "ModelyardError", code: "not_ready", retryable: true });
    expect(error["recovery"]).toEqual(["Wait for `open()` to end."]);
  }
  expect([cores.length, surroundings.loads]).toEqual([0, 0]);
});

test("open() at once, twice, and again when it is open, is one opening (group 91)", async () => {
  const { modelyard, cores, surroundings } = scripted();
  expect(modelyard.open()).toBe(modelyard.open());
  expect(modelyard.getSnapshot().status).toBe("opening");
  await modelyard.open();
  await modelyard.open();
  expect(modelyard.getSnapshot()).toMatchObject({ status: "ready", failure: null, openFraction: 1 });
  expect([cores.length, surroundings.loads]).toEqual([1, 1]);
});

test("a failed open() rejects with a typed error, shows it, and can be called again", async () => {
  const world = scripted();
  const { loadWasm } = world.surroundings;
  world.surroundings.loadWasm = async () => {
    throw new ModelyardError(failure("network", "The file could not be fetched."));
  };
  const error = await errorOf(() => world.modelyard.open());
  expect(isModelyardError(error, "network")).toBe(true);
  expect(world.modelyard.getSnapshot()).toMatchObject({ status: "failed", failure: { code: "network" } });
  expect(await errorOf(() => world.modelyard.select("c", "one"))).toMatchObject({ code: "not_ready" });

  world.surroundings.loadWasm = loadWasm;
  await world.modelyard.open();
  expect(world.modelyard.getSnapshot()).toMatchObject({ status: "ready", failure: null });
});

test("a failure of the core's own open() is passed on as it is", async () => {
  const field = "models[0].files[0].url";
  const { modelyard } = scripted({
    open: () => {
      throw failure("invalid_input", "The URL is not absolute.", { field, value: "model.gguf" });
    },
  });
  expect(await errorOf(() => modelyard.open())).toMatchObject({ code: "invalid_input", field, value: "model.gguf" });
});

test("close() is idempotent, ends the core, and every call after it is closed", async () => {
  const { modelyard, core } = scripted();
  await modelyard.open();
  expect(modelyard.close()).toBe(modelyard.close());
  await modelyard.close();
  expect(core()).toMatchObject({ closed: true, freed: true });
  expect(modelyard.getSnapshot().status).toBe("closed");
  for (const call of [...someCalls(modelyard), () => modelyard.open()]) {
    expect(await errorOf(call)).toMatchObject({ code: "closed", recovery: ["Create a new instance."] });
  }
  modelyard.subscribe(() => undefined)();
});

test("close() before open(), and while it opens, ends it too", async () => {
  const idle = scripted();
  await idle.modelyard.close();
  expect(await errorOf(() => idle.modelyard.open())).toMatchObject({ code: "closed" });

  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const slow = scripted({ open: () => gate });
  const opening = errorOf(() => slow.modelyard.open());
  await settle();
  const closing = slow.modelyard.close();
  go();
  expect(await opening).toMatchObject({ code: "closed" });
  await closing;
  expect(slow.core()).toMatchObject({ closed: true, freed: true });
  expect(slow.modelyard.getSnapshot().status).toBe("closed");
});

test("`using` closes", async () => {
  const { modelyard, core } = scripted();
  await modelyard.open();
  modelyard[Symbol.dispose]();
  await modelyard.close();
  expect(core().freed).toBe(true);
});

test("a core that hangs on its way out does not keep close() waiting for ever", async () => {
  vi.useFakeTimers();
  const { modelyard } = scripted({ close: () => new Promise(() => undefined) });
  await modelyard.open();
  const closing = modelyard.close();
  await vi.advanceTimersByTimeAsync(6_000);
  await closing;
  vi.useRealTimers();
});

test("close() in a listener is fine (group 95)", async () => {
  const { modelyard, core } = scripted();
  await modelyard.open();
  const heard: string[] = [];
  modelyard.onAny((event) => {
    heard.push(event.type);
    void modelyard.close();
  });
  core().step({}, [
    { type: "modelLoaded", engineId: "e", modelId: "one" },
    { type: "modelUnloaded", engineId: "e", modelId: "one" },
  ]);
  await settle();
  await modelyard.close();
  expect(heard).toEqual(["modelLoaded"]);
});

const settled = (intent: number, outcome: Extract<Event, { type: "selectionSettled" }>["outcome"]): Event => ({
  type: "selectionSettled",
  conversationId: "c",
  modelId: "one",
  intent,
  outcome,
});

test("a selection settles for itself alone, by its number, also when the core settles it at once", async () => {
  let intent = 0;
  const world = scripted({
    command: (command, core) => {
      if (command.type !== "select") return undefined;
      intent += 1;
      // The second one is resident: it is settled inside the call.
      if (intent === 2) {
        core.step({}, [settled(1, { status: "superseded" }), settled(2, { status: "activated" })]);
      }
      return { type: "selected", intent };
    },
  });
  await world.modelyard.open();
  const first = world.modelyard.select("c", "one");
  const second = world.modelyard.select("c", "one");
  expect([first.intent, second.intent]).toEqual([1, 2]);
  expect(await first.settled).toEqual({ status: "superseded" });
  expect(await second.settled).toEqual({ status: "activated" });
  world.core().step({}, [settled(1, { status: "canceled" }), settled(99, { status: "canceled" })]);
  await settle();
});

test("selections that are open when the instance closes end as superseded, and nothing rejects unhandled", async () => {
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  const { modelyard } = scripted({
    command: (command) => (command.type === "select" ? { type: "selected", intent: 1 } : undefined),
  });
  await modelyard.open();
  const selection = modelyard.select("c", "one");
  await modelyard.close();
  expect(await selection.settled).toEqual({ status: "superseded" });
  await settle();
  process.off("unhandledRejection", unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

test("calls hand the core what was given, and give back what it shows", async () => {
  const world = scripted({
    command: (command, core) => {
      if (command.type === "openConversation") {
        core.step({ conversations: [[command.conversationId, conversationState(command.conversationId)]] });
      } else if (command.type === "download" || command.type === "retry") {
        core.step({ jobs: [[7, jobState(7)]] });
        return { type: "job", jobId: 7, epoch: 1 };
      }
      return undefined;
    },
  });
  const { modelyard } = world;
  await modelyard.open();
  expect(modelyard.openConversation("c")).toBe(modelyard.getSnapshot().conversations[0]);
  expect(modelyard.download("one")).toBe(modelyard.getSnapshot().jobs[0]);
  modelyard.retry(7);
  modelyard.move(7, 1e12);
  modelyard.resume(7);
  modelyard.dismiss(7);
  modelyard.removeConversation("c");
  modelyard.unloadEngine("e");
  await modelyard.pause(7);
  const expected: Command[] = [
    { type: "openConversation", conversationId: "c" },
    { type: "download", modelId: "one" },
    { type: "retry", jobId: 7 },
    { type: "move", jobId: 7, position: 0xffff_ffff },
    { type: "resume", jobId: 7 },
    { type: "dismiss", jobId: 7 },
    { type: "removeConversation", conversationId: "c" },
    { type: "unloadEngine", engineId: "e" },
    { type: "pause", jobId: 7 },
  ];
  expect(world.core().commands).toEqual(expected);
});

test("a failure of a command is thrown as an error, and nothing changes (group 93)", async () => {
  const { modelyard } = scripted({
    command: () => {
      throw failure("not_found", "There is no job 5.");
    },
  });
  await modelyard.open();
  const before = modelyard.getSnapshot();
  expect(await errorOf(() => modelyard.cancel(5))).toMatchObject({ code: "not_found", retryable: false });
  expect(modelyard.getSnapshot()).toBe(before);
});

test("no event of a job comes after cancel() has resolved, also from inside a listener (Q4, group 94)", async () => {
  const canceled: Event = { type: "downloadCanceled", jobId: 7, modelId: "one", epoch: 1, reason: "user" };
  const { modelyard, core } = scripted({
    command: (command, core) => {
      if (command.type === "cancel") core.step({}, [canceled]);
      return undefined;
    },
  });
  await modelyard.open();
  const seen: string[] = [];
  modelyard.onAny((event) => seen.push(event.type));
  modelyard.on("downloadStarted", () => void modelyard.cancel(7).then(() => seen.push("resolved")));
  core().step({}, [
    { type: "downloadStarted", jobId: 7, modelId: "one", epoch: 1 },
    { type: "downloadCompiling", jobId: 7, modelId: "one", epoch: 1 },
  ]);
  await settle();
  expect(seen).toEqual(["downloadStarted", "downloadCompiling", "downloadCanceled", "resolved"]);
});

test("removeModel() ends by its event; two of one model are one; in_use rejects", async () => {
  const world = scripted({
    command: (command) => {
      if (command.type === "removeModel" && command.modelId === "busy") throw failure("not_found", "It is in use.");
      return undefined;
    },
  });
  const { modelyard } = world;
  await modelyard.open();
  const both = [modelyard.removeModel("one"), modelyard.removeModel("one", { unload: true })];
  const other = errorOf(() => modelyard.removeModel("two"));
  world.core().step({}, [
    { type: "modelRemoved", modelId: "one", freedBytes: 10 },
    { type: "modelRemoveFailed", modelId: "two", failure: failure("load_failed", "It stays.") },
  ]);
  expect(await Promise.all(both)).toEqual([{ freedBytes: 10 }, { freedBytes: 10 }]);
  expect(await other).toMatchObject({ code: "load_failed", message: "It stays." });
  expect(await errorOf(() => modelyard.removeModel("busy"))).toMatchObject({ message: "It is in use." });
  expect(world.core().commands[1]).toEqual({ type: "removeModel", modelId: "one", unload: true });
});

test("removals that are open when the instance closes reject with closed", async () => {
  const { modelyard } = scripted();
  await modelyard.open();
  const removal = errorOf(() => modelyard.removeModel("one"));
  await modelyard.close();
  expect(await removal).toMatchObject({ code: "closed" });
});

test("every event and every part of the snapshot can be cloned and posted (group 104)", async () => {
  const { modelyard, core } = scripted();
  await modelyard.open();
  const heard: Event[] = [];
  modelyard.onAny((event) => heard.push(structuredClone(event)));
  core().step({ models: [["a", modelState("a")]], jobs: [[1, jobState(1)]] }, [settled(1, { status: "activated" })]);
  await settle();
  expect(heard).toHaveLength(1);
  expect(structuredClone(modelyard.getSnapshot())).toEqual(modelyard.getSnapshot());
});

test("subscribe and getSnapshot work without their object", async () => {
  const { modelyard, core } = scripted();
  const { subscribe, getSnapshot, on } = modelyard;
  const watched = vi.fn();
  const off = subscribe(watched);
  on("modelLoaded", watched)();
  await modelyard.open();
  await settle();
  watched.mockClear();
  core().step({ models: [["a", modelState("a")]] });
  expect(getSnapshot().models).toHaveLength(1);
  await settle();
  expect(watched).toHaveBeenCalledTimes(1);
  off();
});
