/** Names of models as people and providers write them, made from those the package knows. */
import { readFile } from "node:fs/promises";

/** The patterns and the names of the bundled data: the first word of each line of those parts. */
export async function bundled() {
  const file = new URL("../node_modules/modelyard/dist/catalog.js", import.meta.url);
  const text = JSON.parse((await readFile(file, "utf8")).replace(/^export default /, "").replace(/;\s*$/, ""));
  const part = (name) => text.split(`[${name}]\n`)[1].split("\n[")[0].split("\n").map((line) => line.split(" ")[0]);
  return { text, patterns: part("patterns"), names: part("names") };
}

/** Numbers from a seed (mulberry32), so that every run looks for the same names. */
function random(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const OWNERS = ["", "", "meta-llama/", "bartowski/", "hf.co/unsloth/", "openrouter/openai/", "models/", "onnx-community/"];
const TAGS = ["", "", ":latest", ":7b", ":8b-instruct-q4_K_M", "-Q4_K_M.gguf", "-q4f16_1-MLC", "-GGUF:Q8_0", "-20250929"];
const WORDS = ["assistant", "my", "finance", "tuned", "v2", "lora", "internal", "demo", "qa", "eu", "prod", "x7"];

/** `count` names: three in ten as they are, five in ten in a dress, one made from a pattern, one nobody knows. */
export function mixed({ patterns, names }, count, seed) {
  const next = random(seed);
  const of = (list) => list[next(list.length)];
  const letters = (name) => (next(4) === 0 ? name.toUpperCase() : name);
  return Array.from({ length: count }, () => {
    const kind = next(10);
    if (kind < 3) return of(names);
    if (kind < 8) return letters(of(OWNERS) + of(names) + of(TAGS));
    if (kind === 8) return of(patterns).replace(/\*/g, () => of(WORDS)).replace(/\[(.).*?\]/g, "$1").replace(/\?/g, "x");
    return `${of(WORDS)}-${of(WORDS)}-${next(1000)}`;
  });
}
