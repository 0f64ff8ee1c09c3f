/** axe on the main states, light and dark; what it cannot see (keys, focus, names) is in the component tests. */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./support/test";

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
    test.use({ colorScheme, mayComplain: [/^Failed to load resource/] });

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
