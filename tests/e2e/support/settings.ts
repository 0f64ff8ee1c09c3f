/** The settings page as a person handles it. */
import { expect, type Locator, type Page } from "@playwright/test";

export class Settings {
  readonly page: Page;
  readonly dialog: Locator;
  readonly pullField: Locator;

  constructor(page: Page) {
    this.page = page;
    this.dialog = page.getByRole("dialog", { name: /^(Add|Edit) / });
    this.pullField = page.getByRole("textbox", { name: /^Pull a model/ });
  }

  /** Goes there by the sidebar. */
  async open(): Promise<void> {
    await this.page.getByRole("link", { name: "Settings", exact: true }).click();
    await expect(this.page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  }

  async part(name: "Providers" | "Models" | "Configuration"): Promise<void> {
    const link = this.page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name });
    await link.click();
    await expect(link).toHaveAttribute("aria-current", "page");
  }

  card(id: string): Locator {
    return this.page.locator(`.card[data-provider="${id}"]`);
  }

  /** The row of a model in the list, by its id. */
  model(id: string): Locator {
    return this.page.locator(`.model[data-model="${id}"]`);
  }

  group(id: string): Locator {
    return this.page.locator(`.group[data-group="${id}"]`);
  }

  /** What a connection test found, in the dialog or on a card. */
  finding(where: Locator): Locator {
    return where.locator(".finding");
  }

  /** Opens the dialog for a new provider. */
  async startAdding(): Promise<void> {
    await this.page.getByRole("button", { name: /^(Another address…|Add provider)$/ }).click();
    await expect(this.dialog).toBeVisible();
  }

  field(label: string): Locator {
    return this.dialog.getByRole("textbox", { name: label });
  }

  /** Adds a provider by its address and waits until its models are known. */
  async add(address: string, name = "ollama"): Promise<void> {
    await this.startAdding();
    await this.field("Address").fill(address);
    await this.field("Name").fill(name);
    await this.dialog.getByRole("button", { name: "Add", exact: true }).click();
    await expect(this.dialog).toBeHidden();
    await expect(this.card(name)).toBeVisible();
  }

  async expectReachable(id = "ollama"): Promise<void> {
    await expect(this.card(id).locator(".state")).toHaveText("Reachable");
  }

  async pull(name: string): Promise<void> {
    await this.pullField.fill(name);
    await this.page.getByRole("button", { name: "Pull", exact: true }).click();
  }
}
