/** What a key costs: from the wish to keep it on this device to a request that is signed with it. */
import { newProfile, startBrowser } from "./lib/chromium.mjs";
import { figure, median, rounded, rounds, say, sayLoad } from "./lib/figures.mjs";
import { startSite } from "./lib/site.mjs";

const site = await startSite({ isolated: true });
const profile = await newProfile();
const browser = await startBrowser(profile);

async function visit(options) {
  const page = site.page("keys", options);
  const tab = await browser.open(page.url);
  const result = await page.reported("done");
  await tab.close();
  return result;
}

try {
  await sayLoad("before");
  const { trips, ready } = await visit({ count: rounds(50) });
  const opened = await visit({ again: true });
  const ms = (values) => `${rounded(median(values), 2)} ms, at most ${rounded(Math.max(...values), 2)}`;
  say(`set() to ready: ${ms(ready)}; to a signed request: ${ms(trips)}`);
  say(`after a reload: ${rounded(opened.ms, 1)} ms from open() to a request signed with the stored key`);
  await sayLoad("after");
  figure("key_roundtrip_ms", median(trips), "ms");
} finally {
  await browser.close();
  await profile.dispose();
  site.close();
}
