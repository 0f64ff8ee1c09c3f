/** The demo as a person handles it: by the names and roles that are on the page. */
import { expect, type Locator, type Page } from "@playwright/test";

export class App {
  readonly page: Page;
  readonly field: Locator;
  readonly messages: Locator;
  readonly answers: Locator;
  readonly trigger: Locator;
  readonly list: Locator;
  readonly panel: Locator;
  readonly toasts: Locator;

  constructor(page: Page) {
    this.page = page;
    this.field = page.getByRole("textbox", { name: "Message" });
    this.messages = page.getByRole("region", { name: "Messages" }).getByRole("listitem");
    this.answers = page.locator("[data-role=assistant]");
    // Hidden from roles while an alert is open; the attribute says the same.
    this.trigger = page.locator('[role=combobox][aria-label^="Model: "]');
    this.list = page.getByRole("listbox");
    this.panel = page.getByRole("dialog", { name: "Downloads" });
    this.toasts = page.locator(".toast");
  }

  /** Opens the page with the models of a server and none of the hub. */
  async open(modelsBase: string): Promise<void> {
    await this.page.goto(`${pageOrigin()}/?hub=off&models=${encodeURIComponent(modelsBase)}`);
    await expect(this.field).toBeVisible();
  }

  /** Fetches the first model with the one click that is offered, and waits until it can answer. */
  async fetchFirst(): Promise<void> {
    await this.page.getByRole("button", { name: /^Download Llama One/ }).click();
    await expect(this.page.getByRole("heading", { name: "What would you like to talk about?" })).toBeVisible({
      timeout: 60_000,
    });
    await this.dismissToasts();
  }

  /** Writes a message and sends it. */
  async say(text: string): Promise<void> {
    await this.field.fill(text);
    await this.page.getByRole("button", { name: "Send" }).click();
  }

  /** Asks, and expects the newest answer to be complete, by this model, and of this text. */
  async ask(question: string, model: string, answer: string): Promise<void> {
    const before = await this.answers.count();
    await this.say(question);
    await expect(this.answers).toHaveCount(before + 1);
    const newest = this.answers.last();
    await expect(newest).toHaveAttribute("aria-busy", "false", { timeout: 60_000 });
    await expect(newest.locator(".author").last()).toHaveText(model);
    await expect(newest.locator(".answer").last()).toHaveText(answer);
  }

  /** The row of a model in the open selector. */
  option(name: string): Locator {
    return this.list.getByRole("option", { name: new RegExp(`^${name}`) });
  }

  async openSelector(): Promise<void> {
    await this.trigger.click();
    await expect(this.list).toBeVisible();
  }

  async closeSelector(): Promise<void> {
    await this.page.keyboard.press("Escape");
    await expect(this.list).toBeHidden();
  }

  /** Chooses a model for the conversation on screen. */
  async choose(name: string): Promise<void> {
    await this.openSelector();
    await this.option(name).click();
    await expect(this.list).toBeHidden();
  }

  async openDownloads(): Promise<void> {
    if (!(await this.panel.isVisible())) await this.page.getByRole("button", { name: /^Downloads/ }).click();
    await expect(this.panel).toBeVisible();
  }

  /** The row of a model's job in the download manager. */
  job(name: string): Locator {
    return this.panel.locator(".my-job").filter({ has: this.page.locator(".my-job-name", { hasText: name }) });
  }

  /** The row of a stored model in the download manager. */
  stored(name: string): Locator {
    return this.panel.locator(".my-stored-model").filter({ hasText: name });
  }

  async expectLifecycle(name: string, lifecycle: string, timeout = 60_000): Promise<void> {
    await expect(this.job(name)).toHaveAttribute("data-lifecycle", lifecycle, { timeout });
  }

  async newChat(): Promise<void> {
    await this.page.getByRole("button", { name: "New chat", exact: true }).first().click();
    await expect(this.messages).toHaveCount(0);
  }

  async openChat(title: string): Promise<void> {
    await this.page.getByRole("navigation").getByRole("button", { name: title, exact: true }).click();
  }

  async dismissToasts(): Promise<void> {
    // Base UI shows it to assistive technology only while the toast has the focus or the pointer.
    const close = this.toasts.locator("[aria-label=Close]").first();
    // One that goes by itself meanwhile is gone too.
    while ((await this.toasts.count()) > 0) await close.click({ timeout: 2_000 }).catch(() => undefined);
    await expect(this.toasts).toHaveCount(0);
  }
}

/** Where the demo is served. */
export function pageOrigin(): string {
  return process.env["MODELYARD_PAGE"] ?? "http://localhost:4173";
}

/** Where the test server is. */
export function modelsOrigin(): string {
  return process.env["MODELYARD_MODELS"] ?? "http://localhost:4174";
}
