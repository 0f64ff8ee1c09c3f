/**
 * Wraps wasm-bindgen's module in a function. The module keeps its instance in a variable, so it could never give a
 * second one; after a trap a second one is what is needed. Each call of the function makes a module of its own.
 */
import { readFileSync } from "node:fs";
import { transformSync } from "esbuild";

/** Resolves `./glue.js` to the wrapped module. */
export function gluePlugin(file) {
  return {
    name: "glue",
    setup(build) {
      build.onResolve({ filter: /\/glue\.js$/ }, () => ({ path: file, namespace: "glue" }));
      build.onLoad({ filter: /.*/, namespace: "glue" }, () => ({ contents: wrap(readFileSync(file, "utf8")) }));
    },
  };
}

function wrap(source) {
  // The page hands over a compiled module; the URL would only make bundlers copy the wasm file a second time.
  const withoutUrl = source.replace(/module_or_path = new URL\([^)]*import\.meta\.url\);/, "");
  const { code } = transformSync(withoutUrl, { format: "cjs", target: "es2022", loader: "js" });
  for (const unwanted of ["import.meta", "require("]) {
    if (code.includes(unwanted)) throw new Error(`wasm-bindgen's module contains ${unwanted}: teach scripts/glue.mjs`);
  }
  return `export function makeCore() {
const module = { exports: {} };
${code}
return module.exports;
}
`;
}
