import { from, KIB, MIB, pauseAt, restAfter, resumedAt } from "../support/scene.js";
import { expect, test } from "../support/test.js";

const SIZE = 3 * MIB;

test.describe("1 a connection that ends early", () => {
  for (const [where, at] of [
    ["0 %", 0],
    ["one byte", 1],
    ["50 %", SIZE / 2],
    ["the last byte but one", SIZE - 1],
  ] as const) {
    test(`after ${where}: goes on with one more request`, async ({ scene }) => {
      const model = await scene.model("cut", SIZE, { steps: [pauseAt(at)] });
      const tab = await scene.open({ models: [model], worker: "clocked" });
      await tab.download(model);
      await scene.cutOnceHere(tab, model, at);
      await tab.stopClock();
      expect(await tab.sitOutRetry(0, 1_500)).toMatchObject({ attempt: 1, failure: { code: "network" } });
      await tab.next({ type: "downloadReady" });
      await tab.expectReady(model);
      const { ranges, totals } = await scene.served(model);
      expect(ranges).toEqual([from(0), resumedAt(at)]);
      expect(totals).toMatchObject({ cut: 1, completed: 1, bytesSent: at + restAfter(at, SIZE) });
    });
  }
});

test("2 a connection that is reset in the middle goes on from there with one more request", async ({ scene }) => {
  const at = SIZE / 2;
  const model = await scene.model("reset", SIZE, { steps: [pauseAt(at)] });
  const tab = await scene.open({ models: [model] });
  await tab.download(model);
  await scene.cutOnceHere(tab, model, at, "reset");
  await tab.next({ type: "downloadReady" });
  await tab.expectReady(model);
  const { ranges, totals } = await scene.served(model);
  expect(ranges).toEqual([from(0), resumedAt(at)]);
  expect(totals.bytesSent).toBe(at + restAfter(at, SIZE));
});

test("2 a reset right behind the bytes loses only what was not read yet", async ({ scene }) => {
  const at = SIZE / 2;
  const model = await scene.model("reset", SIZE, { steps: [{ faults: [{ at, do: "reset" }] }] });
  const tab = await scene.open({ models: [model] });
  await tab.download(model);
  await tab.next({ type: "downloadReady" });
  await tab.expectReady(model);
  const { ranges, totals } = await scene.served(model);
  expect(ranges).toHaveLength(2);
  expect(ranges[0]).toBe(from(0));
  const resumed = Number(ranges[1]?.match(/\d+/)?.[0]);
  expect(resumed).toBeLessThanOrEqual(at);
  expect(totals.bytesSent).toBe(at + SIZE - resumed);
});

test.describe("3 a server that falls silent for 30 s", () => {
  for (const [where, at, here] of [
    ["before the headers", "start", 0],
    ["before the first byte", 0, 0],
    ["in the middle", SIZE / 2, SIZE / 2],
  ] as const) {
    test(`${where}: is given up and asked again, and nothing counts twice`, async ({ scene }) => {
      const model = await scene.model("silent", SIZE, { steps: [{ faults: [{ at, do: "stall" }] }] });
      const tab = await scene.open({ models: [model], worker: "clocked" });
      await tab.download(model);
      await scene.server.wait(model.path, { stalled: 1 });
      if (here > 0) await tab.next({ type: "downloadProgress", progress: { downloadedBytes: here } });
      await tab.stopClock();
      await tab.advance(29_000);
      expect((await scene.server.log(model.path)).totals).toMatchObject({ requests: 1, aborted: 0 });
      await tab.advance(1_500);
      if (here === 0) {
        // A part of the pause has gone by with the clock.
        expect(await tab.sitOutRetry(0, 1_500)).toMatchObject({ attempt: 1, failure: { code: "timeout" } });
      }
      await tab.next({ type: "downloadReady" });
      await tab.expectReady(model);
      const { ranges, totals } = await scene.served(model);
      expect(ranges).toEqual([from(0), resumedAt(here)]);
      expect(totals).toMatchObject({ aborted: 1, completed: 1 });
      // After bytes had come it is a new connection and no failure.
      const failures = (await tab.events()).filter((event) => event.type === "downloadWaiting");
      expect(failures).toHaveLength(here === 0 ? 1 : 0);
    });
  }
});

test("4 a trickle below 1 KiB/s is given up after 60 s and never fails while bytes flow", async ({ scene }) => {
  const model = await scene.model("trickle", 100 * KIB, {
    steps: [{ times: 8, bandwidth: 40, slice: 1 }],
  });
  const tab = await scene.open({ models: [model], worker: "clocked" });
  await tab.download(model);
  let sent = 0;
  let connections = 1;
  await scene.server.wait(model.path, { requests: 1 });
  await tab.stopClock();
  // More slow connections in a row than failures are allowed.
  for (let step = 0; connections < 9; step += 1) {
    const totals = await scene.server.wait(model.path, { bytesSent: sent + 1 });
    sent = totals.bytesSent;
    await tab.advance(10_000);
    ({ requests: connections } = (await scene.server.log(model.path)).totals);
    expect(connections, "never before 60 s").toBeLessThanOrEqual(1 + (step + 1) / 6);
  }
  await tab.next({ type: "downloadReady" });
  await tab.expectReady(model);
  const { totals } = await scene.served(model);
  expect(totals).toMatchObject({ requests: 9, aborted: 8, completed: 1 });
  expect((await tab.events()).filter((event) => event.type === "downloadWaiting")).toEqual([]);
});
