import type { CDPSession } from "@playwright/test";
import { from, type Model, MIB, pauseAt, resumedAt, type Scene, type Tab } from "../support/scene.js";
import { expect, test } from "../support/test.js";

const SIZE = 3 * MIB;
const HALF = SIZE / 2;

async function setOffline(cdp: CDPSession, offline: boolean): Promise<void> {
  await cdp.send("Network.emulateNetworkConditions", {
    offline,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: -1,
  });
}

/** A download that has half of its bytes when the network goes. Going offline alone would not cut the body. */
async function loseTheNetwork(scene: Scene): Promise<{ model: Model; tab: Tab; cdp: CDPSession }> {
  const model = await scene.model("far", SIZE, { steps: [pauseAt(HALF)] });
  const tab = await scene.open({ models: [model], worker: "clocked" });
  const cdp = await tab.cdp();
  await tab.download(model);
  await scene.server.wait(model.path, { stalled: 1 });
  await tab.next({ type: "downloadProgress", progress: { downloadedBytes: HALF } });
  await tab.stopClock();
  await setOffline(cdp, true);
  await scene.server.network(scene.prefix, false);
  return { model, tab, cdp };
}

test("23 a network that is gone: six tries, then waits, and goes on by itself when it is back", async ({ scene }) => {
  const { model, tab, cdp } = await loseTheNetwork(scene);
  for (let index = 0; index < 5; index += 1) await tab.sitOutRetry(500 * 2 ** index, 1_500 * 2 ** index);
  await tab.next({ type: "downloadWaiting", waiting: { reason: "offline" } });
  expect(await tab.job(model)).toMatchObject({ lifecycle: "downloading", waiting: { reason: "offline" } });
  await scene.server.network(scene.prefix, true);
  await setOffline(cdp, false);
  // The worker's clock stands still: nothing but the browser's word can make it go on.
  await tab.next({ type: "downloadReady" });
  await tab.expectReady(model);
  const { requests } = await scene.served(model);
  expect(requests.at(-1)?.range).toBe(resumedAt(HALF));
});

test("23 back online in a pause between two tries: goes on at once", async ({ scene }) => {
  const { model, tab, cdp } = await loseTheNetwork(scene);
  await tab.next({ type: "downloadWaiting", waiting: { reason: "retry", attempt: 1 } });
  await scene.server.network(scene.prefix, true);
  await setOffline(cdp, false);
  await tab.next({ type: "downloadReady" });
  await tab.expectReady(model);
});

test("23 a network that comes back unannounced is found by a try a minute", async ({ scene }) => {
  const model = await scene.model("far", SIZE);
  await scene.server.network(scene.prefix, false);
  const tab = await scene.open({ models: [model], worker: "clocked" });
  await tab.stopClock();
  await tab.download(model);
  for (let index = 0; index < 5; index += 1) await tab.sitOutRetry(500 * 2 ** index, 1_500 * 2 ** index);
  await tab.next({ type: "downloadWaiting", waiting: { reason: "offline" } });
  await scene.server.network(scene.prefix, true);
  await tab.advance(60_500);
  await tab.next({ type: "downloadReady" });
  await tab.expectReady(model);
  expect((await scene.served(model)).ranges.at(-1)).toBe(from(0));
});
