/** Each test gets a page, the demo on it, a directory of its own on the model server, and a clean console. */
import { test as base, expect } from "@playwright/test";
import { App, modelsOrigin } from "./app";
import { ModelServer } from "./server";
import { Settings } from "./settings";

export interface Fixtures {
  readonly server: ModelServer;
  readonly app: App;
  /** The demo is open, model one is here and active in conversation A. */
  readonly ready: App;
  readonly settings: Settings;
  /** What the console may say in this test, beyond nothing. */
  readonly mayComplain: RegExp[];
}

// biome-ignore-start lint/correctness/noEmptyPattern: Playwright reads from it which fixtures are used.
export const test = base.extend<Fixtures>({
  mayComplain: async ({}, use) => {
    await use([]);
  },

  server: async ({}, use) => {
    const server = await ModelServer.create(modelsOrigin());
    await use(server);
    await server.remove();
  },

  app: async ({ page, mayComplain }, use) => {
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    await use(new App(page));
    // A content policy that blocks something says so here too.
    const unexpected = complaints.filter((one) => !mayComplain.some((allowed) => allowed.test(one)));
    expect(unexpected, "errors in the console").toEqual([]);
  },

  settings: async ({ page }, use) => {
    await use(new Settings(page));
  },

  ready: async ({ app, server }, use) => {
    await app.open(server.base);
    await app.fetchFirst();
    await use(app);
  },
});

// biome-ignore-end lint/correctness/noEmptyPattern: Playwright reads from it which fixtures are used.

/** What the browser itself writes to the console about failed requests. */
export const FAILED_REQUESTS = /^Failed to load resource/;

/** What it writes when a server refuses the page. */
export const REFUSED_REQUESTS = /has been blocked by CORS policy/;

export { expect };
