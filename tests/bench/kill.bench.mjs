/**
 * What a killed browser costs: the bytes the server sent for one file in both lives, minus its size. Bytes that were
 * on their way to the browser when it died count as well; the server cannot know that nobody took them.
 */
import { newProfile, startBrowser } from "./lib/chromium.mjs";
import { figure, MIB, rounded, say, sayLoad } from "./lib/figures.mjs";
import { startModels } from "./lib/models.mjs";
import { startSite } from "./lib/site.mjs";

const SIZE_BYTES = 256 * MIB;
/** Where the browser is killed, as a part of the file, and how fast the bytes come. */
const CASES = [
  { at: 0.15, bytesPerSecond: null },
  { at: 0.37, bytesPerSecond: null },
  { at: 0.62, bytesPerSecond: null },
  { at: 0.85, bytesPerSecond: null },
  { at: 0.3, bytesPerSecond: 40e6 },
  { at: 0.7, bytesPerSecond: 40e6 },
];

const models = await startModels();
const site = await startSite();
const whole = await models.file("/whole.gguf", SIZE_BYTES);

async function refetched({ at, bytesPerSecond }, index) {
  const file = await models.copy(whole, `/kill-${index}/weights.gguf`);
  if (bytesPerSecond) await models.bandwidth(file, bytesPerSecond);
  const profile = await newProfile();
  try {
    const first = await startBrowser(profile);
    await first.open(site.page("resume", { file }).url);
    await models.waitForBytes(file, Math.round(SIZE_BYTES * at));
    await first.kill();
    await models.waitUntilIdle(file);
    const sentBefore = await models.sentBytes(file);
    if (sentBefore >= SIZE_BYTES) throw new Error("the browser was killed too late to show anything");

    const second = await startBrowser(profile);
    const page = site.page("resume", { file });
    await second.open(page.url);
    const { resumed, presentBytes } = await page.reported("open");
    await page.reported("done");
    await models.waitUntilIdle(file);
    const bytes = (await models.sentBytes(file)) - SIZE_BYTES;
    await second.close();
    const rate = bytesPerSecond ? `${bytesPerSecond / 1e6} MB/s` : "no limit";
    say(
      `killed after ${rounded(sentBefore / MIB, 1)} MiB (${rate}): ${rounded(presentBytes / MIB, 1)} MiB were safe, ` +
        `${rounded(bytes / MIB, 2)} MiB came again${resumed ? "" : "; THE QUEUE WAS LOST"}`,
    );
    return bytes / MIB;
  } finally {
    await profile.dispose();
  }
}

try {
  await sayLoad("before");
  const values = [];
  for (const [index, each] of CASES.entries()) values.push(await refetched(each, index));
  await sayLoad("after");
  // The worst: a promise is about every kill. Without resuming, the mean cost is half the file.
  figure("refetched_after_kill_mib", Math.max(...values), "MiB");
} finally {
  site.close();
  models.close();
}
