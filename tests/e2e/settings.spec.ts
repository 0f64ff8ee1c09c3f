/** The settings page: fields that are wrong, options and where they end, long lists. */
import { MODELS } from "./support/models";
import { expect, test } from "./support/test";

test("wrong fields say what is wrong with them, the first one has the focus, and nothing is saved", async ({
  ready,
  settings,
  page,
}) => {
  await expect(ready.field).toBeVisible();
  await settings.open();
  await page.getByRole("button", { name: "Another address…" }).click();
  await settings.more();
  await settings.field("Address").fill("localhost:11434");
  await settings.field("Time limit in seconds").fill("soon");
  await settings.field("Options as JSON").fill("[1]");
  const add = settings.dialog.getByRole("button", { name: "Add", exact: true });
  await add.click();
  const errorOf = (label: string) =>
    settings.dialog.locator(".field").filter({ hasText: label }).locator(".field-error");
  await expect(errorOf("Address")).toContainText("http://");
  await expect(errorOf("Time limit in seconds")).toContainText("whole number");
  await expect(errorOf("Options as JSON")).toBeVisible();
  await expect(settings.field("Address")).toBeFocused();
  await expect(settings.field("Name")).not.toHaveAttribute("aria-invalid", "true");
  await settings.field("Options as JSON").fill("{");
  await add.click();
  await expect(errorOf("Options as JSON")).toContainText("no JSON");
  await page.keyboard.press("Escape");
  await expect(page.locator(".quiet-card")).toBeVisible();
  await expect(page.getByRole("button", { name: "Another address…" })).toBeFocused();
});

test("an address no browser goes to is said where the provider is", async ({ ready, settings }) => {
  await expect(ready.field).toBeVisible();
  await settings.open();
  await settings.add("http://127.0.0.1:9");
  const card = settings.card("ollama");
  await expect(card.locator(".state")).toHaveText("Cannot be used as it is set up");
  await expect(card).toContainText("http://127.0.0.1:9");
  await expect(card.locator(".problem")).toContainText("port");
  await card.getByRole("button", { name: "Edit ollama" }).click();
  await expect(settings.field("Address")).toHaveValue("http://127.0.0.1:9");
  await settings.field("Address").fill("http://127.0.0.1:25");
  await settings.field("Name").fill("attic");
  await settings.dialog.getByRole("button", { name: "Save", exact: true }).click();
  await expect(card).toHaveCount(0);
  await expect(settings.card("attic")).toContainText("http://127.0.0.1:25");
});

test("options: bounds at the field, what is saved reaches the server, provider options go unmodified, reset", async ({
  ready,
  server,
  settings,
  page,
}) => {
  const url = await server.ollama({ models: MODELS });
  await settings.open();
  await settings.startAdding();
  await settings.field("Address").fill(url);
  await settings.more();
  await settings.field("Options as JSON").fill('{ "num_thread": 4, "mirostat_tau": 5.0 }');
  await settings.dialog.getByRole("button", { name: "Add", exact: true }).click();
  await settings.expectReachable();

  await settings.part("Configuration");
  const temperature = page.getByRole("textbox", { name: "Temperature" });
  const save = page.getByRole("button", { name: "Save" });
  await temperature.fill("3");
  await page.getByRole("textbox", { name: "Context size" }).fill("1024");
  await save.click();
  await expect(temperature).toHaveAttribute("aria-invalid", "true");
  await expect(temperature).toBeFocused();
  await expect(page.locator(".field-error")).toContainText("from 0 to 2");
  await temperature.fill("0.25");
  await save.click();
  const row = page.getByRole("row", { name: /^generation\.temperature/ });
  await expect(row).toContainText("0.25");
  await expect(row).toContainText("File");
  // What somebody has set stands first.
  await expect(page.locator(".settings-table tbody tr").first()).not.toHaveAttribute("data-layer", "default");
  await page.getByRole("searchbox", { name: "Filter the configuration" }).fill("temperature");
  await expect(page.locator(".settings-table tbody tr")).toHaveCount(1);

  await ready.newChat();
  await ready.choose("llama3.2:3b");
  await ready.ask("Who are you?", "llama3.2:3b · ollama", "I am three billion numbers.");
  const chat = (await server.log("ollama/api/chat")).requests.find((one) => one.method === "POST")?.body ?? "";
  expect(chat).toMatch(/"mirostat_tau":\s*5\.0/);
  const sent = JSON.parse(chat) as { options: Record<string, number> };
  expect(sent.options["num_thread"]).toBe(4);
  expect(sent.options["temperature"]).toBe(0.25);
  expect(sent.options["num_ctx"]).toBe(1024);

  await settings.open();
  await settings.part("Configuration");
  await row.getByRole("button", { name: "Reset generation.temperature" }).click();
  await expect(row).toHaveCount(0);
  await expect(temperature).toHaveValue("");
  await page.reload();
  await expect(page.getByRole("textbox", { name: "Context size" })).toHaveValue("1024");
  await expect(temperature).toHaveValue("");
});

test("thousands of models: a part of them at once, and a search through all", async ({
  ready,
  server,
  settings,
  page,
}) => {
  const url = await server.ollama({ models: MODELS, generate: 3000 });
  await expect(ready.field).toBeVisible();
  await settings.open();
  await settings.add(url);
  await settings.expectReachable();
  await settings.part("Models");
  await expect(settings.group("ollama").locator(".group-head")).toContainText("3,002");
  await expect(settings.group("ollama").locator(".model")).toHaveCount(50);
  await page.getByRole("searchbox", { name: "Search models" }).fill("mystery");
  await expect(settings.group("ollama").locator(".model")).toHaveCount(1);
  await expect(settings.group("page")).toHaveCount(0);
});

test("the details of a model with a long name fit a phone", async ({ ready, server, settings, page }) => {
  const name = `registry.example:5000/a-team-with-a-long-name/${"long-".repeat(12)}model:1b`;
  const url = await server.ollama({ models: [{ name }] });
  await expect(ready.field).toBeVisible();
  await settings.open();
  await settings.add(url);
  await settings.expectReachable();
  await settings.part("Models");
  await page.setViewportSize({ width: 390, height: 844 });
  await settings.group("ollama").getByRole("button", { name: "Details" }).click();
  const dialog = page.getByRole("dialog", { name });
  await expect(dialog.getByText("Digest")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Close" })).toBeInViewport({ ratio: 1 });
  expect(await dialog.evaluate((popup) => popup.scrollWidth - popup.clientWidth)).toBe(0);
});
