import { from, KIB, MIB, pauseAt, restAfter, resumedAt } from "../support/scene.js";
import { expect, test } from "../support/test.js";

const SIZE = 256 * KIB;
const JITTER = [500, 1_500] as const;

test.describe("18 a 429 with Retry-After", () => {
  for (const [name, headers, atLeast, atMost] of [
    ["in seconds is sat out", { "Retry-After": "7" }, 7_000, 7_000],
    ["of 10^9 s is cut to ten minutes", { "Retry-After": "1000000000" }, 600_000, 600_000],
    ["missing means the usual pause", {}, 0, 0],
    ["negative means the usual pause", { "Retry-After": "-1" }, 0, 0],
    ["that is a fraction means the usual pause", { "Retry-After": "1.5" }, 0, 0],
    ["that is no date means the usual pause", { "Retry-After": "Wed, 32 Foo" }, 0, 0],
  ] as const) {
    test(name, async ({ scene }) => {
      const model = await scene.model("busy", SIZE, { steps: [{ status: 429, headers: { ...headers } }] });
      const tab = await scene.open({ models: [model], worker: "clocked" });
      await tab.stopClock();
      await tab.download(model);
      const capped = atMost === 600_000;
      const retry = await tab.sitOutRetry(atLeast + (capped ? 0 : JITTER[0]), atMost + (capped ? 0 : JITTER[1]));
      expect(retry).toMatchObject({ attempt: 1, failure: { code: "rate_limited", httpStatus: 429 } });
      await tab.next({ type: "downloadReady" });
      await tab.expectReady(model);
      expect(await scene.served(model)).toMatchObject({ totals: { requests: 2 }, fileBytes: SIZE });
    });
  }

  test("as a date is sat out, and not a moment less", async ({ scene }) => {
    const model = await scene.model("busy", SIZE);
    const tab = await scene.open({ models: [model], worker: "clocked" });
    const now = await tab.stopClock();
    const date = new Date(Math.ceil(now / 1_000) * 1_000 + 90_000);
    await scene.server.script(model.path, [{ status: 429, headers: { "Retry-After": date.toUTCString() } }]);
    await tab.download(model);
    await scene.server.wait(model.path, { requests: 1, idle: true });
    await tab.next({ type: "downloadWaiting" });
    await tab.advance(date.getTime() - now);
    expect((await scene.server.log(model.path)).totals.requests).toBe(1);
    await tab.advance(JITTER[1] + 300);
    await tab.next({ type: "downloadReady" });
    await tab.expectReady(model);
    expect((await scene.served(model)).totals.requests).toBe(2);
  });

  test("that CORS hides means the usual pause", async ({ scene }) => {
    const model = await scene.model("busy", SIZE, {
      steps: [{ status: 429, headers: { "Retry-After": "300" }, expose: ["ETag"] }],
    });
    const tab = await scene.open({ models: [model], worker: "clocked" });
    await tab.stopClock();
    await tab.download(model);
    await tab.sitOutRetry(...JITTER);
    await tab.next({ type: "downloadReady" });
    await tab.expectReady(model);
    expect((await scene.served(model)).totals.requests).toBe(2);
  });
});

test.describe("19 a burst of 5xx", () => {
  const BURST = [500, 502, 503, 504, 500];

  test("is sat out with pauses that double", async ({ scene }) => {
    const model = await scene.model("ill", SIZE, { steps: BURST.map((status) => ({ status })) });
    const tab = await scene.open({ models: [model], worker: "clocked" });
    await tab.stopClock();
    await tab.download(model);
    for (const [index, status] of BURST.entries()) {
      const base = 1_000 * 2 ** index;
      const retry = await tab.sitOutRetry(base * 0.5, base * 1.5);
      expect(retry).toMatchObject({ attempt: index + 1, failure: { code: "provider_error", httpStatus: status } });
    }
    await tab.next({ type: "downloadReady" });
    await tab.expectReady(model);
    expect(await scene.served(model)).toMatchObject({ totals: { requests: 6 }, fileBytes: SIZE });
  });

  test("that does not end fails after six tries", async ({ scene }) => {
    const model = await scene.model("ill", SIZE, { steps: [{ status: 503 }], repeat: true });
    const tab = await scene.open({ models: [model], worker: "clocked" });
    await tab.stopClock();
    await tab.download(model);
    for (let index = 0; index < 5; index += 1) await tab.sitOutRetry(500 * 2 ** index, 1_500 * 2 ** index);
    await tab.next({ type: "downloadFailed" });
    await tab.advance(120_000);
    expect((await scene.served(model)).totals.requests).toBe(6);
    expect(await tab.job(model)).toMatchObject({
      lifecycle: "failed",
      failure: { code: "provider_error", httpStatus: 503, retryable: true },
    });
  });

  test("is forgotten after 1 MiB of progress", async ({ scene }) => {
    const size = 4 * MIB;
    const cut = { faults: [{ at: MIB + 128 * KIB, do: "fin" }] } as const;
    // Seven failures, but never six of them without a MiB in between.
    const model = await scene.model("ill", size, {
      steps: [{ status: 500, times: 4 }, cut, { status: 500, times: 2 }],
    });
    const tab = await scene.open({ models: [model], worker: "clocked" });
    await tab.stopClock();
    await tab.download(model);
    const attempts: unknown[] = [];
    for (let index = 0; index < 7; index += 1) attempts.push((await tab.sitOutRetry(500, 24_000))["attempt"]);
    expect(attempts).toEqual([1, 2, 3, 4, 1, 2, 3]);
    await tab.next({ type: "downloadReady" });
    await tab.expectReady(model);
  });
});

test.describe("20 a refusal", () => {
  const size = 2 * MIB;
  const half = size / 2;

  for (const status of [401, 403]) {
    test(`(${status}) of a signed URL that expired in the middle: asks the canonical one again`, async ({ scene }) => {
      const model = await scene.model("signed", size);
      const signed = `${scene.prefix}blob`;
      await scene.server.file(signed, { sameAs: model.path });
      await scene.server.script(model.path, [{ redirect: `${signed}?sig={n}` }], { repeat: true });
      await scene.server.script(`${signed}?sig=1`, [pauseAt(half)]);
      await scene.server.script(`${signed}?sig=2`, [{ status }], { repeat: true });
      const tab = await scene.open({ models: [model] });
      await tab.download(model);
      await scene.server.wait(signed, { stalled: 1 });
      await tab.next({ type: "downloadProgress", progress: { downloadedBytes: half } });
      await scene.server.release(signed, "reset");
      await tab.next({ type: "downloadReady" });
      await tab.expectReady(model);
      expect((await scene.served(model)).ranges).toEqual([from(0), resumedAt(half), resumedAt(half)]);
      const { requests } = await scene.server.log(signed);
      expect(requests.map((request) => [request.query, request.range])).toEqual([
        ["sig=1", from(0)],
        ["sig=2", resumedAt(half)],
        ["sig=3", resumedAt(half)],
      ]);
      expect(requests.at(-1)?.bytesSent).toBe(restAfter(half, size));
    });

    test(`(${status}) in the middle that stays: fails after one more request, and keeps what is here`, async ({
      scene,
    }) => {
      const model = await scene.model("signed", size, {
        steps: [pauseAt(half), { status, times: 9 }],
      });
      const tab = await scene.open({ models: [model] });
      const { id } = await tab.download(model);
      await scene.cutOnceHere(tab, model, half);
      await tab.next({ type: "downloadFailed" });
      expect(await tab.job(model)).toMatchObject({ failure: { code: "unauthorized", httpStatus: status } });
      expect(await tab.model(model)).toMatchObject({ presence: "partial", presentBytes: half });
      expect((await scene.served(model)).ranges).toEqual([from(0), resumedAt(half), resumedAt(half)]);
      // By hand it goes on from there.
      await scene.server.script(model.path, []);
      await tab.call("retry", id);
      await tab.next({ type: "downloadReady" });
      await tab.expectReady(model);
      expect((await scene.served(model)).ranges.at(-1)).toBe(resumedAt(half));
    });
  }

  for (const [status, code] of [
    [401, "unauthorized"],
    [403, "unauthorized"],
    [404, "not_found"],
    [410, "not_found"],
  ] as const) {
    test(`(${status}) at the first request fails at once, without another try`, async ({ scene }) => {
      const model = await scene.model("gone", SIZE, { steps: [{ status }], repeat: true });
      const tab = await scene.open({ models: [model], worker: "clocked" });
      await tab.download(model);
      await tab.next({ type: "downloadFailed" });
      await tab.advance(120_000);
      expect((await scene.served(model)).totals).toMatchObject({ requests: 1 });
      await tab.expectFailedEmpty(model, { code, httpStatus: status, retryable: false });
    });
  }
});
