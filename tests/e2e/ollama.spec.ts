/** Ollama in the demo, against a stand-in (tests/server): set up, listed, pulled, asked, deleted; and what goes wrong. */
import { MODELS } from "./support/models";
import { expect, REFUSED_REQUESTS, test } from "./support/test";

test("from nothing to a chat and back: add, test, list, pull, cancel, pull again, chat, delete, remove", async ({
  ready,
  server,
  settings,
  page,
}) => {
  const url = await server.ollama({ models: MODELS, reply: { text: "I was pulled a moment ago." } });
  await settings.open();
  await expect(page.locator(".quiet-card")).toContainText("Not set up");
  await settings.startAdding();
  await settings.field("Address").fill(url);
  await settings.dialog.getByRole("button", { name: "Test" }).click();
  await expect(settings.finding(settings.dialog)).toHaveAttribute("data-finding", "reachable");
  await expect(settings.finding(settings.dialog)).toContainText("0.32.15");
  await settings.dialog.getByRole("button", { name: "Add", exact: true }).click();
  await settings.expectReachable();
  await expect(settings.card("ollama")).toContainText("2 models");
  await expect(settings.card("ollama")).toContainText(url);

  await settings.part("Models");
  const big = settings.model("ollama/llama3.2:3b");
  await expect(big.locator(".model-facts")).toContainText("3.2 billion parameters");
  await expect(big.locator(".model-facts")).toContainText("Q4_K_M");
  await expect(big.locator(".model-facts")).toContainText("2 GB");
  await expect(big.locator(".model-facts")).toContainText("131,072 tokens of context");
  await expect(big).toContainText("Tools");
  await expect(settings.model("ollama/mystery:latest").locator(".unknown")).toHaveText(
    /^Unknown: family, quantization, context$/,
  );
  await big.getByRole("button", { name: "Details of llama3.2:3b" }).click();
  const details = page.getByRole("dialog", { name: "llama3.2:3b" });
  await expect(details.getByRole("definition").filter({ hasText: "131,072 tokens" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(big.getByRole("button", { name: "Details of llama3.2:3b" })).toBeFocused();

  // Held after its first lines, so that there is something to cancel.
  await server.script("ollama/api/pull", [{ faults: [{ at: 700, do: "stall" }] }]);
  await settings.pull("llama3.2:1b");
  await expect(ready.panel).toBeVisible();
  await server.wait("ollama/api/pull", { stalled: 1 });
  await ready.expectLifecycle("llama3.2:1b", "downloading");
  await expect(settings.model("ollama/llama3.2:1b").locator(".model-job")).toContainText(/Downloading|Stalled/);
  await ready.job("llama3.2:1b").getByRole("button", { name: "Cancel llama3.2:1b" }).click();
  await page.getByRole("alertdialog", { name: "Stop downloading llama3.2:1b?" }).getByRole("button").last().click();
  await ready.expectLifecycle("llama3.2:1b", "canceled");
  await server.wait("ollama/api/pull", { aborted: 1, idle: true });

  await settings.pull("llama3.2:1b");
  await ready.expectLifecycle("llama3.2:1b", "ready");
  await page.getByRole("dialog", { name: "Downloads" }).getByRole("button", { name: "Close" }).click();
  const small = settings.model("ollama/llama3.2:1b");
  await expect(small.getByRole("button", { name: "Delete llama3.2:1b" })).toBeVisible();

  await ready.newChat();
  await ready.choose("llama3.2:1b");
  await ready.ask("Who are you?", "llama3.2:1b · ollama", "I was pulled a moment ago.");

  await settings.open();
  await settings.part("Models");
  await expect(small).toContainText("In use");
  await small.getByRole("button", { name: "Delete llama3.2:1b" }).click();
  const question = page.getByRole("alertdialog", { name: "Delete llama3.2:1b from ollama?" });
  await expect(question).toContainText("1.3 GB");
  await expect(question.getByRole("button", { name: "Keep" })).toBeFocused();
  await question.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(question.getByRole("alert")).toBeVisible();
  await question.getByRole("button", { name: "Unload and delete" }).click();
  await expect(question).toBeHidden();
  await expect(small).toHaveCount(0);
  expect((await server.log("ollama/api/delete")).totals.requests).toBe(1);

  await settings.part("Providers");
  await settings.card("ollama").getByRole("button", { name: "Remove ollama" }).click();
  await page.getByRole("alertdialog", { name: "Remove ollama?" }).getByRole("button", { name: "Remove" }).click();
  await expect(settings.card("ollama")).toHaveCount(0);
  await expect(page.locator(".quiet-card")).toContainText("Not set up");
  await expect(page.getByRole("heading", { name: "Providers" })).toBeFocused();
  await settings.part("Models");
  await expect(settings.group("ollama")).toHaveCount(0);
});

test("a reload keeps the provider, its models, the part of the page and the conversation's model; Back leads back", async ({
  ready,
  server,
  settings,
  page,
}) => {
  const url = await server.ollama({ models: MODELS });
  await ready.newChat();
  await settings.open();
  await settings.add(url);
  await settings.expectReachable();
  await page.goBack();
  await ready.choose("llama3.2:3b");
  await ready.ask("Who are you?", "llama3.2:3b · ollama", "I am three billion numbers.");
  await settings.open();
  await settings.part("Models");
  await page.reload();
  await expect(settings.model("ollama/llama3.2:3b")).toContainText("In use");
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Providers" })).toBeVisible();
  await expect(settings.card("ollama")).toContainText("2 models");
  await page.goBack();
  await expect(ready.trigger).toHaveAttribute("aria-label", "Model: llama3.2:3b");
  await expect(ready.answers.last().locator(".author")).toHaveText("llama3.2:3b · ollama");
  await ready.ask("And now?", "llama3.2:3b · ollama", "I am three billion numbers.");
});

test("one conversation is answered by the server while another one is by the page", async ({
  ready,
  server,
  settings,
  page,
}) => {
  const replies = await server.replies();
  const url = await server.ollama({
    models: [{ ...MODELS[0], reply: { text: "Word by word,", endless: true, everyMs: 20 } }],
  });
  await settings.open();
  await settings.add(url);
  await settings.expectReachable();
  await ready.newChat();
  await ready.choose("llama3.2:3b");
  await ready.say("Talk");
  const endless = ready.answers.last();
  await expect(endless.locator(".answer")).toContainText("Word by word");
  await expect(endless).toHaveAttribute("aria-busy", "true");

  await ready.newChat();
  await ready.choose("Llama One");
  await ready.ask("Hello!", "Llama One", replies["one"]?.["hello"] ?? "");

  await ready.openChat("Talk");
  await expect(endless).toHaveAttribute("aria-busy", "true");
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(endless).toHaveAttribute("aria-busy", "false");
  await expect(endless.locator(".ending")).toHaveText("Stopped.");
  await server.wait("ollama/api/chat", { aborted: 1, idle: true });
});

test.describe("with an Ollama on this computer", () => {
  // Whether one runs there is nothing a test may depend on.
  const USUAL = "http://localhost:11434";

  test("one click finds it and adds it", async ({ ready, server, settings, page }) => {
    const url = await server.ollama({ models: MODELS });
    await page.route(`${USUAL}/**`, (route) => route.continue({ url: route.request().url().replace(USUAL, url) }));
    await settings.open();
    await page.getByRole("button", { name: "Add Ollama on this computer" }).click();
    await settings.expectReachable();
    await expect(settings.card("ollama")).toContainText(USUAL);
    await expect(page.getByRole("heading", { name: "Providers" })).toBeFocused();
    await ready.newChat();
    await ready.openSelector();
    await expect(ready.option("llama3.2:3b")).toBeVisible();
  });

  test.describe("that does not run", () => {
    test.use({ mayComplain: [REFUSED_REQUESTS] });

    test("the click says so, and it can be added all the same", async ({ ready, settings, page }) => {
      await page.route(`${USUAL}/**`, (route) => route.abort("connectionrefused"));
      await expect(ready.field).toBeVisible();
      await settings.open();
      await page.getByRole("button", { name: "Add Ollama on this computer" }).click();
      await expect(settings.finding(page.locator(".quiet-card"))).toHaveAttribute("data-finding", "notRunning");
      await expect(settings.card("ollama")).toHaveCount(0);
      await page.getByRole("button", { name: "Add anyway" }).click();
      await expect(settings.card("ollama").locator(".state")).toHaveText("Not reachable");
      await expect(settings.card("ollama").locator(".problem")).toBeVisible();
    });
  });
});

test.describe("what goes wrong is said", () => {
  test.use({ mayComplain: [REFUSED_REQUESTS] });

  test("a server that refuses the page: the line to set, to copy; saving is possible", async ({
    ready,
    server,
    settings,
    page,
  }) => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const url = await server.ollama({ models: MODELS, origins: ["https://elsewhere.example"] });
    await expect(ready.field).toBeVisible();
    await settings.open();
    await settings.startAdding();
    await settings.field("Address").fill(url);
    await settings.dialog.getByRole("button", { name: "Test" }).click();
    const finding = settings.finding(settings.dialog);
    await expect(finding).toHaveAttribute("data-finding", "originRefused");
    const line = `OLLAMA_ORIGINS=${new URL(page.url()).origin}`;
    await expect(finding.locator("code")).toHaveText(line);
    await finding.getByRole("button", { name: "Copy the setting" }).click();
    await expect(finding.getByRole("status")).toHaveText("Copied.");
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(line);
    await settings.dialog.getByRole("button", { name: "Add", exact: true }).click();
    await expect(settings.card("ollama").locator(".state")).toHaveText("Not reachable");

    // The server lets the page in from now on.
    await server.ollama({ models: MODELS });
    await settings.card("ollama").getByRole("button", { name: "Refresh ollama" }).click();
    await settings.expectReachable();
  });

  test("a server that goes down: its old list with its age, a failed answer with advice, another try", async ({
    ready,
    server,
    settings,
    page,
  }) => {
    const url = await server.ollama({ models: MODELS });
    await settings.open();
    await settings.add(url);
    await settings.expectReachable();
    await ready.newChat();
    await ready.choose("llama3.2:3b");
    await server.network(false, "ollama/");
    await ready.say("Are you there?");
    const answer = ready.answers.last();
    await expect(answer).toHaveAttribute("aria-busy", "false", { timeout: 30_000 });
    await expect(answer.locator(".trouble")).toContainText(/\. \S/);
    const again = page.getByRole("button", { name: "Try again" });
    await expect(again).toBeVisible();

    await settings.open();
    await settings.card("ollama").getByRole("button", { name: "Refresh ollama" }).click();
    await expect(settings.card("ollama").locator(".state")).toHaveText("Not reachable");
    await expect(settings.card("ollama")).toContainText("Last answered at");
    await settings.part("Models");
    await expect(settings.group("ollama").locator(".group-note")).toContainText("This list is old");
    await expect(settings.model("ollama/llama3.2:3b")).toBeVisible();
    await expect(settings.model("one")).toBeVisible();

    await server.network(true, "ollama/");
    await page.getByRole("button", { name: "Refresh", exact: true }).click();
    await expect(settings.group("ollama").locator(".group-note")).toHaveCount(0);
    await ready.openChat("Are you there?");
    await again.click();
    await expect(ready.answers).toHaveCount(1);
    await expect(ready.answers.last().locator(".answer")).toHaveText("I am three billion numbers.");
    await expect(again).toHaveCount(0);
  });

  test("a pull of what there is not, of no name, and with an error in the stream", async ({
    ready,
    server,
    settings,
  }) => {
    const url = await server.ollama({ models: MODELS, pull: { end: "missing" } });
    await settings.open();
    await settings.add(url);
    await settings.expectReachable();
    await settings.part("Models");
    await settings.pull("two words");
    await expect(settings.pullField).toHaveAttribute("aria-invalid", "true");
    await settings.pull("no-such-model");
    await ready.expectLifecycle("no-such-model", "failed");
    await expect(settings.model("ollama/no-such-model:latest").locator(".problem")).toBeVisible();

    await server.ollama({ models: MODELS, pull: { layers: [5_000], model: { sizeBytes: 5_000 } } });
    await settings
      .model("ollama/no-such-model:latest")
      .getByRole("button", { name: "Retry no-such-model:latest" })
      .click();
    await ready.expectLifecycle("no-such-model", "ready");
    await expect(settings.model("ollama/no-such-model:latest").getByRole("button", { name: /^Delete/ })).toBeVisible();
  });
});
