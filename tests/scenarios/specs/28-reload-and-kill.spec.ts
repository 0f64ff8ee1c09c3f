import { Chromium } from "../support/chromium.js";
import { from, type Model, MIB, OVERLAP, pauseAt, restAfter, resumedAt, type Scene, Tab } from "../support/scene.js";
import { expect, test } from "../support/test.js";

const SIZE = 6 * MIB;
const HALF = SIZE / 2;
/** What a crash may cost (requirement Q8). */
const MAX_LOSS = 16 * MIB;

/** Two models: the first one stands still at its half, which is safe; the second one waits for its turn. */
async function halfWay(scene: Scene): Promise<{ models: [Model, Model]; tab: Tab }> {
  const models: [Model, Model] = [
    await scene.model("first", SIZE, { steps: [pauseAt(HALF)] }),
    await scene.model("second", MIB),
  ];
  const tab = await scene.open({ models });
  for (const model of models) await tab.download(model);
  await scene.server.wait(models[0].path, { stalled: 1 });
  await tab.journaled(HALF);
  return { models, tab };
}

async function expectGoneOn(scene: Scene, tab: Tab, models: [Model, Model]): Promise<void> {
  const [first, second] = models;
  await tab.next({ type: "downloadReady", modelId: second.id });
  await tab.expectReady(first, second);
  const served = await scene.served(first);
  expect(served.ranges).toEqual([from(0), resumedAt(HALF)]);
  expect(served.totals.bytesSent).toBe(HALF + restAfter(HALF, SIZE));
  expect((await scene.served(second)).ranges).toEqual([from(0)]);
}

test("28 a reload in the middle: the queue and the partial file are there and go on", async ({ scene }) => {
  const { models, tab } = await halfWay(scene);
  await tab.load(scene.origin);
  await tab.begin({ models });
  expect(await tab.model(models[0])).toMatchObject({ presence: "partial" });
  await expectGoneOn(scene, tab, models);
});

test("28 a paused download is still paused after a reload, and goes on when told", async ({ scene }) => {
  const { models, tab } = await halfWay(scene);
  const [first, second] = models;
  const { id } = (await tab.job(first)) ?? { id: 0 };
  await tab.call("pause", id);
  await tab.next({ type: "downloadReady", modelId: second.id });
  await tab.load(scene.origin);
  await tab.begin({ models });
  expect(await tab.job(first)).toMatchObject({ id, lifecycle: "paused", progress: { downloadedBytes: HALF } });
  expect((await scene.served(first)).ranges).toEqual([from(0)]);
  await tab.call("resume", id);
  await tab.next({ type: "downloadReady", modelId: first.id });
  await tab.expectOnDisk(first, second);
  expect((await scene.served(first)).ranges).toEqual([from(0), resumedAt(HALF)]);
});

test("29 a renderer that crashes in the middle: the next page goes on", async ({ scene }) => {
  const { models, tab } = await halfWay(scene);
  await tab.crash();
  await expectGoneOn(scene, await scene.open({ models }), models);
});

test("30 a browser that is killed in the middle: at most 16 MiB are fetched again", async ({ scene, server }) => {
  const size = 40 * MIB;
  const model = await scene.model("big", size, { steps: [{ bandwidth: 24 * MIB }] });
  const first = await Chromium.start();
  let second: Chromium | null = null;
  try {
    const before = await Tab.open(await first.context.newPage(), server.pages, scene.name, { models: [model] });
    await before.download(model);
    const here = await before.progressed(size / 2);
    expect(await before.model(model)).toMatchObject({ presence: "absent" });
    await first.kill();
    second = await first.again();
    const tab = await Tab.open(await second.context.newPage(), server.pages, scene.name, { models: [model] });
    await tab.next({ type: "downloadReady" });
    await tab.expectReady(model);
    const { ranges } = await scene.served(model);
    expect(ranges).toHaveLength(2);
    const resumed = Number(ranges[1]?.match(/\d+/)?.[0]);
    expect(resumed).toBeGreaterThanOrEqual(here - MAX_LOSS - OVERLAP);
    await tab.checkProgress();
  } finally {
    await (second ?? first).close();
  }
});
