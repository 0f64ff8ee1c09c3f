import { from, MIB, OVERLAP, pauseAt, Scene } from "../support/scene.js";
import { expect, test } from "../support/test.js";

const SIZE = 2 * MIB;

test("38 no private file system: kept in memory, the snapshot says so, and it can be answered from", async ({ scene }) => {
  const model = await scene.model("fleeting", SIZE, { steps: [pauseAt(SIZE / 2)] });
  const tab = await scene.open({ models: [model], worker: "noFiles" });
  const storage = await tab.page.evaluate(() => globalThis.lab.modelyard.getSnapshot().storage);
  expect(storage).toMatchObject({ weights: "memory", records: "indexeddb" });
  await tab.download(model);
  await scene.cutOnceHere(tab, model, SIZE / 2);
  await tab.next({ type: "downloadReady" });
  expect(await tab.model(model)).toMatchObject({ presence: "cached", verified: true });
  expect(await tab.files()).toEqual([]);
  expect(await tab.answerer("a", model)).toBe("I am fleeting");
  expect(await tab.loads()).toEqual([{ modelId: "fleeting", digests: [model.sha256] }]);
});

test.describe("39 a full disk", () => {
  test("known before the first byte: pauses with what it needs, and goes on when there is room", async ({
    scene: shared,
    server,
    chromium,
  }) => {
    const size = 24 * MIB;
    const scene = new Scene(server, shared.name, () => chromium.context.newPage(), server.ownOrigin());
    const model = await scene.model("wide", size);
    const tab = await scene.open({ models: [model] });
    const cdp = await tab.cdp();
    await cdp.send("Storage.overrideQuotaForOrigin", { origin: scene.origin, quotaSize: 8 * MIB });
    const { id } = await tab.download(model);
    await tab.next({ type: "downloadPaused" });
    const failure = { code: "storage_full", neededBytes: size };
    expect(await tab.job(model)).toMatchObject({ lifecycle: "paused", failure });
    expect((await scene.served(model)).totals.requests).toBe(0);
    await cdp.send("Storage.overrideQuotaForOrigin", { origin: scene.origin, quotaSize: 256 * MIB });
    await tab.call("resume", id);
    await tab.next({ type: "downloadReady" });
    await tab.expectReady(model);
    await tab.page.close();
  });

  test("in the middle: pauses, keeps what is here, and goes on from it", async ({ scene: shared, server, chromium }) => {
    const size = 24 * MIB;
    const scene = new Scene(server, shared.name, () => chromium.context.newPage(), server.ownOrigin());
    // Where the length is not known nothing can be reserved.
    const model = await scene.model("wide", size, {
      steps: [{ range: "ignore", length: "chunked" }],
      known: { size: false, digest: true },
    });
    const tab = await scene.open({ models: [model] });
    const cdp = await tab.cdp();
    await cdp.send("Storage.overrideQuotaForOrigin", { origin: scene.origin, quotaSize: 20 * MIB });
    const { id } = await tab.download(model);
    await tab.next({ type: "downloadPaused", failure: { code: "storage_full" } });
    const [entry] = await tab.records("journal");
    const safe = (entry?.value as { entry: { offset: number } }).entry.offset;
    expect(safe).toBeGreaterThanOrEqual(4 * MIB);
    await cdp.send("Storage.overrideQuotaForOrigin", { origin: scene.origin, quotaSize: 256 * MIB });
    await tab.call("resume", id);
    await tab.next({ type: "downloadReady" });
    await tab.expectReady(model);
    expect((await scene.served(model)).ranges).toEqual([from(0), from(safe - OVERLAP)]);
    await tab.page.close();
  });
});

test("40 site data cleared in the middle: starts over and is ready", async ({ scene: shared, server, chromium }) => {
  const scene = new Scene(server, shared.name, () => chromium.context.newPage(), server.ownOrigin());
  const model = await scene.model("cleared", SIZE, { steps: [pauseAt(SIZE / 2)] });
  const tab = await scene.open({ models: [model] });
  const cdp = await tab.cdp();
  await tab.download(model);
  await scene.server.wait(model.path, { stalled: 1 });
  await tab.journaled(SIZE / 2);
  await cdp.send("Storage.clearDataForOrigin", { origin: scene.origin, storageTypes: "all" });
  await scene.server.release(model.path);
  // In Chromium a write to the deleted file never returns. The page misses the worker's answers, and starts another.
  await tab.nextWithin(40_000, { type: "downloadReady" });
  await tab.expectReady(model);
  await tab.page.close();
});

test("41 a model that is deleted gives its space back; one in use is refused", async ({ scene }) => {
  const [one, two] = [await scene.model("one", SIZE), await scene.model("two", SIZE)];
  const tab = await scene.open({ models: [one, two] });
  expect(await tab.answerer("a", one)).toBe("I am one");
  await tab.download(two);
  await tab.next({ type: "downloadReady", modelId: "two" });
  await tab.expectOnDisk(one, two);
  expect(await tab.remove(two)).toEqual({ freedBytes: SIZE });
  expect(await tab.model(two)).toMatchObject({ presence: "absent", presentBytes: 0 });
  await tab.expectOnDisk(one);
  expect(await tab.remove(one)).toMatchObject({ code: "in_use" });
  await tab.expectOnDisk(one);
  expect(await tab.remove(one, { unload: true })).toEqual({ freedBytes: SIZE });
  await tab.expectOnDisk();
  expect(await tab.records("refs")).toEqual([]);
});

test("42 a blob that is gone behind our back is absent at the next start, and is fetched again", async ({ scene }) => {
  const model = await scene.model("stolen", SIZE);
  const tab = await scene.open({ models: [model] });
  await tab.download(model);
  await tab.next({ type: "downloadReady" });
  await tab.removeFile("v1/blobs", `sha256-${model.sha256}`);
  await tab.load(scene.origin);
  await tab.begin({ models: [model] });
  expect(await tab.model(model)).toMatchObject({ presence: "absent" });
  await tab.download(model);
  await tab.next({ type: "downloadReady" });
  await tab.expectReady(model);
});

test("garbage of a former life is swept at the start: parts nobody vouches for, entries without a file", async ({
  scene,
}) => {
  const kept = await scene.model("kept", SIZE, { steps: [pauseAt(SIZE / 2)] });
  const lost = await scene.model("lost", SIZE, { steps: [pauseAt(SIZE / 2)] });
  const tab = await scene.open({ models: [kept, lost] });
  for (const model of [kept, lost]) {
    const { id } = await tab.download(model);
    await scene.server.wait(model.path, { stalled: 1 });
    await tab.journaled(SIZE / 2);
    await tab.call("pause", id);
    await scene.server.wait(model.path, { idle: true });
  }
  await tab.close();
  await tab.removeFile("v1/ingest", `${lost.sha256}-1.part`);
  await tab.writeFile("v1/ingest", `${"0".repeat(64)}-3.part`);
  await tab.load(scene.origin);
  await tab.begin({ models: [kept, lost] });
  await expect(async () => {
    expect((await tab.files()).map((file) => file.path)).toEqual([`v1/ingest/${kept.sha256}-1.part`]);
    expect((await tab.records("journal")).map((record) => record.key)).toEqual([kept.sha256]);
  }).toPass({ timeout: 20_000 });
  expect(await tab.model(kept)).toMatchObject({ presence: "partial", presentBytes: SIZE / 2 });
  expect(await tab.model(lost)).toMatchObject({ presence: "absent", presentBytes: 0 });
});
