import { expect, test, vi } from "vitest";
import type { LoadedModel } from "../../src/api.js";
import { failure } from "../../src/failure.js";
import { conversationState, errorOf, manifest, modelState, type Script, scripted, settle, trap } from "./scripted.js";

/** Traps on `dismiss`. */
const fragile: Script = {
  open: (core) => core.step({ models: [["one", modelState("one")]] }),
  command: (command, core) => {
    if (command.type === "dismiss") throw trap();
    if (command.type === "select") return { type: "selected", intent: 1 };
    if (command.type === "openConversation") {
      core.step({ conversations: [[command.conversationId, conversationState(command.conversationId)]] });
    }
    return undefined;
  },
};

test("a trap gives engine_crashed, and a new core is opened from what is stored", async () => {
  const { modelyard, cores, surroundings } = scripted(fragile);
  await modelyard.open();
  const { models } = modelyard.getSnapshot();
  const error = await errorOf(() => modelyard.dismiss(1));
  expect(error).toMatchObject({ code: "engine_crashed", retryable: true, cause: "unreachable" });
  expect(modelyard.getSnapshot().status).toBe("opening");
  expect(modelyard.getSnapshot().models).toBe(models);
  expect(await errorOf(() => modelyard.resume(1))).toMatchObject({ code: "not_ready" });

  await modelyard.open();
  expect(modelyard.getSnapshot()).toMatchObject({ status: "ready", failure: null });
  expect(modelyard.getSnapshot().models).toBe(models);
  expect(cores).toHaveLength(2);
  // The module was compiled once; the poisoned core is never called again, not even to free it.
  expect(surroundings.loads).toBe(1);
  expect(cores[0]).toMatchObject({ freed: false, closed: false });
  modelyard.resume(1);
  expect(cores[1]?.commands).toContainEqual({ type: "resume", jobId: 1 });
});

test("what waited for the old core ends: selections fail, removals reject, conversations come back", async () => {
  const { modelyard, core } = scripted(fragile);
  await modelyard.open();
  modelyard.openConversation("c");
  modelyard.addModels([manifest("three")]);
  const selection = modelyard.select("c", "one");
  const removal = errorOf(() => modelyard.removeModel("one"));
  await errorOf(() => modelyard.dismiss(1));
  expect(await selection.settled).toMatchObject({ status: "failed", failure: { code: "engine_crashed" } });
  expect(await removal).toMatchObject({ code: "engine_crashed" });
  await modelyard.open();
  expect(core().commands).toEqual([{ type: "openConversation", conversationId: "c" }]);
  expect(modelyard.getSnapshot().conversations.map(({ id }) => id)).toEqual(["c"]);
  // Models that came later are no business of the store: the new core is told of them.
  expect(JSON.parse(core().optionsJson).models.map(({ id }: { id: string }) => id)).toEqual(["one", "two", "three"]);
});

test("nothing that the old core still says gets through", async () => {
  const { modelyard, cores } = scripted(fragile);
  await modelyard.open();
  const heard = vi.fn();
  modelyard.onAny(heard);
  await errorOf(() => modelyard.dismiss(1));
  await modelyard.open();
  const before = modelyard.getSnapshot();
  cores[0]?.step({ models: [["ghost", modelState("ghost")]] }, [
    { type: "modelLoaded", engineId: "e", modelId: "ghost" },
  ]);
  await settle();
  expect(modelyard.getSnapshot()).toBe(before);
  expect(heard).not.toHaveBeenCalled();
});

test("after three restarts in ten minutes it stays down, and open() by hand brings it back", async () => {
  const { modelyard, cores, pass } = scripted(fragile);
  await modelyard.open();
  for (let i = 0; i < 3; i += 1) {
    await errorOf(() => modelyard.dismiss(1));
    await modelyard.open();
  }
  // One of the three was long ago: another is allowed.
  expect(modelyard.getSnapshot().status).toBe("ready");
  await errorOf(() => modelyard.dismiss(1));
  expect(modelyard.getSnapshot()).toMatchObject({ status: "failed", failure: { code: "engine_crashed" } });
  expect(await errorOf(() => modelyard.resume(1))).toMatchObject({ code: "not_ready" });
  await settle();
  expect(cores).toHaveLength(4);
  await modelyard.open();
  expect(modelyard.getSnapshot().status).toBe("ready");

  for (let i = 0; i < 3; i += 1) {
    pass(4 * 60 * 1000);
    await errorOf(() => modelyard.dismiss(1));
    await modelyard.open();
  }
  pass(4 * 60 * 1000);
  await errorOf(() => modelyard.dismiss(1));
  await modelyard.open();
  expect(modelyard.getSnapshot().status).toBe("ready");
});

test("a core that traps while it opens is tried again, three times", async () => {
  let traps = 2;
  const lucky = scripted({
    open: () => {
      traps -= 1;
      if (traps >= 0) throw trap();
    },
  });
  await lucky.modelyard.open();
  expect(lucky.cores).toHaveLength(3);

  const hopeless = scripted({ open: () => Promise.reject(trap()) });
  expect(await errorOf(() => hopeless.modelyard.open())).toMatchObject({ code: "engine_crashed" });
  expect(hopeless.cores).toHaveLength(4);
  expect(hopeless.modelyard.getSnapshot().status).toBe("failed");
});

test("a trap in the constructor, in a report and in a worker's message is noticed too", async () => {
  const born = scripted({
    construct: () => {
      throw trap();
    },
  });
  expect(await errorOf(() => born.modelyard.open())).toMatchObject({ code: "engine_crashed" });

  const told = scripted({
    hear: (name) => {
      if (name === "persistenceGranted") throw trap();
    },
  });
  await told.modelyard.open();
  await told.modelyard.requestPersistence();
  expect(told.modelyard.getSnapshot().status).toBe("opening");
  await told.modelyard.open();
  expect(told.cores).toHaveLength(2);
});

test("a poisoned export that says so by a failure counts as a crash", async () => {
  const { modelyard, cores } = scripted({
    command: () => {
      throw failure("engine_crashed", "The instance is poisoned.");
    },
  });
  await modelyard.open();
  expect(await errorOf(() => modelyard.resume(1))).toMatchObject({ code: "engine_crashed" });
  await modelyard.open();
  expect(cores).toHaveLength(2);
});

test("the panic hook of a task that nobody called is heard", async () => {
  const { modelyard, core, cores } = scripted();
  await modelyard.open();
  core().host.crashed("panicked at src/runtime");
  expect(modelyard.getSnapshot().status).toBe("opening");
  await modelyard.open();
  expect(cores).toHaveLength(2);
});

test("engines are unloaded and workers ended when the core is lost", async () => {
  const unloaded = vi.fn(async () => undefined);
  const model: LoadedModel = { chat: () => (async function* () {})(), unload: unloaded };
  const terminated = vi.fn();
  const worker = () =>
    ({ addEventListener: () => undefined, postMessage: () => undefined, terminate: terminated }) as unknown as Worker;
  const { modelyard, core } = scripted(
    {
      ...fragile,
      open: (core) => {
        core.host.startWorker(
          () => undefined,
          () => undefined,
        );
        core.host.load(1, "fake", "one", null, []);
      },
    },
    { engines: [{ id: "fake", load: async () => model }], worker },
  );
  await modelyard.open();
  await settle();
  expect(core().told).toEqual([["loaded", 1]]);
  await errorOf(() => modelyard.dismiss(1));
  expect(terminated).toHaveBeenCalledTimes(2);
  expect(unloaded).toHaveBeenCalledTimes(1);
  await modelyard.close();
});
