/**
 * Wraps wasm-bindgen's module in a function. The module keeps its instance in a variable, so it could never give a
 * second one; after a trap a second one is what is needed. Each call of the function makes a module of its own.
 *
 * Its own way of starting goes: the page hands over a compiled module, so there is nothing to fetch, and a second URL
 * of the wasm file would make bundlers copy it twice.
 */
import { basename } from "node:path";

/** Resolves `./glue.js` and the like to the wrapped form of a module's text: `{ glue: [text, nameOfTheFunction] }`. */
export function gluePlugin(modules) {
  return {
    name: "glue",
    setup(build) {
      build.onResolve({ filter: /\/[\w-]*glue\.js$/ }, ({ path }) => ({
        path: basename(path, ".js"),
        namespace: "glue",
      }));
      build.onLoad({ filter: /.*/, namespace: "glue" }, ({ path }) => ({ contents: wrap(...modules[path]) }));
    },
  };
}

/** The wrapped text of a module that `wasm-bindgen --target web` wrote, as `slim` gives it; `name` is that of the function. */
export function wrap(source, name = "makeCore") {
  const start = source.indexOf("async function __wbg_load(");
  const end = source.search(/^export \{(?=[^}]*__wbg_init as default)[^}]*\};?\s*$/m);
  const names = [...source.matchAll(/^export (?:class|function) (\w+)/gm)].map(([, exported]) => exported);
  const body = source.slice(0, start).replace(/^export (?=class|function)/gm, "");
  const asExpected = start > 0 && end > start && /function __wbg_get_imports\(/.test(body);
  if (!asExpected || /^(?:import|export) |import\.meta/m.test(body)) {
    throw new Error("wasm-bindgen writes its module differently now: teach scripts/glue.mjs");
  }
  return `export function ${name}() {
${body}
async function start({ module_or_path }) {
  __wbg_finalize_init(await WebAssembly.instantiate(module_or_path, __wbg_get_imports()));
}
return { default: start, ${names.join(", ")} };
}
`;
}
