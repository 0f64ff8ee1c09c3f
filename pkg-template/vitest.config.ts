import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { wrap } from "./scripts/glue.mjs";
import { slim } from "./scripts/slim.mjs";

const standIn = new URL("test/fixture-wasm/modelyard.js", import.meta.url);

export default defineConfig({
  plugins: [
    {
      // Tests of the package's own code do without the real core.
      name: "glue",
      enforce: "pre",
      resolveId: (id) => (id.endsWith("/glue.js") ? "\0glue" : null),
      load: (id) => (id === "\0glue" ? wrap(slim(readFileSync(standIn, "utf8"))) : null),
    },
  ],
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    // A browser starts slowly on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 300_000,
    // Two processors are enough for two workers; a browser has processes of its own.
    maxWorkers: 2,
  },
});
