import { from, MIB, pauseAt, resumedAt } from "../support/scene.js";
import { expect, test } from "../support/test.js";

const SIZE = 2 * MIB;
const HALF = SIZE / 2;

test("21 a redirect to another origin is followed, each time from the canonical URL", async ({ scene }) => {
  const model = await scene.model("moved", SIZE);
  const target = `${scene.prefix}elsewhere`;
  await scene.server.file(target, { sameAs: model.path });
  await scene.server.script(target, [pauseAt(HALF)]);
  await scene.server.script(model.path, [{ redirect: `${scene.server.pages}${target}` }], { repeat: true });
  const tab = await scene.open({ models: [model] });
  await tab.download(model);
  await scene.server.wait(target, { stalled: 1 });
  await tab.next({ type: "downloadProgress", progress: { downloadedBytes: HALF } });
  await scene.server.release(target, "fin");
  await tab.next({ type: "downloadReady" });
  await tab.expectReady(model);
  for (const path of [model.path, target]) {
    const { requests } = await scene.server.log(path);
    expect(requests.map((request) => request.range)).toEqual([from(0), resumedAt(HALF)]);
  }
});

test("21 a redirect that leads to itself is a network failure, and is asked again", async ({ scene }) => {
  const model = await scene.model("moved", SIZE);
  const loop = `${scene.prefix}loop`;
  await scene.server.script(loop, [{ redirect: loop }], { repeat: true });
  await scene.server.script(model.path, [{ redirect: loop }]);
  const tab = await scene.open({ models: [model] });
  await tab.download(model);
  await tab.next({ type: "downloadWaiting", waiting: { reason: "retry", failure: { code: "network" } } });
  await tab.next({ type: "downloadReady" });
  await tab.expectReady(model);
});

test.describe("22 a captive portal", () => {
  test("at the first request: not_a_model at once, nothing kept", async ({ scene }) => {
    const model = await scene.model("walled", SIZE, { steps: [{ instead: "loginPage" }], repeat: true });
    const tab = await scene.open({ models: [model] });
    await tab.download(model);
    await tab.next({ type: "downloadFailed" });
    await tab.expectFailedEmpty(model, { code: "not_a_model" });
    expect((await scene.served(model)).totals.requests).toBe(1);
  });

  test("in the middle: what is here stays good, and goes on when the portal is gone", async ({ scene }) => {
    const model = await scene.model("walled", SIZE, { steps: [pauseAt(HALF), { instead: "loginPage" }] });
    const tab = await scene.open({ models: [model] });
    await tab.download(model);
    await scene.cutOnceHere(tab, model, HALF);
    await tab.next({ type: "downloadReady" });
    await tab.expectReady(model);
    expect((await scene.served(model)).ranges).toEqual([from(0), resumedAt(HALF), resumedAt(HALF)]);
  });
});
