/** The story a person must be able to live, step by step (issue "The walking product"). */
import { expect, FAILED_REQUESTS, test } from "./support/test";

const MB = 1_000_000;

test("1. a conversation is answered by model one, token by token, and an answer can be stopped", async ({
  ready,
  server,
}) => {
  const replies = await server.replies();
  await ready.ask("Hello!", "Llama One", replies["one"]?.["hello"] ?? "");
  await expect(ready.trigger).toHaveAttribute("aria-label", "Model: Llama One");

  await ready.say("Sing forever");
  const song = ready.answers.last();
  const stop = ready.page.getByRole("button", { name: "Stop" });
  await expect(stop).toBeVisible();
  // Streamed: there is text while it is still being written.
  await expect(song.locator(".answer")).toContainText("Round and round", { timeout: 30_000 });
  await expect(song).toHaveAttribute("aria-busy", "true");
  await stop.click();
  await expect(song).toHaveAttribute("aria-busy", "false");
  await expect(song.locator(".ending")).toHaveText("Stopped.");
  await ready.ask("Hello!", "Llama One", replies["one"]?.["hello"] ?? "");
});

test("2. choosing an absent model opens the manager; it shows percentage, speed and time left; the old model answers", async ({
  ready,
  server,
}) => {
  const replies = await server.replies();
  await server.bandwidth(2 * MB);
  await ready.choose("Llama Two");
  await expect(ready.panel).toBeVisible();
  const row = ready.job("Llama Two");
  await expect(row).toBeFocused();
  await ready.expectLifecycle("Llama Two", "downloading");
  await expect(row.locator(".my-job-percent")).toHaveText(/^[1-9]\d?%$/);
  await expect(row).toContainText(/MB of 24\.8 MB/);
  await expect(row).toContainText(/MB\/s/);
  await expect(row).toContainText(/sec left/);
  const bar = row.getByRole("progressbar", { name: "Download of Llama Two" });
  await expect(bar).toHaveAttribute("aria-valuetext", /^\d+%, \d+ seconds? left$/);

  await expect(ready.trigger).toHaveAttribute("aria-label", "Model: Llama One");
  await expect(ready.trigger).toContainText("Llama Two, Downloading");
  await ready.ask("Hello!", "Llama One", replies["one"]?.["hello"] ?? "");
  await ready.expectLifecycle("Llama Two", "downloading", 100);

  await server.bandwidth(null);
  await ready.expectLifecycle("Llama Two", "ready");
  const { requests } = await server.log("two.gguf");
  expect(requests.map((one) => one.range)).toEqual(["bytes=0-"]);
});

test("3. the model chosen last becomes active; the one before is kept, ready, and not loaded; the thread stays", async ({
  ready,
  server,
}) => {
  const replies = await server.replies();
  await ready.ask("Hello!", "Llama One", replies["one"]?.["hello"] ?? "");
  await server.bandwidth(4 * MB);
  await ready.choose("Llama Two");
  await ready.expectLifecycle("Llama Two", "downloading");
  await ready.choose("Llama Three");
  await ready.expectLifecycle("Llama Three", "queued");
  await expect(ready.trigger).toHaveAttribute("aria-label", "Model: Llama One");

  await ready.expectLifecycle("Llama Two", "ready");
  await ready.openSelector();
  await expect(ready.option("Llama Two")).toHaveAttribute("data-status", "ready");
  await expect(ready.option("Llama Two")).toContainText("Ready to use");
  await expect(ready.option("Llama Three")).toContainText("Requested");
  await ready.closeSelector();

  await ready.expectLifecycle("Llama Three", "ready");
  await expect(ready.toasts).toContainText(["Llama Three answers from now on"]);
  await expect(ready.trigger).toHaveAttribute("aria-label", "Model: Llama Three");
  await ready.openSelector();
  await expect(ready.option("Llama Three")).toContainText("Active");
  await expect(ready.option("Llama Two")).toHaveAttribute("data-status", "ready");
  await ready.closeSelector();

  await expect(ready.messages).toHaveCount(2);
  await expect(ready.answers.first().locator(".author")).toHaveText("Llama One");
  await ready.ask("Hello!", "Llama Three", replies["three"]?.["hello"] ?? "");
  await expect(ready.messages).toHaveCount(4);
});

test.describe("4. canceling", () => {
  test.use({ mayComplain: [FAILED_REQUESTS] });

  test("a running and a queued job, each confirmed in its own words; the next starts; late bytes change nothing; Retry", async ({
    app,
    server,
  }) => {
    await server.addNoise("noise", "Noise", 6 * MB);
    await app.open(server.base);
    await app.fetchFirst();
    await app.say("Hello!");
    await expect(app.answers.last()).toHaveAttribute("aria-busy", "false", { timeout: 60_000 });

    // Held after some bytes, so that nothing moves while we look.
    const hold = [{ faults: [{ at: 5 * MB, do: "stall" as const }] }];
    await server.script("two.gguf", hold);
    await app.choose("Llama Two");
    await server.wait("two.gguf", { stalled: 1 });
    await app.newChat();
    await app.choose("Llama Three");
    await app.field.fill("x");
    await app.expectLifecycle("Llama Three", "queued");
    await app.say("x");
    await app.newChat();
    await app.choose("Noise");
    await app.expectLifecycle("Noise", "queued");

    await app.job("Llama Three").getByRole("button", { name: "Cancel Llama Three" }).click();
    const queued = app.page.getByRole("alertdialog", { name: "Remove Llama Three from the queue?" });
    await expect(queued).toContainText("Nothing has been downloaded yet");
    await expect(queued.getByRole("button", { name: "Keep in queue" })).toBeFocused();
    await queued.getByRole("button", { name: "Remove from queue" }).click();
    await app.expectLifecycle("Llama Three", "canceled", 1000);

    await app.job("Llama Two").getByRole("button", { name: "Cancel Llama Two" }).click();
    const running = app.page.getByRole("alertdialog", { name: "Stop downloading Llama Two?" });
    await expect(running).toContainText(/of 24\.8 MB have been downloaded and will be deleted/);
    await running.getByRole("button", { name: "Keep downloading" }).click();
    await app.expectLifecycle("Llama Two", "downloading", 1000);
    await app.job("Llama Two").getByRole("button", { name: "Cancel Llama Two" }).click();
    await running.getByRole("button", { name: "Stop and delete" }).click();
    await app.expectLifecycle("Llama Two", "canceled", 1000);

    // The next one starts, ends, and fails by itself: noise is no model. The canceled ones stay what they are.
    await app.expectLifecycle("Noise", "failed");
    await expect(app.job("Llama Two")).toHaveAttribute("data-lifecycle", "canceled");
    await expect(app.job("Llama Three")).toHaveAttribute("data-lifecycle", "canceled");
    expect((await server.log("three.gguf")).totals.requests).toBe(0);
    await app.dismissToasts();

    await app.job("Llama Three").getByRole("button", { name: "Retry Llama Three" }).click();
    await app.expectLifecycle("Llama Three", "ready");
    await server.script("two.gguf", []);
    await app.job("Llama Two").getByRole("button", { name: "Retry Llama Two" }).click();
    await app.expectLifecycle("Llama Two", "ready");
  });

  test("Retry, inline, works from failed", async ({ ready, server }) => {
    await server.script("two.gguf", [{ status: 404 }]);
    await ready.choose("Llama Two");
    await ready.expectLifecycle("Llama Two", "failed");
    await expect(ready.job("Llama Two").locator(".my-facts")).not.toBeEmpty();
    await expect(ready.toasts).toContainText(["Llama Two could not be downloaded"]);
    await ready.job("Llama Two").getByRole("button", { name: "Retry Llama Two" }).click();
    await ready.expectLifecycle("Llama Two", "ready");
  });

  test("Retry in the toast renews the choice", async ({ ready, server }) => {
    const replies = await server.replies();
    await server.script("two.gguf", [{ status: 404 }]);
    await ready.choose("Llama Two");
    await ready.toasts.getByRole("button", { name: "Retry" }).click();
    await expect(ready.trigger).toHaveAttribute("aria-label", "Model: Llama Two", { timeout: 60_000 });
    await ready.ask("Hello!", "Llama Two", replies["two"]?.["hello"] ?? "");
  });
});

test.describe("5. trouble", () => {
  test.use({ mayComplain: [FAILED_REQUESTS] });

  test("a cut network: it says so, retries, and goes on from where it was", async ({ ready, server }) => {
    await server.bandwidth(4 * MB);
    await ready.choose("Llama Two");
    await expect(ready.job("Llama Two").locator(".my-job-percent")).toHaveText(/^[3-9]\d%$/);
    await server.network(false);
    await expect(ready.job("Llama Two")).toContainText("Connection lost. Trying again", { timeout: 30_000 });
    await server.network(true);
    await server.bandwidth(null);
    await ready.expectLifecycle("Llama Two", "ready");

    const { requests, totals } = await server.log("two.gguf");
    const resumed = requests.filter((one) => one.status === 206 && one.range !== "bytes=0-");
    expect(resumed.length).toBeGreaterThan(0);
    expect(totals.bytesSent).toBeLessThan(24.9 * MB + 16 * 1024 * 1024);
  });

  test("offline: it waits without trying, and goes on by itself", async ({ ready, server, context }) => {
    await server.script("two.gguf", [{ faults: [{ at: 6 * MB, do: "stall" }] }]);
    await ready.choose("Llama Two");
    await server.wait("two.gguf", { stalled: 1 });
    await context.setOffline(true);
    await server.network(false);
    await expect(ready.job("Llama Two")).toContainText("Waiting for the network", { timeout: 60_000 });
    await server.network(true);
    await context.setOffline(false);
    await ready.expectLifecycle("Llama Two", "ready");
  });

  test("a wrong byte: it fails as integrity, nothing is kept, the old model answers", async ({ ready, server }) => {
    const replies = await server.replies();
    await server.script("two.gguf", [{ flip: [20 * MB] }], true);
    await ready.choose("Llama Two");
    await ready.expectLifecycle("Llama Two", "failed");
    await expect(ready.stored("Llama Two")).toHaveCount(0);
    await expect(ready.panel.locator(".my-storage")).toContainText("24.2 MB used");
    await expect(ready.trigger).toHaveAttribute("aria-label", "Model: Llama One");
    await ready.dismissToasts();
    await ready.ask("Hello!", "Llama One", replies["one"]?.["hello"] ?? "");
    await ready.openSelector();
    await expect(ready.option("Llama Two")).toHaveAttribute("data-status", "failed");
  });
});

test.describe("6. reload and storage", () => {
  test("a reload in the middle: the queue and the partial file go on, each conversation has its model", async ({
    ready,
    server,
  }) => {
    const replies = await server.replies();
    await ready.ask("Hello!", "Llama One", replies["one"]?.["hello"] ?? "");
    await server.bandwidth(3 * MB);
    await ready.choose("Llama Two");
    await expect(ready.job("Llama Two").locator(".my-job-percent")).toHaveText(/^[3-9]\d%$/);
    await ready.newChat();
    await ready.choose("Llama Three");
    await ready.expectLifecycle("Llama Three", "queued");

    await ready.page.reload();
    await ready.openDownloads();
    await expect(ready.job("Llama Three")).toHaveAttribute("data-lifecycle", /queued|downloading/);
    await server.bandwidth(null);
    await ready.expectLifecycle("Llama Two", "ready");
    await ready.expectLifecycle("Llama Three", "ready");
    const { requests, totals } = await server.log("two.gguf");
    expect(requests.at(-1)?.range).toMatch(/^bytes=[1-9]\d*-$/);
    expect(totals.bytesSent).toBeLessThan(24.9 * MB + 16 * 1024 * 1024);

    // What each of them wanted came true, also for the one that was not on screen.
    await ready.openChat("Hello!");
    await expect(ready.trigger).toHaveAttribute("aria-label", "Model: Llama Two");
    await expect(ready.messages).toHaveCount(2);
    await ready.openSelector();
    for (const name of ["Llama One", "Llama Two", "Llama Three"]) {
      await expect(ready.option(name)).toHaveAttribute("data-status", /^(ready|loaded)$/);
    }
    await ready.closeSelector();

    await ready.page.reload();
    await expect(ready.trigger).toHaveAttribute("aria-label", "Model: Llama Two");
    await ready.openSelector();
    await expect(ready.option("Llama One")).toContainText("Ready to use");
    await ready.closeSelector();
    // Opening a conversation is no news.
    await expect(ready.toasts).toHaveCount(0);
    await ready.ask("Hello!", "Llama Two", replies["two"]?.["hello"] ?? "");
    expect((await server.log("one.gguf")).totals.requests).toBe(1);
  });

  test("a deleted model gives its space back; a model in use is refused", async ({ ready, server }) => {
    const replies = await server.replies();
    await ready.choose("Llama Two");
    await ready.expectLifecycle("Llama Two", "ready");
    await ready.dismissToasts();
    await expect(ready.panel.locator(".my-storage")).toContainText("49 MB used");

    await ready.stored("Llama Two").getByRole("button", { name: "Delete Llama Two" }).click();
    const inUse = ready.page.getByRole("alertdialog", { name: "Delete Llama Two from this device?" });
    await inUse.getByRole("button", { name: "Delete", exact: true }).click();
    await expect(inUse.getByRole("alert")).toBeVisible();
    await inUse.getByRole("button", { name: "Keep" }).click();
    await expect(ready.stored("Llama Two")).toBeVisible();
    await ready.ask("Hello!", "Llama Two", replies["two"]?.["hello"] ?? "");

    await ready.stored("Llama One").getByRole("button", { name: "Delete Llama One" }).click();
    const free = ready.page.getByRole("alertdialog", { name: "Delete Llama One from this device?" });
    await expect(free).toContainText("frees 24.2 MB");
    await free.getByRole("button", { name: "Delete", exact: true }).click();
    await expect(ready.stored("Llama One")).toHaveCount(0);
    await expect(ready.panel.locator(".my-storage")).toContainText("24.8 MB used");
    const usage = await ready.page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
    expect(usage).toBeLessThan(26 * MB);
  });

  test("a conversation whose model was deleted says so and fetches it with one click", async ({ ready, server }) => {
    const replies = await server.replies();
    await ready.ask("Hello!", "Llama One", replies["one"]?.["hello"] ?? "");
    await ready.openDownloads();
    await ready.stored("Llama One").getByRole("button", { name: "Delete Llama One" }).click();
    await ready.page.getByRole("button", { name: "Delete", exact: true }).click();
    await ready.page.getByRole("button", { name: "Unload and delete" }).click();
    await expect(ready.stored("Llama One")).toHaveCount(0);
    const before = (await server.log("one.gguf")).totals.requests;
    await ready.page.reload();
    await expect(ready.field).toBeVisible();
    expect((await server.log("one.gguf")).totals.requests).toBe(before);
    await expect(ready.page.getByText("Llama One is not on this device.")).toBeVisible();
    await expect(ready.messages).toHaveCount(2);
    await ready.page.getByRole("button", { name: /^Download Llama One/ }).click();
    await expect(ready.trigger).toHaveAttribute("aria-label", "Model: Llama One");
    await expect(ready.page.getByText(/is not on this device|as soon as it is here/)).toBeHidden({ timeout: 60_000 });
    await ready.ask("Hello!", "Llama One", replies["one"]?.["hello"] ?? "");
  });
});
