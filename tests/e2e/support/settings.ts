/** The settings page as a person handles it. */
import { expect, type Locator, type Page } from "@playwright/test";

export interface NewServer {
  readonly address: string;
  readonly name: string;
  readonly key?: string;
  /** How it is kept, in the words of the page. For this session unless said. */
  readonly keep?: "On this device" | "Behind a passphrase";
}

export class Settings {
  readonly page: Page;
  readonly dialog: Locator;
  readonly pullField: Locator;

  constructor(page: Page) {
    this.page = page;
    this.dialog = page.getByRole("dialog", { name: /^(Add|Edit|Key for) / });
    this.pullField = page.getByRole("textbox", { name: /^Pull a model/ });
  }

  /** Goes there by the sidebar. */
  async open(): Promise<void> {
    await this.page.getByRole("link", { name: "Settings", exact: true }).click();
    await expect(this.page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  }

  async part(name: "Providers" | "Models" | "Hub" | "Configuration"): Promise<void> {
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

  /** Opens the dialog for a new provider, as one of those that are offered. */
  async startAdding(preset = "Ollama"): Promise<void> {
    await this.page.getByRole("button", { name: "Add provider", exact: true }).click();
    await this.dialog.getByRole("button", { name: preset, exact: true }).click();
    await expect(this.dialog).toHaveAccessibleName(`Add ${preset}`);
  }

  /** Unfolds what hardly anybody needs. */
  async more(): Promise<void> {
    await this.dialog.getByText("More settings").click();
    await expect(this.field("Time limit in seconds")).toBeVisible();
  }

  field(label: string): Locator {
    return this.dialog.getByLabel(label, { exact: true });
  }

  /** Adds an Ollama by its address and waits until it is in the list. */
  async add(address: string, name = "ollama"): Promise<void> {
    await this.startAdding();
    await this.field("Address").fill(address);
    await this.field("Name").fill(name);
    await this.save("Add");
    await expect(this.card(name)).toBeVisible();
  }

  /** Adds any other provider, with its key if it has one. */
  async addServer(preset: string, { address, name, key, keep }: NewServer): Promise<void> {
    await this.startAdding(preset);
    await this.field("Address").fill(address);
    await this.field("Name").fill(name);
    if (key !== undefined) await this.field("Key").fill(key);
    if (keep !== undefined) await this.dialog.getByRole("radio", { name: keep }).check();
    await this.save("Add");
    await expect(this.card(name)).toBeVisible();
  }

  async save(button: "Add" | "Save"): Promise<void> {
    await this.dialog.getByRole("button", { name: button, exact: true }).click();
    await expect(this.dialog).toBeHidden();
  }

  /** The line of a provider's key. */
  key(id: string): Locator {
    return this.card(id).locator(".key-line");
  }

  /** The repositories that were found. */
  get repositories(): Locator {
    return this.page.locator("[data-repository]");
  }

  repository(id: string): Locator {
    return this.page.locator(`[data-repository="${id}"]`);
  }

  /** Searches the hub; `back` from a repository first. */
  async search(words: string, { back = false } = {}): Promise<void> {
    if (back) await this.page.getByRole("link", { name: "Back to the search" }).click();
    await this.page.getByRole("searchbox", { name: "Search Hugging Face" }).fill(words);
    await this.page.getByRole("button", { name: "Search", exact: true }).click();
    await expect(this.page.getByRole("button", { name: "Search", exact: true })).toBeVisible();
  }

  async expectReachable(id = "ollama"): Promise<void> {
    await expect(this.card(id).locator(".state")).toHaveText("Reachable");
  }

  async pull(name: string): Promise<void> {
    await this.pullField.fill(name);
    await this.page.getByRole("button", { name: "Pull", exact: true }).click();
  }
}
