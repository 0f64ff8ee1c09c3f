/** axe on the main states, light and dark; what it cannot see (keys, focus, names) is in the component tests. */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { MODELS } from "./support/models";
import { expect, REFUSED_REQUESTS, test } from "./support/test";

const MB = 1_000_000;

async function expectAccessible(page: Page, state: string): Promise<void> {
  // Fading in, texts have less contrast than when they are there.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY)
        .map((animation) => animation.finished.catch(() => undefined)),
    ),
  );
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const found = violations.map((one) => `${one.id}: ${one.help}\n  ${one.nodes.map((node) => node.html).join("\n  ")}`);
  expect(found, `${state}: violations`).toEqual([]);
}

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, mayComplain: [REFUSED_REQUESTS] });

    test("axe finds nothing in the main states", async ({ app, server, page }) => {
      await server.addNoise("noise", "Noise", 12 * MB);
      await app.open(server.base);
      await expect(page.getByRole("button", { name: /^Download Llama One/ })).toBeVisible();
      await expectAccessible(page, "first run");

      await app.fetchFirst();
      await expectAccessible(page, "empty conversation");
      await app.say("Hello!");
      await expect(app.answers.last()).toHaveAttribute("aria-busy", "false", { timeout: 60_000 });
      await expectAccessible(page, "thread");

      await app.openSelector();
      await expectAccessible(page, "selector");
      await app.page.keyboard.type("nothing like this");
      await expect(page.getByText(/No model matches/)).toBeVisible();
      await expectAccessible(page, "selector that finds nothing");
      await app.closeSelector();

      await app.openSelector();
      await app.list.getByRole("option", { name: /^Fast/ }).click();
      await page.getByRole("button", { name: "Why Llama One?" }).click();
      await expect(page.getByRole("dialog", { name: "Why Llama One?" })).toBeVisible();
      await expectAccessible(page, "why this model");
      await page.keyboard.press("Escape");

      await server.script("two.gguf", [{ faults: [{ at: 6 * MB, do: "stall" }] }]);
      await app.choose("Llama Two");
      await server.wait("two.gguf", { stalled: 1 });
      await app.newChat();
      await app.choose("Noise");
      await app.expectLifecycle("Noise", "queued");
      await expectAccessible(page, "download manager");
      await app.openSelector();
      await expectAccessible(page, "selector with downloads");
      await app.closeSelector();

      await app.job("Llama Two").getByRole("button", { name: "Cancel Llama Two" }).click();
      await expect(page.getByRole("alertdialog")).toBeVisible();
      await expectAccessible(page, "confirmation");
      await page.getByRole("button", { name: "Stop and delete" }).click();
      await app.expectLifecycle("Noise", "failed");
      await expect(app.toasts.first()).toBeVisible();
      await expectAccessible(page, "failed and canceled jobs, a toast");
    });

    test("axe finds nothing in the settings", async ({ app, server, settings, page }) => {
      await app.open(server.base);
      await settings.open();
      await expectAccessible(page, "nothing set up");
      await page.getByRole("button", { name: "Add provider" }).click();
      await expectAccessible(page, "which provider");
      await page.keyboard.press("Escape");
      await settings.startAdding();
      await expectAccessible(page, "a new provider");
      await settings.field("Address").fill("no address");
      await settings.dialog.getByRole("button", { name: "Add", exact: true }).click();
      await expect(settings.field("Address")).toHaveAttribute("aria-invalid", "true");
      await expectAccessible(page, "a wrong field");
      const url = await server.ollama({ models: MODELS, origins: [] });
      await settings.field("Address").fill(url);
      await settings.dialog.getByRole("button", { name: "Test" }).click();
      await expect(settings.finding(settings.dialog)).toBeVisible();
      await expectAccessible(page, "a refused origin");
      await settings.dialog.getByRole("button", { name: "Add", exact: true }).click();
      await expect(settings.card("ollama").locator(".problem")).toBeVisible();
      await expectAccessible(page, "a provider that fails");
      await server.ollama({ models: MODELS });
      await settings.card("ollama").getByRole("button", { name: "Refresh ollama" }).click();
      await settings.expectReachable();
      await settings.card("ollama").getByRole("button", { name: "Remove ollama" }).click();
      await expectAccessible(page, "asked whether to remove it");
      await page.keyboard.press("Escape");

      await settings.part("Models");
      await expect(settings.model("ollama/llama3.2:3b")).toBeVisible();
      await expectAccessible(page, "models");
      await page.getByRole("button", { name: "Details of llama3.2:3b" }).click();
      await expect(page.getByText("131,072 tokens", { exact: true })).toBeVisible();
      await expectAccessible(page, "details of a model");
      await page.keyboard.press("Escape");
      await server.script("ollama/api/pull", [{ faults: [{ at: 700, do: "stall" }] }]);
      await settings.pull("llama3.2:1b");
      await server.wait("ollama/api/pull", { stalled: 1 });
      await expect(settings.model("ollama/llama3.2:1b").locator(".model-job")).toBeVisible();
      await expectAccessible(page, "a pull");

      await settings.part("Configuration");
      await page.getByRole("textbox", { name: "Temperature" }).fill("3");
      await page.getByRole("button", { name: "Save" }).click();
      await expect(page.locator(".field-error")).toBeVisible();
      await expectAccessible(page, "configuration");
      await page.getByRole("dialog", { name: "Downloads" }).getByRole("button", { name: "Close" }).click();
      await page.setViewportSize({ width: 390, height: 844 });
      for (const part of ["Configuration", "Models", "Providers"] as const) {
        await settings.part(part);
        await expectAccessible(page, `${part} on a phone`);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      }
    });

    test("axe finds nothing about keys, and in an answer after a failure", async ({ app, server, settings, page }) => {
      await app.open(server.base);
      const groq = await server.standIn("groq", { models: [{ id: "llama-standin", contextLength: 131_072 }] });
      const ollama = await server.ollama({ models: MODELS.slice(0, 1) });
      await settings.open();
      await settings.startAdding("Groq");
      await settings.dialog.getByRole("radio", { name: "Behind a passphrase" }).check();
      await settings.more();
      await expectAccessible(page, "a provider with a key");
      await settings.field("Address").fill(groq.url);
      await settings.field("Key").fill("no key at all");
      await settings.dialog.getByRole("button", { name: "Add", exact: true }).click();
      await expect(settings.field("Passphrase")).toHaveAttribute("aria-invalid", "true");
      await expectAccessible(page, "without a passphrase");
      await settings.field("Passphrase").fill("correct horse battery");
      await settings.field("Passphrase again").fill("correct horse battery");
      await settings.dialog.getByRole("button", { name: "Add", exact: true }).click();
      await expect(settings.field("Key")).toHaveAttribute("aria-invalid", "true");
      await expectAccessible(page, "a key that is none");
      await settings.field("Key").fill(groq.key ?? "");
      await settings.save("Add");
      await settings.expectReachable("groq");
      await settings.add(ollama);
      await settings.expectReachable("ollama");
      await expectAccessible(page, "a key behind a passphrase");
      await settings.card("groq").getByRole("button", { name: "Forget the key for groq" }).click();
      await expect(page.getByRole("alertdialog")).toBeVisible();
      await expectAccessible(page, "asked whether to forget it");
      await page.keyboard.press("Escape");
      await settings.card("groq").getByRole("button", { name: "Change key for groq" }).click();
      await expect(settings.dialog).toBeVisible();
      await expectAccessible(page, "another key");
      await page.keyboard.press("Escape");

      await server.faults("groq", { error: "rateLimited", retryAfter: "60" });
      await app.newChat();
      await app.choose("Strong");
      await app.ask("Hello", "llama3.2:3b · ollama", "I am three billion numbers.");
      await app.answers.last().locator(".fell-back summary").click();
      await expectAccessible(page, "answered by another one");
      await app.openSelector();
      await expectAccessible(page, "selector with servers");
      await app.closeSelector();

      await settings.open();
      await page.getByRole("button", { name: "Lock now" }).click();
      await expect(settings.key("groq")).toHaveAttribute("data-key", "locked");
      await expectAccessible(page, "a locked key");
      await page.getByRole("button", { name: "Unlock keys" }).click();
      await expectAccessible(page, "asked for the passphrase");
      await page.keyboard.press("Escape");
      await page.setViewportSize({ width: 390, height: 844 });
      await expectAccessible(page, "keys on a phone");
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    });

    test("axe finds nothing in the hub", async ({ app, server, settings, page }) => {
      await app.open(server.base);
      const hub = await server.standIn("huggingface", {
        page: 2,
        repositories: [
          {
            id: "people/Tiny-GGUF",
            tags: ["gguf", "license:mit"],
            downloads: 3,
            files: [{ path: "Tiny-F32.gguf", sameAs: server.path("two.gguf") }],
          },
          { id: "bigcorp/Closed-GGUF", tags: ["gguf"], downloads: 2, gated: "auto", files: [] },
          { id: "people/Third-GGUF", tags: ["gguf"], downloads: 1, files: [] },
        ],
      });
      await settings.open();
      await settings.addServer("Hugging Face", { address: hub.url, name: "huggingface" });
      await settings.part("Hub");
      await expectAccessible(page, "before a search");
      await settings.search("");
      await expect(settings.repositories).toHaveCount(2);
      await expectAccessible(page, "results");
      await settings.repository("people/Tiny-GGUF").getByRole("link").click();
      const row = page.locator(".model").first();
      await expect(row).toBeVisible();
      await expectAccessible(page, "a repository");
      await server.bandwidth(MB);
      await row.getByRole("button", { name: /^Download/ }).click();
      await expect(row.locator(".model-job")).toBeVisible();
      await expectAccessible(page, "a download");
      await server.bandwidth(null);
      await expect(row).toContainText("Here", { timeout: 60_000 });
      await page.getByRole("dialog", { name: "Downloads" }).getByRole("button", { name: "Close" }).click();
      await page.setViewportSize({ width: 390, height: 844 });
      await expectAccessible(page, "a repository on a phone");
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      await settings.part("Hub");
      await expect(settings.repositories).toHaveCount(2);
      await expectAccessible(page, "results on a phone");
    });

    test("axe finds nothing on a phone", async ({ app, server, page }) => {
      await page.setViewportSize({ width: 390, height: 844 });
      await app.open(server.base);
      await expectAccessible(page, "first run");
      await page.getByRole("button", { name: "Conversations" }).click();
      await expect(page.getByRole("dialog", { name: "Conversations" })).toBeVisible();
      await expectAccessible(page, "drawer");
      await page.keyboard.press("Escape");
      await app.openDownloads();
      await expectAccessible(page, "download manager");
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBe(390);
    });
  });
}
