/** The hub in the demo, against a stand-in for Hugging Face (tests/server): searched, looked into, downloaded, used. */
import type { ModelServer } from "./support/server";
import type { Settings } from "./support/settings";
import { expect, REFUSED_REQUESTS, test } from "./support/test";

const TINY = "people/Tiny-Llama-GGUF";

/** A hub with a model of the demo, one that is not for everybody, and one this page cannot run. */
async function hub(server: ModelServer, settings: Settings, more: Readonly<Record<string, unknown>> = {}) {
  const gguf = { architecture: "llama", context_length: 512, total: 6_053_376, chat_template: "{{ messages }}" };
  const standing = await server.standIn("huggingface", {
    repositories: [
      {
        id: TINY,
        tags: ["gguf", "license:mit"],
        downloads: 1234,
        likes: 5,
        gguf,
        files: [
          { path: "README.md", text: "# Tiny" },
          { path: "Tiny-Llama-F32.gguf", sameAs: server.path("two.gguf") },
        ],
      },
      {
        id: "people/Small-GGUF",
        tags: ["gguf"],
        downloads: 900,
        gguf,
        files: [{ path: "Small-Q8_0.gguf", noise: 4096 }],
      },
      {
        id: "bigcorp/Closed-GGUF",
        tags: ["gguf"],
        downloads: 800,
        gated: "manual",
        gguf,
        files: [{ path: "Closed-Q4_K_M.gguf", noise: 4096 }],
      },
      {
        id: "people/Tiny-ONNX",
        tags: ["onnx"],
        downloads: 700,
        files: [
          { path: "config.json", text: "{}" },
          { path: "onnx/model_q4.onnx", noise: 512 },
        ],
      },
    ],
    ...more,
  });
  await settings.open();
  await settings.addServer("Hugging Face", { address: standing.url, name: "huggingface" });
  await expect(settings.card("huggingface")).toContainText("A source of models");
  await settings.part("Hub");
  return standing;
}

test("found, downloaded through the queue, used in a chat, and still there after a reload", async ({
  ready,
  server,
  settings,
  page,
}) => {
  const replies = await server.replies();
  await hub(server, settings);
  // Nobody is asked before somebody asks.
  expect((await server.log("huggingface/api/models")).totals.requests).toBe(0);
  await settings.search("tiny");
  await expect(settings.repository(TINY).locator(".model-facts")).toContainText("1,234 downloads");
  await settings.repository(TINY).getByRole("link").click();
  await expect(page.getByRole("heading", { name: TINY })).toBeFocused();
  await expect(page.locator(".model-facts").first()).toContainText("licence mit");
  const row = page.locator(".model").filter({ hasText: "F32" });
  await expect(row).toContainText("512 tokens of context");
  const size = (await server.manifest()).models.find((one) => one.id === "two")?.files[0]?.sizeBytes ?? 0;
  await expect(row).toContainText(`${(size / 1_000_000).toFixed(1)} MB`);

  await server.bandwidth(8_000_000);
  await row.getByRole("button", { name: /^Download/ }).click();
  await expect(row.locator(".model-job")).toContainText(/Downloading|Stalled/);
  await expect(ready.panel).toBeVisible();
  await expect(ready.panel.getByRole("progressbar")).toBeVisible();
  await server.bandwidth(null);
  await expect(row).toContainText("Here", { timeout: 60_000 });
  await page.getByRole("dialog", { name: "Downloads" }).getByRole("button", { name: "Close" }).click();

  await row.getByRole("button", { name: /^Use / }).click();
  await expect(ready.field).toBeVisible();
  await expect(ready.trigger).toHaveAttribute("aria-label", /Tiny/);
  const name = (await ready.trigger.getAttribute("aria-label"))?.replace("Model: ", "") ?? "";
  await expect(page.getByRole("button", { name: "Hello! Who are you?" })).toBeVisible({ timeout: 60_000 });
  await ready.ask("Hello!", name, replies["two"]?.["hello"] ?? "");

  await page.reload();
  await expect(ready.trigger).toHaveAttribute("aria-label", `Model: ${name}`);
  await ready.ask("Tell me a joke", name, replies["two"]?.["joke"] ?? "");
  await settings.open();
  await settings.part("Models");
  await expect(settings.group("page").locator(".model").filter({ hasText: name })).toContainText("In use");
});

test("formats, an owner, pages, and what this page cannot run", async ({ ready, server, settings, page }) => {
  await expect(ready.field).toBeVisible();
  await hub(server, settings, { page: 2 });
  await settings.search("");
  await expect(settings.repositories).toHaveCount(2);
  await page.getByRole("button", { name: "More", exact: true }).click();
  await expect(settings.repositories).toHaveCount(3);
  await expect(page.getByRole("button", { name: "More", exact: true })).toHaveCount(0);
  await expect(settings.repository("bigcorp/Closed-GGUF")).toContainText("Gated");

  await settings.search("bigcorp/");
  await expect(settings.repositories).toHaveCount(1);
  await page.getByRole("combobox", { name: "Format" }).selectOption({ label: "ONNX" });
  await settings.search("tiny");
  await expect(settings.repositories).toHaveCount(1);
  await settings.repository("people/Tiny-ONNX").getByRole("link").click();
  const row = page.locator(".model").first();
  await expect(row.locator(".hub-why")).not.toBeEmpty();
  await expect(row.getByRole("button", { name: /^Download/ })).toHaveCount(0);
  await settings.search("nothing like this", { back: true });
  await expect(page.getByText(/^Nothing was found. Try/)).toBeVisible();
});

test("with the keyboard alone: searched, opened, and back where one was", async ({ ready, server, settings, page }) => {
  await expect(ready.field).toBeVisible();
  await hub(server, settings);
  await page.getByRole("searchbox", { name: "Search Hugging Face" }).focus();
  await page.keyboard.insertText("people/");
  await page.keyboard.press("Enter");
  await expect(settings.repositories).toHaveCount(2);
  const link = settings.repository("people/Small-GGUF").getByRole("link");
  await link.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "people/Small-GGUF" })).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await expect(page.getByRole("link", { name: "Back to the search" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(link).toBeFocused();
  await expect(page.getByRole("searchbox", { name: "Search Hugging Face" })).toHaveValue("people/");
});

test.describe("what goes wrong is said", () => {
  test.use({ mayComplain: [REFUSED_REQUESTS] });

  test("a gated repository says why nothing of it is downloaded", async ({ ready, server, settings, page }) => {
    await expect(ready.field).toBeVisible();
    await hub(server, settings);
    await settings.search("closed");
    await settings.repository("bigcorp/Closed-GGUF").getByRole("link").click();
    const row = page.locator(".model").first();
    await expect(row.locator(".hub-why")).toContainText("gated");
    await expect(row.getByRole("button", { name: /^Download/ })).toHaveCount(0);
  });

  test("a hub that asks to slow down, that is down, and that is back", async ({ ready, server, settings, page }) => {
    await expect(ready.field).toBeVisible();
    await hub(server, settings);
    await server.faults("huggingface", { on: "search", status: 429 });
    await settings.search("tiny");
    await expect(page.locator(".problem")).toContainText(/requests|often|wait/i);
    await server.network(false, "huggingface/");
    await settings.search("tiny");
    await expect(page.locator(".problem")).toContainText("Hugging Face");
    await server.network(true, "huggingface/");
    await settings.search("tiny");
    await expect(settings.repositories).toHaveCount(1);
    await expect(page.locator(".problem")).toHaveCount(0);
  });

  test("an address of a repository that is not there", async ({ ready, server, settings, page }) => {
    await expect(ready.field).toBeVisible();
    await hub(server, settings);
    await page.evaluate(() => {
      location.hash = "#settings/hub/nobody/nothing";
    });
    await expect(page.getByRole("heading", { name: "nobody/nothing" })).toBeFocused();
    await expect(page.locator(".problem")).toBeVisible();
    await page.getByRole("link", { name: "Back to the search" }).click();
    await expect(page.getByRole("searchbox", { name: "Search Hugging Face" })).toBeVisible();
  });
});
