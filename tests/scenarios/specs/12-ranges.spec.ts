import { from, MIB, pauseAt, restAfter, resumedAt, type Scene } from "../support/scene.js";
import type { Step } from "../support/server.js";
import { expect, test } from "../support/test.js";

const SIZE = 2 * MIB;
const HALF = SIZE / 2;
const CUT = pauseAt(HALF);

/** Downloads a model whose first answer is cut at the half and the next ones are `steps`. */
async function afterTheHalf(scene: Scene, steps: readonly Step[]) {
  const model = await scene.model("ranges", SIZE, { steps: [CUT, ...steps] });
  const tab = await scene.open({ models: [model] });
  await tab.download(model);
  await scene.cutOnceHere(tab, model, HALF);
  const last = await tab.next({ type: "downloadReady" }, { type: "downloadFailed" });
  const served = await scene.served(model);
  return { model, tab, failed: last.type === "downloadFailed", ...served };
}

test("12 a server that ignores Range: starts over with that same answer", async ({ scene }) => {
  const { model, tab, ranges, requests, totals } = await afterTheHalf(scene, [{ range: "ignore" }]);
  await tab.expectReady(model);
  expect(ranges).toEqual([from(0), resumedAt(HALF)]);
  expect(requests.map((request) => request.status)).toEqual([206, 200]);
  expect(totals.bytesSent).toBe(HALF + SIZE);
});

test.describe("13 a 206 that is not what was asked for", () => {
  const WRONG = [
    "otherStart",
    "otherTotal",
    "otherUnit",
    "multipart",
    "inverted",
    "unknownTotal",
    "hugeNumbers",
    "half",
  ] as const;

  for (const range of WRONG) {
    test(`(${range}) is not read: starts over once`, async ({ scene }) => {
      const { model, tab, ranges, totals } = await afterTheHalf(scene, [{ range }]);
      await tab.expectReady(model);
      expect(ranges).toEqual([from(0), resumedAt(HALF), from(0)]);
      expect(totals.completed).toBeGreaterThanOrEqual(1);
    });

    test(`(${range}) twice fails and leaves nothing`, async ({ scene }) => {
      const { model, tab, failed, ranges } = await afterTheHalf(scene, [{ range, times: 2 }]);
      expect(failed).toBe(true);
      expect(ranges).toEqual([from(0), resumedAt(HALF), from(0)]);
      await tab.expectFailedEmpty(model, { code: range === "otherTotal" ? "size_mismatch" : "provider_error" });
    });
  }

  test("(right header, other bytes) is found by the overlap, before it costs a full try", async ({ scene }) => {
    // Had it been read to its end, the wrong byte after it would be the second wrong digest.
    const { model, tab, ranges } = await afterTheHalf(scene, [{ range: "wrongBytes" }, { flip: [HALF] }]);
    await tab.expectReady(model);
    expect(ranges).toEqual([from(0), resumedAt(HALF), from(0), from(0)]);
  });

  test("(without Content-Range) is taken, and checked by overlap and digest", async ({ scene }) => {
    const { model, tab, ranges, totals } = await afterTheHalf(scene, [{ range: "noContentRange" }]);
    await tab.expectReady(model);
    expect(ranges).toEqual([from(0), resumedAt(HALF)]);
    expect(totals.bytesSent).toBe(HALF + restAfter(HALF, SIZE));
  });
});

test("14 a 206 to the first request is fine: one request, every byte once", async ({ scene }) => {
  const model = await scene.model("plain", SIZE);
  const tab = await scene.open({ models: [model] });
  await tab.download(model);
  await tab.next({ type: "downloadReady" });
  await tab.expectReady(model);
  const { requests, totals } = await scene.served(model);
  expect(requests).toMatchObject([{ method: "GET", range: from(0), status: 206 }]);
  expect(totals).toMatchObject({ requests: 1, bytesSent: SIZE, completed: 1 });
});

test.describe("15 a 416", () => {
  test("when every byte is here: verified and committed", async ({ scene }) => {
    // Of unknown length, all bytes have come and the connection breaks before the end is known.
    const model = await scene.model("whole", SIZE, {
      steps: [
        { range: "ignore", length: "chunked", faults: [{ at: "end", do: "reset" }] },
        { range: "notSatisfiable" },
      ],
      known: { size: false, digest: true },
    });
    const tab = await scene.open({ models: [model] });
    await tab.download(model);
    await tab.next({ type: "downloadReady" });
    await tab.expectReady(model);
    const { requests, totals } = await scene.served(model);
    expect(requests.map((request) => request.status)).toEqual([200, 416]);
    expect(totals.bytesSent).toBe(SIZE);
  });

  for (const range of ["notSatisfiable", "notSatisfiableBare"] as const) {
    test(`in the middle (${range}): starts over`, async ({ scene }) => {
      const { model, tab, ranges, totals } = await afterTheHalf(scene, [{ range }]);
      await tab.expectReady(model);
      expect(ranges).toEqual([from(0), resumedAt(HALF), from(0)]);
      expect(totals.bytesSent).toBe(HALF + SIZE);
    });
  }
});

test.describe("16 another ETag in the middle", () => {
  const v2: Step = { etag: { raw: '"v2"' } };

  test("with the same bytes: starts over and is ready", async ({ scene }) => {
    const { model, tab, ranges, totals } = await afterTheHalf(scene, [{ ...v2, times: 2 }]);
    await tab.expectReady(model);
    expect(ranges).toEqual([from(0), resumedAt(HALF), from(0)]);
    expect(totals.aborted + totals.completed).toBeGreaterThanOrEqual(2);
  });

  test("with other bytes than the manifest means: integrity, nothing kept", async ({ scene }) => {
    const { model, tab, ranges } = await afterTheHalf(scene, [{ ...v2, flip: [HALF + 1], times: 9 }]);
    await tab.expectFailedEmpty(model, { code: "integrity" });
    expect(ranges).toEqual([from(0), resumedAt(HALF), from(0), from(0)]);
  });
});

test.describe("17 an ETag that proves little", () => {
  for (const etag of ["weak", "none", "unreadable"] as const) {
    test(`(${etag}): goes on, and the overlap is compared`, async ({ scene }) => {
      const model = await scene.model("tagged", SIZE, { steps: [{ ...CUT, etag }, { etag }] });
      const tab = await scene.open({ models: [model] });
      await tab.download(model);
      await scene.cutOnceHere(tab, model, HALF);
      await tab.next({ type: "downloadReady" });
      await tab.expectReady(model);
      const { ranges, totals } = await scene.served(model);
      expect(ranges).toEqual([from(0), resumedAt(HALF)]);
      expect(totals.bytesSent).toBe(HALF + restAfter(HALF, SIZE));
    });

    test(`(${etag}) and other bytes: found by the overlap, starts over`, async ({ scene }) => {
      const model = await scene.model("tagged", SIZE, {
        steps: [{ ...CUT, etag }, { etag, flip: [HALF - 10] }],
      });
      const tab = await scene.open({ models: [model] });
      await tab.download(model);
      await scene.cutOnceHere(tab, model, HALF);
      await tab.next({ type: "downloadReady" });
      await tab.expectReady(model);
      expect((await scene.served(model)).ranges).toEqual([from(0), resumedAt(HALF), from(0)]);
    });
  }
});
