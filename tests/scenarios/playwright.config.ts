import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "specs",
  outputDir: "../../target/scenarios",
  fullyParallel: true,
  // Most of the time is spent waiting; a third one would only make the others wait longer on two cores.
  workers: 2,
  // A scenario that passes at the second try is a fault that was found and lost again.
  retries: 0,
  forbidOnly: Boolean(process.env["CI"]),
  timeout: 60_000,
  reporter: [["list"]],
});
