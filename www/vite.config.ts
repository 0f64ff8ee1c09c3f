import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { headers, metaPolicy } from "./policy.ts";

/** Writes the content policy into the built page; while developing, Vite's own inline scripts would break it. */
function contentPolicy(): Plugin {
  return {
    name: "content-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: metaPolicy },
        injectTo: "head-prepend",
      },
    ],
  };
}

const port = Number(process.env["PORT"] ?? 4173);

export default defineConfig({
  plugins: [react(), contentPolicy()],
  // `import.meta.env` is the environment layer of the configuration. Named one by one (they
  // are prefixes): a build must not take along all that is called MODELYARD_ on the machine that makes it.
  envPrefix: [
    "VITE_",
    "MODELYARD_MODEL",
    "MODELYARD_PROVIDER",
    "MODELYARD_HOST",
    "MODELYARD_TEMPERATURE",
    "MODELYARD_MAX_TOKENS",
    "MODELYARD_CONTEXT_SIZE",
    "MODELYARD_PROFILE",
  ],
  // The package is installed from a packed file and may bring a React of its own along when it is linked instead.
  resolve: { dedupe: ["react", "react-dom", "@base-ui/react"] },
  // The package finds its worker and its wasm file relative to its own scripts, which pre-bundling would move.
  optimizeDeps: { exclude: ["modelyard"] },
  // Not `public`: the generated models lie there, and the model server serves them.
  publicDir: "static",
  worker: { format: "es" },
  build: { target: "es2022", chunkSizeWarningLimit: 1000 },
  server: { port, strictPort: true },
  preview: { port, strictPort: true, headers },
});
