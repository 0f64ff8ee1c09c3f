import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    // A browser starts slowly on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 300_000,
    // Two processors are enough for two workers; a browser has processes of its own.
    maxWorkers: 2,
  },
});
