/**
 * A Chromium without a DevTools client. An attached one gets an event for each chunk of a body, which slows downloads
 * down, so tabs are opened over plain HTTP and pages report for themselves.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const START_MS = 60_000;

const SWITCHES = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // So that a page can collect garbage before its memory is taken as the baseline.
  "--js-flags=--expose-gc",
  "--remote-debugging-port=0",
];

/** A profile directory, removed by `dispose()`. */
export async function newProfile() {
  const path = await mkdtemp(join(tmpdir(), "modelyard-bench-"));
  return { path, dispose: () => rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }) };
}

/** Starts a browser on `profile`. */
export async function startBrowser(profile) {
  const program = process.env.MODELYARD_CHROMIUM ?? "chromium";
  const portFile = join(profile.path, "DevToolsActivePort");
  // One that was killed leaves its own behind.
  await rm(portFile, { force: true });
  const child = spawn(program, [...SWITCHES, `--user-data-dir=${profile.path}`, "about:blank"], {
    stdio: "ignore",
    // A group of its own, so that all its processes can be killed at one moment.
    detached: true,
  });
  let gone = false;
  const ended = new Promise((resolve) => {
    child.once("exit", resolve);
    child.once("error", resolve);
  }).then(() => {
    gone = true;
  });

  const port = await activePort(portFile, () => gone);
  const ask = async (method, path) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    if (!answer.ok) throw new Error(`Chromium answers ${answer.status} to ${path}`);
    return answer;
  };

  function signal(name) {
    try {
      process.kill(-child.pid, name);
    } catch {
      // It has ended by itself.
    }
  }

  const browser = {
    /** Opens a tab; `close()` closes it. */
    async open(url) {
      const { id } = await (await ask("PUT", `/json/new?${encodeURIComponent(url)}`)).json();
      return { close: () => ask("GET", `/json/close/${id}`) };
    },
    /** The processes that run pages. */
    renderers: () => renderersOf(child.pid),
    /** Ends it as a power cut would, but for what the operating system has already taken. */
    async kill() {
      signal("SIGKILL");
      await ended;
      // Its other processes die a moment later; until then they hold the profile.
      while ((await descendants(child.pid)).length > 0) await sleep(20);
    },
    async close() {
      signal("SIGTERM");
      await Promise.race([ended, sleep(5_000)]);
      signal("SIGKILL");
      await ended;
    },
  };
  process.once("exit", () => signal("SIGKILL"));
  return browser;
}

async function activePort(file, isGone) {
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline) {
    if (isGone()) throw new Error("Chromium ended while it started");
    const text = await readFile(file, "utf8").catch(() => "");
    if (text.includes("\n")) return Number(text.split("\n")[0]);
    await sleep(50);
  }
  throw new Error("Chromium does not say where it listens");
}

/** All processes, each with its parent, its group and its command line. */
async function processes() {
  const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    names.map(async (name) => {
      try {
        const stat = await readFile(`/proc/${name}/stat`, "utf8");
        const command = await readFile(`/proc/${name}/cmdline`, "utf8");
        // The name in the second field may hold spaces and brackets; what follows it does not.
        const [state, parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return { pid: Number(name), state, parent: Number(parent), group: Number(group), command };
      } catch {
        return null;
      }
    }),
  );
  return found.filter((entry) => entry !== null && entry.state !== "Z");
}

async function descendants(group) {
  return (await processes()).filter((entry) => entry.group === group);
}

async function renderersOf(group) {
  const all = await descendants(group);
  return all.filter(({ command }) => command.includes("--type=renderer")).map(({ pid }) => pid);
}
