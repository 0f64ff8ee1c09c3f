/** What a benchmark prints: figures as JSON lines, everything else for people. */
import { readFile } from "node:fs/promises";
import { loadavg } from "node:os";

export const MIB = 1 << 20;

/** The middle value. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function rounded(value, digits = 3) {
  return Number(value.toFixed(digits));
}

/** A line that `cargo xtask bench` takes into the results. */
export function figure(name, value, unit, baseline) {
  const known = baseline === undefined ? {} : { baseline: rounded(baseline), ratio: rounded(value / baseline) };
  console.log(JSON.stringify({ name, value: rounded(value), unit, ...known }));
}

/** A line for people. On standard error, where it can be read while the benchmark runs. */
export function say(...words) {
  console.error(...words);
}

/** How busy the machine is: without it nobody can judge a figure. */
export async function sayLoad(when) {
  const pressure = await readFile("/proc/pressure/cpu", "utf8").catch(() => "");
  const waiting = /some avg10=(\S+)/.exec(pressure)?.[1];
  say(`${when}: load ${loadavg()[0].toFixed(2)}${waiting ? `, ${waiting} % of the time someone waits for a CPU` : ""}`);
}

/** Whole rounds from the environment, for a quick look or a long run. */
export function rounds(fallback) {
  return Number(process.env.MODELYARD_BENCH_ROUNDS ?? fallback);
}

// An interrupted benchmark must not leave servers and browsers behind; what stops them hangs on `exit`.
process.setMaxListeners(0);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));
