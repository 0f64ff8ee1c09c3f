/** How long the page needs to look up many names, beside a loop over compiled picomatch matchers. */
import picomatch from "/built/picomatch.js";
import init, { PageCore } from "/built/core.js";
import { instance } from "./modelyard.js";
import { clean, report, run } from "./page.js";

const STARTS = 15;

/** The time of one call, in milliseconds. */
function timed(work) {
  const begun = performance.now();
  const result = work();
  return { ms: performance.now() - begun, result };
}

run(async () => {
  const { text, globs, rounds } = await (await fetch("/built/options.json")).json();
  await clean();
  await init({ module_or_path: "/built/core.wasm" });
  const options = JSON.stringify({ namespace: "start", engines: [], models: [], bundledCatalog: text });
  // Made and not opened: what that takes is reading the options, most of which are the catalog.
  const start = Array.from({ length: STARTS }, () => {
    const { ms, result } = timed(() => new PageCore(options, {}));
    result.free();
    return ms;
  });
  const modelyard = instance([]);
  await modelyard.open();
  // The same globs with the same meaning: letter case does not count, and a star goes on over a slash.
  const matchers = globs.map((glob) => picomatch(glob, { nocase: true, dot: true, bash: true }));
  const times = [];
  for (const names of rounds) {
    const ours = timed(() => modelyard.catalog.lookup(names));
    const theirs = timed(() => names.map((name) => matchers.findIndex((matches) => matches(name))));
    const found = ours.result.filter(({ matched }) => matched.step !== "none").length;
    times.push({
      ours: ours.ms,
      again: timed(() => modelyard.catalog.lookup(names.slice(0, 1000))).ms,
      theirs: theirs.ms,
      found,
      foundByThem: theirs.result.filter((index) => index >= 0).length,
    });
  }
  await modelyard.close();
  await report("done", { times, start });
});
