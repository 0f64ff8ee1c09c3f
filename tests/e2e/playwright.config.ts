import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: ".",
  // Each page runs a model on the processor: one after the other is faster than all at once.
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  // What only works the second time does not work.
  retries: 0,
  forbidOnly: process.env["CI"] !== undefined,
  reporter: [["list"]],
  outputDir: "../../target/e2e",
  use: {
    viewport: { width: 1280, height: 800 },
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env["MODELYARD_CHROMIUM"] ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
