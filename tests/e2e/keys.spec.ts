/** Keys in the demo: how they are kept, what is shown of them, and where they never are. */
import type { Page } from "@playwright/test";
import { expect, REFUSED_REQUESTS, test } from "./support/test";

const KEY = "sk-canary-e2e-0123456789abcdef";
const PASSPHRASE = "correct horse battery";

/** All that this origin stores, as text, but for the files of models. */
async function stored(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const parts: string[] = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
    for (const { name } of await indexedDB.databases()) {
      if (name === undefined) continue;
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error as Error);
      });
      for (const store of database.objectStoreNames) {
        const all = await new Promise<unknown[]>((resolve, reject) => {
          const asked = database.transaction(store).objectStore(store).getAll();
          asked.onsuccess = () => resolve(asked.result);
          asked.onerror = () => reject(asked.error as Error);
        });
        const words = (_key: string, value: unknown): unknown =>
          value instanceof Uint8Array || value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value;
        parts.push(name, store, JSON.stringify(all, words));
      }
      database.close();
    }
    return parts.join("\n");
  });
}

// Between its address and its key a server is asked once without one; and some are asked so on purpose.
test.use({ mayComplain: [REFUSED_REQUESTS] });

test("for this session: it answers, and is gone after a reload", async ({ ready, server, settings, page }) => {
  const { url } = await server.standIn("groq", { keys: [KEY], models: [{ id: "llama-standin" }] });
  await settings.open();
  await settings.addServer("Groq", { address: url, name: "groq", key: KEY });
  await settings.expectReachable("groq");
  await expect(settings.key("groq")).toContainText(KEY.slice(-4));
  await expect(settings.key("groq")).toContainText("kept for this session");
  await ready.newChat();
  await ready.choose("llama-standin");
  await ready.ask("Hello", "llama-standin · groq", "You said: Hello");
  expect(await stored(page)).not.toContain(KEY);
  await settings.open();
  await page.reload();
  await expect(settings.key("groq")).toHaveAttribute("data-key", "none");
});

test("on this device: it is there after a reload, and gone once it is forgotten", async ({
  ready,
  server,
  settings,
  page,
}) => {
  const { url } = await server.standIn("anthropic", { keys: [KEY] });
  await expect(ready.field).toBeVisible();
  await settings.open();
  await settings.addServer("Anthropic", { address: url, name: "anthropic", key: KEY, keep: "On this device" });
  await settings.expectReachable("anthropic");
  await page.reload();
  await expect(settings.key("anthropic")).toHaveAttribute("data-key", "ready");
  await expect(settings.key("anthropic")).toContainText("kept on this device");
  await settings.card("anthropic").getByRole("button", { name: "Refresh anthropic" }).click();
  await settings.expectReachable("anthropic");
  expect(await stored(page)).not.toContain(KEY);

  await settings.card("anthropic").getByRole("button", { name: "Forget the key for anthropic" }).click();
  const question = page.getByRole("alertdialog", { name: "Forget the key for anthropic?" });
  await expect(question.getByRole("button", { name: "Keep" })).toBeFocused();
  await question.getByRole("button", { name: "Forget" }).click();
  await expect(settings.card("anthropic").locator(".state")).toHaveText("Needs a key");
  await page.reload();
  await expect(settings.card("anthropic").locator(".state")).toHaveText("Needs a key");
});

test("behind a passphrase: locked after a reload, unlocked where one chats, locked again at once", async ({
  ready,
  server,
  settings,
  page,
}) => {
  const { url } = await server.standIn("anthropic", { keys: [KEY], models: [{ id: "claude-standin" }] });
  await settings.open();
  await settings.startAdding("Anthropic");
  await settings.field("Address").fill(url);
  await settings.field("Key").fill(KEY);
  await settings.dialog.getByRole("radio", { name: "Behind a passphrase" }).check();
  await settings.field("Passphrase").fill(PASSPHRASE);
  await settings.field("Passphrase again").fill("something else");
  await settings.dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(settings.field("Passphrase again")).toBeFocused();
  await expect(settings.dialog.locator(".field-error")).toHaveText("This is not the same.");
  await settings.field("Passphrase again").fill(PASSPHRASE);
  await settings.save("Add");
  await settings.expectReachable("anthropic");
  await ready.newChat();
  await ready.choose("claude-standin");
  await ready.ask("Hello", "claude-standin · anthropic", "You said: Hello");

  await page.reload();
  const notice = page.locator(".notice").filter({ hasText: "is locked" });
  await notice.getByRole("button", { name: "Unlock keys" }).click();
  const dialog = page.getByRole("dialog", { name: "Unlock keys" });
  await dialog.getByLabel("Passphrase").fill("not this one");
  await dialog.getByRole("button", { name: "Unlock" }).click();
  await expect(dialog.locator(".field-error")).toBeVisible();
  await dialog.getByLabel("Passphrase").fill(PASSPHRASE);
  await dialog.getByRole("button", { name: "Unlock" }).click();
  await expect(dialog).toBeHidden();
  await expect(notice).toHaveCount(0);
  await expect(ready.field).toBeFocused();
  await ready.ask("Again", "claude-standin · anthropic", "You said: Again");
  const text = await stored(page);
  expect(text).not.toContain(KEY);
  expect(text).not.toContain(PASSPHRASE);

  await settings.open();
  await page.getByRole("button", { name: "Lock now" }).click();
  await expect(settings.key("anthropic")).toHaveAttribute("data-key", "locked");
});

test("another tab learns that a key was forgotten", async ({ ready, server, settings, page, context }) => {
  const { url } = await server.standIn("groq", { keys: [KEY] });
  await expect(ready.field).toBeVisible();
  await settings.open();
  await settings.addServer("Groq", { address: url, name: "groq", key: KEY, keep: "On this device" });
  await settings.expectReachable("groq");
  const other = await context.newPage();
  await other.goto(page.url());
  const line = other.locator('.card[data-provider="groq"] .key-line');
  await expect(line).toHaveAttribute("data-key", "ready");
  await settings.card("groq").getByRole("button", { name: "Forget the key for groq" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Forget" }).click();
  await expect(line).toHaveAttribute("data-key", "none");
  await other.close();
});

test.describe("where things go wrong", () => {
  test("another address does not get the key of the first one", async ({ ready, server, settings }) => {
    const { url } = await server.standIn("anthropic", { keys: [KEY] });
    await expect(ready.field).toBeVisible();
    await settings.open();
    await settings.addServer("Anthropic", { address: url, name: "anthropic", key: KEY, keep: "On this device" });
    await settings.expectReachable("anthropic");
    const before = (await server.everything()).split(KEY).length;
    expect(before).toBeGreaterThan(1);

    // The same server by another name is another origin.
    const elsewhere = url.includes("127.0.0.1")
      ? url.replace("127.0.0.1", "localhost")
      : url.replace("localhost", "127.0.0.1");
    const card = settings.card("anthropic");
    await card.getByRole("button", { name: "Edit anthropic" }).click();
    await settings.field("Address").fill(elsewhere);
    await settings.save("Save");
    await expect(settings.key("anthropic")).toHaveAttribute("data-key", "otherOrigin");
    await card.getByRole("button", { name: "Refresh anthropic" }).click();
    await expect(card.locator(".state")).toHaveText("Needs a key");
    expect((await server.everything()).split(KEY).length).toBe(before);

    await card.getByRole("button", { name: "Enter key for anthropic" }).click();
    await expect(settings.dialog).toContainText(new URL(elsewhere).origin);
    await settings.field("Key").fill(KEY);
    await settings.save("Save");
    await settings.expectReachable("anthropic");
  });

  test("a key is in no part of the page, its storage, its console, and of no request but those of its provider", async ({
    ready,
    server,
    settings,
    page,
  }) => {
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    const sent: string[] = [];
    page.on("request", (request) => {
      const { origin, pathname } = new URL(request.url());
      const text = `${request.url()} ${JSON.stringify(request.headers())} ${request.postData() ?? ""}`;
      if (text.includes(KEY)) sent.push(`${origin}${pathname.slice(0, server.prefix.length)}`);
    });
    const { url } = await server.standIn("openai", { keys: ["sk-another"] });
    await expect(ready.field).toBeVisible();
    // It answers with the key in its words, as some servers do.
    await server.faults("openai", { on: "any", error: "badKey", echoKey: true, times: 0 });
    await settings.open();
    await settings.startAdding("OpenAI");
    await settings.field("Address").fill(url);
    await settings.field("Key").fill(KEY);
    await settings.dialog.getByRole("button", { name: "Test" }).click();
    await expect(settings.finding(settings.dialog)).toHaveAttribute("data-finding", "badKey");
    // What is typed is in the field alone, not in the page's own text.
    expect(await page.content()).not.toContain(KEY);
    await settings.dialog.getByRole("radio", { name: "On this device" }).check();
    await settings.save("Add");
    await expect(settings.card("openai").locator(".problem")).toBeVisible();
    for (const part of ["Configuration", "Models", "Providers"] as const) {
      await settings.part(part);
      expect(await page.content()).not.toContain(KEY);
    }
    expect(await stored(page)).not.toContain(KEY);
    expect(said.join("\n")).not.toContain(KEY);
    expect(sent.length).toBeGreaterThan(0);
    expect([...new Set(sent)]).toEqual([`${new URL(url).origin}${server.prefix}`]);
  });
});
