/** The fixtures: one server and one browser for a worker of tests, one scene for each test. */
import { test as base, expect } from "@playwright/test";
import { Chromium } from "./chromium.js";
import { Scene } from "./scene.js";
import { FaultyServer } from "./server.js";

export { expect };

interface Shared {
  readonly server: FaultyServer;
  readonly chromium: Chromium;
}

export const test = base.extend<{ scene: Scene }, Shared>({
  server: [
    async ({}, use) => {
      const server = await FaultyServer.start();
      await use(server);
      server.stop();
    },
    { scope: "worker" },
  ],
  chromium: [
    async ({}, use) => {
      const chromium = await Chromium.start();
      await use(chromium);
      await chromium.close();
    },
    { scope: "worker" },
  ],
  scene: async ({ server, chromium }, use, info) => {
    const name = `t-${info.testId.slice(-20)}`;
    const scene = new Scene(server, name, () => chromium.context.newPage(), server.pages);
    await use(scene);
    for (const tab of scene.tabs) {
      if (info.status === "passed") await tab.checkProgress();
      await tab.page.close();
    }
    await server.forget(scene.prefix);
  },
});
