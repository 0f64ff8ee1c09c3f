import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 25;

/** Proportional share of a process's memory, in bytes: what it alone uses, and its part of what it shares. */
async function pss(pid) {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  const [, kilobytes] = /^Pss:\s+(\d+) kB/m.exec(text) ?? [];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

/** Watches the processes that run pages, workers included, until it is stopped. */
export function watchMemory(browser) {
  const series = new Map();
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      for (const pid of await browser.renderers()) {
        const bytes = await pss(pid);
        if (bytes === null) continue;
        if (!series.has(pid)) series.set(pid, []);
        series.get(pid).push({ at: performance.now(), bytes });
      }
      await sleep(PAUSE_MS);
    }
  })();

  return {
    /**
     * The most that any process grew after `since`, over the highest value it had in the second before. A process
     * that came later has no baseline: Chromium keeps an empty one in reserve.
     */
    async peakGrowth(since) {
      stopped = true;
      await watching;
      const growths = [...series.values()].map((samples) => {
        const before = samples.filter(({ at }) => at < since && at > since - 1_000).map(({ bytes }) => bytes);
        const after = samples.filter(({ at }) => at >= since).map(({ bytes }) => bytes);
        return before.length && after.length ? Math.max(...after) - Math.max(...before) : 0;
      });
      const samples = Math.max(...[...series.values()].map((each) => each.length));
      return { bytes: Math.max(0, ...growths), samples };
    },
  };
}
