/** Looking models up by name, in a page: the whole way over the boundary and back. */
import { readFile } from "node:fs/promises";
import { build } from "esbuild";
import { newProfile, startBrowser } from "./lib/chromium.mjs";
import { figure, median, rounded, rounds, say, sayLoad } from "./lib/figures.mjs";
import { bundled, mixed } from "./lib/names.mjs";
import { startSite } from "./lib/site.mjs";

const NAMES = 10_000;
const ROUNDS = rounds(5);

const data = await bundled();
const site = await startSite({ isolated: true });
// It is written for Node; bundled, a page can import it.
const { outputFiles } = await build({
  stdin: { contents: 'export { default } from "picomatch/posix";', resolveDir: import.meta.dirname },
  bundle: true,
  format: "esm",
  minify: true,
  write: false,
});
site.serve("/built/picomatch.js", outputFiles[0].contents);
// The core itself, for what the package does inside of open().
const core = new URL("../../target/wasm/", import.meta.url);
site.serve("/built/core.js", await readFile(new URL("modelyard.js", core)));
site.serve("/built/core.wasm", await readFile(new URL("modelyard_bg.wasm", core)));
const sets = Array.from({ length: ROUNDS }, (_, round) => mixed(data, NAMES, round + 1));
site.serve("/built/options.json", JSON.stringify({ text: data.text, globs: [...data.patterns, ...data.names], rounds: sets }));
const profile = await newProfile();
const browser = await startBrowser(profile);

try {
  await sayLoad("before");
  const page = site.page("catalog", {});
  const tab = await browser.open(page.url);
  const { times, start } = await page.reported("done");
  await tab.close();
  for (const { ours, theirs, found, foundByThem } of times) {
    say(
      `${NAMES} names: ours ${rounded(ours, 1)} ms (${found} found), picomatch ${rounded(theirs, 0)} ms (${foundByThem} found)`,
    );
  }
  say(`a catalog from its text: ${start.map((ms) => rounded(ms, 2)).join(", ")} ms`);
  await sayLoad("after");
  figure("lookup_vs_picomatch", median(times.map(({ ours, theirs }) => theirs / ours)), "×");
  figure("lookup_10000_ms", median(times.map(({ ours }) => ours)), "ms");
  figure("catalog_start_ms", median(start), "ms");
} finally {
  await browser.close();
  await profile.dispose();
  site.close();
}
