import { from, KIB, type Model, MIB, pauseAt, resumedAt, type Scene, type Tab } from "../support/scene.js";
import type { Step } from "../support/server.js";
import { expect, test } from "../support/test.js";

const SIZE = 2 * MIB;
const HALF = SIZE / 2;

test.describe("45 cancel", () => {
  const STALLED: readonly (readonly [string, Step])[] = [
    ["before the headers", { faults: [{ at: "start", do: "stall" }] }],
    ["before the first byte", pauseAt(0)],
    ["in the middle", pauseAt(HALF)],
    ["before the end of the body", { length: "none", faults: [{ at: "end", do: "stall" }] }],
  ];

  for (const [where, step] of STALLED) {
    test(`${where}: settles at once, hangs up, leaves nothing, and the same can be had anew`, async ({ scene }) => {
      const model = await scene.model("unwanted", SIZE, { steps: [step] });
      const tab = await scene.open({ models: [model], worker: "clocked" });
      const { id, epoch } = await tab.download(model);
      await scene.server.wait(model.path, { stalled: 1 });
      // All bytes may be here: the end of the body is waited for two seconds, which do not go by.
      await tab.stopClock();
      await tab.call("cancel", id);
      expect(await tab.job(model)).toMatchObject({ id, lifecycle: "canceled", cancelReason: "user" });
      await scene.server.wait(model.path, { aborted: 1, idle: true });
      await tab.expectOnDisk();
      expect(await tab.model(model)).toMatchObject({ presence: "absent", presentBytes: 0, jobId: id });
      const again = await tab.download(model);
      expect(again.epoch).toBeGreaterThan(epoch);
      await tab.next({ type: "downloadReady" });
      await tab.expectReady(model);
      expect((await scene.served(model)).ranges).toEqual([from(0), from(0)]);
    });
  }

  test("of a job that waits between two tries: no other try comes", async ({ scene }) => {
    const model = await scene.model("unwanted", SIZE, { steps: [{ status: 503 }], repeat: true });
    const tab = await scene.open({ models: [model], worker: "clocked" });
    await tab.stopClock();
    const { id } = await tab.download(model);
    await tab.next({ type: "downloadWaiting" });
    await tab.call("cancel", id);
    await tab.advance(120_000);
    await tab.expectOnDisk();
    expect((await scene.served(model)).totals.requests).toBe(1);
  });

  test("of a queued and of a paused job: nothing of them is left", async ({ scene }) => {
    const running = await scene.model("running", SIZE, { steps: [pauseAt(HALF)] });
    const queued = await scene.model("queued", SIZE);
    const tab = await scene.open({ models: [running, queued] });
    const first = await tab.download(running);
    const second = await tab.download(queued);
    await tab.call("cancel", second.id);
    await scene.server.wait(running.path, { stalled: 1 });
    await tab.journaled(HALF);
    await tab.call("pause", first.id);
    expect(await tab.model(running)).toMatchObject({ presence: "partial" });
    await tab.call("cancel", first.id);
    await tab.expectOnDisk();
    expect((await scene.served(queued)).totals.requests).toBe(0);
    expect((await scene.served(running)).totals.requests).toBe(1);
  });

  test("twice is an error that changes nothing; of no job too", async ({ scene }) => {
    const model = await scene.model("unwanted", SIZE, { steps: [pauseAt(HALF)] });
    const tab = await scene.open({ models: [model] });
    const { id } = await tab.download(model);
    await tab.call("cancel", id);
    const before = await tab.job(model);
    for (const jobId of [id, 1]) await expect(tab.call("cancel", jobId)).rejects.toThrow(/ModelyardError/);
    expect(await tab.job(model)).toEqual(before);
    await tab.expectOnDisk();
  });

  test("and ask again, fifty times without a pause: one download in the end, and nothing beside it", async ({
    scene,
  }) => {
    const model = await scene.model("undecided", SIZE);
    const tab = await scene.open({ models: [model] });
    await tab.page.evaluate(async (modelId) => {
      const { modelyard } = globalThis.lab;
      for (let turn = 0; turn < 50; turn += 1) {
        const { id } = modelyard.download(modelId);
        // Now and then the worker gets a little further.
        if (turn % 10 === 0) await globalThis.lab.when([{ type: "downloadProgress" }], globalThis.lab.events.length);
        await modelyard.cancel(id);
      }
      modelyard.download(modelId);
    }, model.id);
    await tab.next({ type: "downloadReady" });
    await tab.expectReady(model);
    await scene.served(model);
  });
});

test.describe("46 pause and resume", () => {
  async function toggle(tab: Tab, jobId: number, times: number): Promise<void> {
    await tab.page.evaluate(
      ({ jobId, times }) => {
        const { modelyard } = globalThis.lab;
        for (let turn = 0; turn < times; turn += 1) {
          void modelyard.pause(jobId);
          modelyard.resume(jobId);
        }
      },
      { jobId, times },
    );
  }

  async function pausedAtHalf(scene: Scene): Promise<{ model: Model; tab: Tab; id: number }> {
    const model = await scene.model("paused", SIZE, { steps: [pauseAt(HALF)] });
    const tab = await scene.open({ models: [model] });
    const { id } = await tab.download(model);
    await scene.server.wait(model.path, { stalled: 1 });
    await tab.journaled(HALF);
    return { model, tab, id };
  }

  test("hangs up, keeps the bytes, and goes on from them", async ({ scene }) => {
    const { model, tab, id } = await pausedAtHalf(scene);
    await tab.call("pause", id);
    await scene.server.wait(model.path, { aborted: 1, idle: true });
    expect(await tab.job(model)).toMatchObject({ lifecycle: "paused", failure: null });
    await tab.call("resume", id);
    await tab.next({ type: "downloadReady" });
    await tab.expectReady(model);
    expect((await scene.served(model)).ranges).toEqual([from(0), resumedAt(HALF)]);
  });

  test("a thousand times in a row: one connection, every safe byte kept, ready", async ({ scene }) => {
    const { model, tab, id } = await pausedAtHalf(scene);
    await toggle(tab, id, 1_000);
    await tab.next({ type: "downloadReady" });
    await tab.expectReady(model);
    const { ranges } = await scene.served(model);
    expect(ranges.slice(1).every((range) => range === resumedAt(HALF))).toBe(true);
    // Those that were asked for are few: a start is given up while it waits for the disk.
    expect(ranges.length).toBeLessThan(50);
  });

  test("paused in its first moments it starts over, and no part is left beside it", async ({ scene }) => {
    const model = await scene.model("early", SIZE, { steps: [pauseAt(KIB)] });
    const tab = await scene.open({ models: [model], worker: "clocked" });
    await tab.stopClock();
    const { id } = await tab.download(model);
    await scene.server.wait(model.path, { stalled: 1 });
    await tab.call("pause", id);
    await tab.call("resume", id);
    await tab.next({ type: "downloadReady" });
    await tab.expectReady(model);
  });
});

test("retry works again and again, from failed and from canceled, and goes on in the end", async ({ scene }) => {
  const model = await scene.model("refused", SIZE, { steps: [{ status: 404, times: 3 }, pauseAt(HALF)] });
  const tab = await scene.open({ models: [model] });
  const { id } = await tab.download(model);
  for (let turn = 0; turn < 3; turn += 1) {
    await tab.next({ type: "downloadFailed" });
    await tab.expectFailedEmpty(model, { code: "not_found" });
    await tab.call("retry", id);
  }
  await scene.server.wait(model.path, { stalled: 1 });
  await tab.call("cancel", id);
  await tab.call("retry", id);
  await tab.next({ type: "downloadReady" });
  await tab.expectReady(model);
  expect((await scene.served(model)).totals.requests).toBe(5);
});

test("a model that arrives damaged leaves the old one answering, and nothing of itself", async ({ scene }) => {
  const old = await scene.model("old", SIZE);
  const damaged = await scene.model("damaged", SIZE, { steps: [{ flip: [HALF] }], repeat: true });
  const tab = await scene.open({ models: [old, damaged] });
  expect(await tab.answerer("a", old)).toBe("I am old");
  expect(await tab.select("a", damaged)).toMatchObject({ status: "failed", failure: { code: "integrity" } });
  expect(await tab.chat("a")).toBe("I am old");
  expect((await tab.loads()).map((load) => load.modelId)).toEqual(["old"]);
  await tab.expectOnDisk(old);
});

test.describe("Q8 a last checkpoint", () => {
  /** A download that has half of its bytes, none of them journaled: the clock stands still. */
  async function unsafeHalf(scene: Scene): Promise<{ model: Model; tab: Tab; id: number }> {
    const model = await scene.model("fresh", SIZE, { steps: [pauseAt(HALF)] });
    const tab = await scene.open({ models: [model], worker: "clocked" });
    await tab.stopClock();
    const { id } = await tab.download(model);
    await scene.server.wait(model.path, { stalled: 1 });
    // Far less than the second after which a checkpoint is due.
    await expect(async () => {
      await tab.advance(10);
      const progress = expect.objectContaining({ downloadedBytes: HALF });
      expect(await tab.events()).toContainEqual(expect.objectContaining({ type: "downloadProgress", progress }));
    }).toPass({ intervals: [20] });
    expect(await tab.records("journal")).toEqual([]);
    return { model, tab, id };
  }

  test("is written by a pause: nothing comes again", async ({ scene }) => {
    const { model, tab, id } = await unsafeHalf(scene);
    await tab.call("pause", id);
    await tab.journaled(HALF);
    await tab.call("resume", id);
    await tab.next({ type: "downloadReady" });
    await tab.expectReady(model);
    expect((await scene.served(model)).ranges).toEqual([from(0), resumedAt(HALF)]);
  });

  test("is written by a close", async ({ scene }) => {
    const { model, tab } = await unsafeHalf(scene);
    await tab.close();
    const next = await scene.open({ models: [model] });
    await next.next({ type: "downloadReady" });
    await next.expectReady(model);
    expect((await scene.served(model)).ranges).toEqual([from(0), resumedAt(HALF)]);
  });
});
