/** What the page itself has to do: to open, and to show a download's progress. */
import { newProfile, startBrowser } from "./lib/chromium.mjs";
import { figure, median, rounded, rounds, say, sayLoad } from "./lib/figures.mjs";
import { startSite } from "./lib/site.mjs";

const CONVERSATIONS = 1_000;
const ROUNDS = rounds(15);

const site = await startSite({ isolated: true });
const profile = await newProfile();
const browser = await startBrowser(profile);

async function visit(name, options) {
  const page = site.page(name, options);
  const tab = await browser.open(page.url);
  const result = await page.reported("done");
  await tab.close();
  return result;
}

try {
  await sayLoad("before");
  const { apart, together, isolated } = await visit("progress", {});
  if (!isolated) throw new Error("the page's clock is too coarse: it is not isolated");
  const us = (values) => rounded(median(values) * 1000, 1);
  say(`a report of progress: ${us(apart)} µs apart, ${us(together)} µs one after the other`);

  await visit("open", { fill: true, count: CONVERSATIONS });
  // The browser decides after some visits what of the scripts it keeps compiled.
  for (let visits = 0; visits < 3; visits++) await visit("open", { count: CONVERSATIONS });
  const opens = [];
  for (let round = 0; round < ROUNDS; round++) opens.push((await visit("open", { count: CONVERSATIONS })).ms);
  say(`open(): ${opens.map((ms) => rounded(ms, 0)).join(", ")} ms`);
  await sayLoad("after");

  figure("snapshot_progress_us", median(apart) * 1000, "µs");
  figure("open_ms", median(opens), "ms");
} finally {
  await browser.close();
  await profile.dispose();
  site.close();
}
