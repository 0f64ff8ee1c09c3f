/**
 * The demo on a scripted stand-in instead of the package, to work on its looks without building Rust or serving
 * models: `npm run fake`. Nothing of this is part of `npm run build`.
 */

import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here(".."),
  publicDir: "static",
  plugins: [react()],
  resolve: {
    dedupe: ["react", "react-dom", "@base-ui/react"],
    alias: [
      { find: /^modelyard\/react$/, replacement: here("../../pkg-template/src/react/index.ts") },
      { find: /^modelyard\/styles\.css$/, replacement: here("../../pkg-template/src/styles/index.css") },
      { find: /^modelyard\/engines\/wllama$/, replacement: here("fake-engine.ts") },
      { find: /^modelyard\/management$/, replacement: here("fake-management.ts") },
      { find: /^modelyard$/, replacement: here("fake-modelyard.ts") },
      { find: /^\.\/catalog$/, replacement: here("fake-catalog.ts") },
    ],
  },
  server: { port: Number(process.env["PORT"] ?? 4175), strictPort: true, fs: { allow: [here("../..")] } },
});
