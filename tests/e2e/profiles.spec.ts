/** Choosing a profile instead of a model: the router finds one, and says why. */
import { expect, test } from "./support/test";

test("a profile leads to a model, which is fetched, answers, and is explained; a reload keeps all of it", async ({
  ready,
  server,
  page,
}) => {
  const replies = await server.replies();
  await ready.openSelector();
  const profiles = ready.list.getByRole("group", { name: "Choose for me" });
  await expect(profiles.getByRole("option")).toHaveText([/^Fast/, /^General/, /^Code/, /^Creative/]);
  await profiles.getByRole("option", { name: /^Creative/ }).click();

  // The poet is not here yet: it is fetched while the host answers on.
  await expect(ready.panel).toBeVisible();
  await ready.expectLifecycle("Llama Three", "ready");
  await expect(ready.trigger).toHaveAttribute("aria-label", "Model: Creative: Llama Three");
  await ready.ask("Hello!", "Llama Three", replies["three"]?.["hello"] ?? "");

  const why = page.getByRole("button", { name: "Why Llama Three?" });
  await why.click();
  const reasons = page.getByRole("dialog", { name: "Why Llama Three?" });
  await expect(reasons.getByRole("listitem").first()).toContainText("Llama Three was chosen for creative");
  await expect(reasons.getByRole("listitem").filter({ hasText: "Llama One" })).toHaveCount(1);
  await reasons.getByRole("button", { name: "Close" }).click();
  await expect(reasons).toBeHidden();

  await page.reload();
  await expect(ready.trigger).toHaveAttribute("aria-label", "Model: Creative: Llama Three");
  await expect(why).toBeVisible();
  await ready.openSelector();
  await expect(profiles.getByRole("option", { name: /^Creative/ })).toContainText("Llama Three");
  await ready.closeSelector();

  await ready.choose("Llama One");
  await expect(ready.trigger).toHaveAttribute("aria-label", "Model: Llama One");
  await expect(why).toBeHidden();
});

test("of two models that would do, the one that is here is taken", async ({ ready }) => {
  // "Fast" takes the host first, who is here; nothing is fetched.
  await ready.openSelector();
  await ready.list.getByRole("option", { name: /^Fast/ }).click();
  await expect(ready.trigger).toHaveAttribute("aria-label", "Model: Fast: Llama One");
  await expect(ready.panel).toBeHidden();
});
