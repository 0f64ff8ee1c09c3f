/**
 * How fast a verified download is beside those that verify nothing: all ways in turn, round after round, so that each
 * round's ratios were measured at nearly the same time. What a busy machine takes, it takes from all of them.
 */
import { newProfile, startBrowser } from "./lib/chromium.mjs";
import { settleDisk } from "./lib/disk.mjs";
import { figure, MIB, median, rounded, rounds, say, sayLoad } from "./lib/figures.mjs";
import { startModels } from "./lib/models.mjs";
import { startSite } from "./lib/site.mjs";

const SIZE_BYTES = 256 * MIB;
const WAYS = ["ours", "plain", "wllama", "ceiling"];
const ROUNDS = rounds(9);

const models = await startModels();
const site = await startSite();
const profile = await newProfile();
const browser = await startBrowser(profile);
const file = await models.file("/first.gguf", SIZE_BYTES);
const speeds = Object.fromEntries(WAYS.map((way) => [way, []]));

/** One download at an address that neither the HTTP cache nor the disk knows; MB/s. */
async function measure(way, round) {
  const copy = await models.copy(file, `/${way}-${round}/weights.gguf`);
  const page = site.page("download", { way, file: copy });
  await settleDisk();
  const tab = await browser.open(page.url);
  const { ms, files } = await page.reported("done");
  await page.reported("clean");
  await tab.close();
  if (!files.some(({ sizeBytes }) => sizeBytes === SIZE_BYTES)) throw new Error(`${way} stored ${JSON.stringify(files)}`);
  if (way === "ours" && !files.some(({ path }) => path.endsWith(`blobs/sha256-${file.sha256}`))) {
    throw new Error(`nothing is committed: ${JSON.stringify(files)}`);
  }
  return SIZE_BYTES / 1e6 / (ms / 1000);
}

try {
  await sayLoad("before");
  // The first of each compiles and warms; it does not count.
  for (const way of WAYS) await measure(way, "warm-up");
  for (let round = 0; round < ROUNDS; round++) {
    // Each comes first in some rounds.
    const order = WAYS.map((_, index) => WAYS[(index + round) % WAYS.length]);
    for (const way of order) speeds[way].push(await measure(way, round));
    say(`round ${round + 1}: ${WAYS.map((way) => `${way} ${rounded(speeds[way][round], 0)}`).join(", ")} MB/s`);
  }
  await sayLoad("after");
} finally {
  await browser.close();
  await profile.dispose();
  site.close();
  models.close();
}

for (const way of WAYS.slice(1)) {
  const ratio = median(speeds.ours.map((speed, round) => speed / speeds[way][round]));
  // The baseline of a ratio is 1: as fast as that.
  figure(`download_vs_${way}`, ratio, "×", 1);
}
for (const way of WAYS) figure(`download_${way}_mb_s`, median(speeds[way]), "MB/s");
