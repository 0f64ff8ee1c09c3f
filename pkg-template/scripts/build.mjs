/**
 * Writes the publishable package to `../pkg`. In order: take wasm-pack's output, bundle the entries, bundle the worker
 * by itself, write declarations, copy what goes along, print the sizes.
 *
 * MODELYARD_WASM_DIR says where wasm-pack's output is, if not in `../target/wasm`; MODELYARD_PKG_DIR where the package
 * goes, if not to `../pkg`.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { gluePlugin } from "./glue.mjs";
import { shorten } from "./rename.mjs";
import { measure } from "./sizes.mjs";
import { slim } from "./slim.mjs";

const template = dirname(dirname(fileURLToPath(import.meta.url)));
const wasmDir = resolve(process.env.MODELYARD_WASM_DIR ?? join(template, "../target/wasm"));
const pkg = resolve(process.env.MODELYARD_PKG_DIR ?? join(template, "../pkg"));
const dist = join(pkg, "dist");
const manifest = JSON.parse(readFileSync(join(template, "package.json"), "utf8"));

const core = read("modelyard");
const management = read("modelyard_management");

rmSync(pkg, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

const shared = {
  absWorkingDir: template,
  bundle: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  // Peers stay what the app installed.
  packages: "external",
  plugins: [gluePlugin({ glue: [core.glue, "makeCore"], "management-glue": [management.glue, "makeManagement"] })],
  logLevel: "warning",
};

const entries = Object.fromEntries(
  sources("src")
    .map((file) => [file.replace(/^src\/|\.tsx?$/g, ""), file])
    .filter(([name]) => isEntry(name)),
);
const split = { outdir: dist, splitting: true, chunkNames: "[name]-[hash]", external: ["./catalog.js"] };
await build({ ...shared, entryPoints: entries, ...split });
// The model database is a script of its own, so that every bundler finds it and loads it when it is needed.
const catalog = readFileSync(join(template, "../src/catalog/bundled/catalog.txt"), "utf8");
writeFileSync(join(dist, "catalog.js"), `export default ${JSON.stringify(catalog)};\n`);
// By itself and small: bundlers that take `new URL("./worker.js", import.meta.url)` for a plain file copy it as it is.
await build({ ...shared, entryPoints: { worker: "src/worker.ts" }, outdir: dist, minify: true });

const tsc = join(template, "node_modules/typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json", "--outDir", dist], {
  cwd: template,
  stdio: "inherit",
});
writeFileSync(join(dist, "worker.d.ts"), "export {};\n");
for (const name of ["core", "management"]) {
  writeFileSync(join(dist, `${name}.wasm.d.ts`), "declare const url: string;\nexport default url;\n");
}
prune();

cpSync(join(template, "config.schema.json"), join(dist, "config.schema.json"));
writeFileSync(join(dist, "modelyard_bg.wasm"), core.wasm);
writeFileSync(join(dist, "modelyard_management_bg.wasm"), management.wasm);
if (existsSync(join(template, "src/styles/index.css"))) {
  await build({ ...shared, entryPoints: { styles: "src/styles/index.css" }, outdir: dist });
}
for (const licence of ["LICENSE-MIT", "LICENSE-APACHE"]) cpSync(join(template, "..", licence), join(pkg, licence));
cpSync(join(template, "../src/catalog/bundled/THIRD-PARTY.md"), join(pkg, "THIRD-PARTY.md"));
cpSync(join(template, "README.md"), join(pkg, "README.md"));
const { scripts, devDependencies, ...published } = manifest;
writeFileSync(join(pkg, "package.json"), `${JSON.stringify(published, null, 2)}\n`);

await measure(dist);

/** One of the two wasm files with its glue, by the name wasm-pack gave them. */
function read(name) {
  const file = join(wasmDir, `${name}_bg.wasm`);
  if (!existsSync(file)) {
    console.error(`There is no ${relative(process.cwd(), file)}: build it first (cargo xtask build).`);
    process.exit(1);
  }
  return shorten(readFileSync(file), slim(readFileSync(join(wasmDir, `${name}.js`), "utf8")));
}

/** All files below a folder of the template, by their path from the template. */
function sources(folder) {
  return readdirSync(join(template, folder), { recursive: true })
    .map((name) => `${folder}/${String(name).replaceAll("\\", "/")}`)
    .filter((file) => statSync(join(template, file)).isFile());
}

/** Whether `exports` names a module; the worker is built by itself. */
function isEntry(name) {
  const paths = Object.values(manifest.exports).map((target) => target.default ?? target);
  return name !== "worker" && paths.includes(`./dist/${name}.js`);
}

/** Removes the declarations that no public one leads to. */
function prune() {
  const kept = new Set();
  const visit = (file) => {
    if (kept.has(file) || !existsSync(file)) return;
    kept.add(file);
    for (const [, path] of readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?"(\.[^"]+)\.js"/g)) {
      visit(join(dirname(file), `${path}.d.ts`));
    }
  };
  for (const target of Object.values(manifest.exports)) if (target.types) visit(join(pkg, target.types));
  for (const name of readdirSync(dist, { recursive: true })) {
    const file = join(dist, String(name));
    if (file.endsWith(".d.ts") && !kept.has(file)) rmSync(file);
  }
}
