import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { headers, metaPolicy } from "./policy.ts";

/** Writes the content policy into the built page; while developing, Vite's own inline scripts would break it. */
function contentPolicy(modelsUrl: string | undefined): Plugin {
  return {
    name: "content-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: metaPolicy(modelsUrl) },
        injectTo: "head-prepend",
      },
    ],
  };
}

const modelsUrl = process.env["VITE_MODELS_URL"];
const port = Number(process.env["PORT"] ?? 4173);

export default defineConfig({
  plugins: [react(), contentPolicy(modelsUrl)],
  // The package is installed from a packed file and may bring a React of its own along when it is linked instead.
  resolve: { dedupe: ["react", "react-dom", "@base-ui/react"] },
  // The package finds its worker and its wasm file relative to its own scripts, which pre-bundling would move.
  optimizeDeps: { exclude: ["modelyard"] },
  // Not `public`: the generated models lie there, and the model server serves them.
  publicDir: "static",
  worker: { format: "es" },
  build: { target: "es2022", chunkSizeWarningLimit: 1000 },
  server: { port, strictPort: true },
  preview: { port, strictPort: true, headers: headers(modelsUrl) },
});
