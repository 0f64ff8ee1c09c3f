/** Measures what an app gets of the package: each part bundled and minified as an app would, then gzipped. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const template = dirname(dirname(fileURLToPath(import.meta.url)));

/** Kilobytes of 1000 bytes; the limits are those of the project. */
export const LIMITS = {
  wasm_gzip_kb: 260,
  management_wasm_gzip_kb: 280,
  catalog_gzip_kb: 25,
  core_js_gzip_kb: 15,
  react_js_gzip_kb: 25,
};

const kilobytes = (bytes) => Math.round(gzipSync(bytes, { level: 9 }).length / 10) / 100;

/** Prints the sizes and writes them to `target/bench/sizes.json`; `check-package.mjs` fails when one is too large. */
export async function measure(dist) {
  const sizes = {
    wasm_gzip_kb: kilobytes(readFileSync(join(dist, "modelyard_bg.wasm"))),
    management_wasm_gzip_kb: kilobytes(readFileSync(join(dist, "modelyard_management_bg.wasm"))),
    catalog_gzip_kb: kilobytes(readFileSync(join(dist, "catalog.js"))),
    core_js_gzip_kb: await bundled(dist, "index.js"),
    worker_js_gzip_kb: kilobytes(readFileSync(join(dist, "worker.js"))),
    wllama_adapter_js_gzip_kb: await bundled(dist, "engines/wllama.js"),
    react_js_gzip_kb: await bundled(dist, "react/index.js"),
    management_js_gzip_kb: await bundled(dist, "management/index.js"),
  };
  const rows = Object.entries(sizes).filter(([, value]) => value !== null);
  for (const [name, value] of rows) {
    const limit = LIMITS[name];
    console.log(`${name} ${value}${limit ? ` (at most ${limit}${value > limit ? ", TOO LARGE" : ""})` : ""}`);
  }
  const file = join(template, "../target/bench/sizes.json");
  mkdirSync(dirname(file), { recursive: true });
  const list = rows.map(([name, value]) => ({ name, value, unit: "kB", baseline: null, ratio: null }));
  writeFileSync(file, `${JSON.stringify(list, null, 2)}\n`);
}

/** An entry with all it imports of the package, lazily or not, minified; peers excluded. */
async function bundled(dist, entry) {
  if (!existsSync(join(dist, entry))) return null;
  const { outputFiles } = await build({
    entryPoints: [join(dist, entry)],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    packages: "external",
    // Counted by itself.
    external: ["./catalog.js"],
    write: false,
    logLevel: "error",
  });
  return kilobytes(outputFiles[0].contents);
}
