/** How much a tab grows while it downloads: it must not depend on the length of the file. */
import { newProfile, startBrowser } from "./lib/chromium.mjs";
import { settleDisk } from "./lib/disk.mjs";
import { figure, MIB, rounded, rounds, say, sayLoad } from "./lib/figures.mjs";
import { watchMemory } from "./lib/memory.mjs";
import { startModels } from "./lib/models.mjs";
import { startSite } from "./lib/site.mjs";

const SHORT_BYTES = 256 * MIB;
const LONG_BYTES = 2048 * MIB;
const ROUNDS = rounds(3);
const PAUSE_MS = 2_000;

const models = await startModels();
const site = await startSite();

/** The peak growth of one download in a fresh browser, in MiB. */
async function growth(way, file, copyName) {
  const copy = await models.copy(file, `/${copyName}/weights.gguf`);
  const page = site.page("download", { way, file: copy, pauseMs: PAUSE_MS });
  const profile = await newProfile();
  await settleDisk();
  const browser = await startBrowser(profile);
  try {
    await browser.open(page.url);
    await page.reported("ready");
    const memory = watchMemory(browser);
    await page.reported("begun");
    const since = performance.now();
    const { ms } = await page.reported("done");
    const { bytes, samples } = await memory.peakGrowth(since);
    say(`${copyName}: ${rounded(bytes / MIB, 1)} MiB, ${samples} samples, ${rounded(ms / 1000, 1)} s`);
    return bytes / MIB;
  } finally {
    await browser.close();
    await profile.dispose();
  }
}

/** The worst of some: a peak is a promise. */
async function worst(way, file, count) {
  const values = [];
  for (let round = 0; round < count; round++) {
    values.push(await growth(way, file, `${way}-${file.sizeBytes / MIB}-${round}`));
  }
  return Math.max(...values);
}

try {
  await sayLoad("before");
  const short = await models.file("/short.gguf", SHORT_BYTES);
  const long = await models.file("/long.gguf", LONG_BYTES);
  const plain = await worst("plain", short, 1);
  const wllama = await worst("wllama", short, 1);
  const ours = await worst("ours", short, ROUNDS);
  const oursLong = await worst("ours", long, 1);
  await sayLoad("after");
  figure("download_memory_growth_mib", ours, "MiB", plain);
  figure("download_memory_growth_2gib_mib", oursLong, "MiB");
  figure("download_memory_growth_wllama_mib", wllama, "MiB");
} finally {
  site.close();
  models.close();
}
