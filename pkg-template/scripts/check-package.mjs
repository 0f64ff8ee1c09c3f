/**
 * Packs `../pkg` and looks at the tarball as the registry and TypeScript will: publint, are-the-types-wrong, and a list
 * of what must and must not be in it. The tarball stays in `../target/npm`.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LIMITS } from "./sizes.mjs";

const template = dirname(dirname(fileURLToPath(import.meta.url)));
const pkg = join(template, "../pkg");
const folder = join(template, "../target/npm");
const bin = (name) => join(template, "node_modules/.bin", name);

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: pkg, stdio: "inherit" });
const tarball = join(
  folder,
  readdirSync(folder).find((name) => name.endsWith(".tgz")),
);

execFileSync(bin("publint"), ["--strict", tarball], { stdio: "inherit" });
// A style sheet has no types; everything else must.
execFileSync(bin("attw"), ["--profile", "esm-only", "--exclude-entrypoints", "styles.css", "--", tarball], {
  stdio: "inherit",
});

const files = execFileSync("tar", ["-tzf", tarball], { encoding: "utf8" }).trim().split("\n");
const manifest = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
const problems = [];
for (const name of ["LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY.md", "README.md"]) {
  if (!files.includes(`package/${name}`)) problems.push(`${name} is missing`);
}
if (manifest.dependencies) problems.push("there are dependencies");
if (manifest.scripts) problems.push("there are scripts");
if (JSON.stringify(manifest.exports).includes('"node"')) problems.push("there is a node condition");
for (const file of files.filter((name) => name.endsWith(".js"))) {
  const text = readFileSync(join(pkg, file.replace("package/", "")), "utf8");
  const urls = [...text.matchAll(/import\.meta\.url/g)].length;
  const literals = [
    ...text.matchAll(/new URL\("\.\.?\/(?:modelyard(?:_management)?_bg\.wasm|worker\.js)", import\.meta\.url\)/g),
  ].length;
  if (urls !== literals) problems.push(`${file} has a URL that bundlers cannot see`);
  if (/\beval\(|\bnew Function\(/.test(text)) problems.push(`${file} makes code of text`);
}
for (const { name, value } of JSON.parse(readFileSync(join(template, "../target/bench/sizes.json"), "utf8"))) {
  if (value > (LIMITS[name] ?? Number.POSITIVE_INFINITY)) problems.push(`${name} is ${value}, above ${LIMITS[name]}`);
}
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log(`${files.length} files, packed and checked: ${tarball.slice(tarball.indexOf("target"))}`);
