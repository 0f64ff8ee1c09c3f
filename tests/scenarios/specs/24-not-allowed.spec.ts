import { MIB } from "../support/scene.js";
import { expect, test } from "../support/test.js";

const SIZE = 2 * MIB;

test("24 a server without CORS headers is told apart from a network that is gone", async ({ scene }) => {
  const model = await scene.model("closed", SIZE, { steps: [{ cors: "none" }], repeat: true });
  const tab = await scene.open({ models: [model] });
  await tab.download(model);
  await tab.next({ type: "downloadFailed" });
  await tab.expectFailedEmpty(model, { code: "cors_or_network", retryable: false });
  const { requests } = await scene.server.log(model.path);
  expect(requests.map(({ method }) => method)).toEqual(["GET", "GET", "HEAD", "GET"]);
});

test("24 CORS headers missing behind a redirect only: the same", async ({ scene }) => {
  const model = await scene.model("closed", SIZE, {
    steps: [{ status: 302, redirect: "{origin:1}/nowhere.gguf" }],
    repeat: true,
  });
  await scene.server.script("/nowhere.gguf", [{ status: 404, cors: "none" }], { repeat: true });
  const tab = await scene.open({ models: [model] });
  await tab.download(model);
  await tab.next({ type: "downloadFailed" });
  await tab.expectFailedEmpty(model, { code: "cors_or_network", retryable: false });
});

test("24 a server that allows the page again is read by the retry", async ({ scene }) => {
  const model = await scene.model("closed", SIZE, { steps: [{ times: 4, cors: "none" }] });
  const tab = await scene.open({ models: [model] });
  const { id } = await tab.download(model);
  await tab.next({ type: "downloadFailed" });
  await tab.call("retry", id);
  await tab.next({ type: "downloadReady" });
  await tab.expectReady(model);
});
