/**
 * A Chromium of our own with a profile on the disk, as a person has one: not an incognito window, whose files are in
 * memory. It is started here and not by the test runner, so that it can be killed and started again.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Browser, type BrowserContext, chromium } from "@playwright/test";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--remote-debugging-port=0",
];

export class Chromium {
  private constructor(
    private readonly child: ChildProcess,
    private readonly browser: Browser,
    private readonly profile: string,
  ) {}

  /** Starts with the profile of an earlier one, or with a new one. */
  static async start(profile?: string): Promise<Chromium> {
    const directory = profile ?? (await mkdtemp(join(tmpdir(), "modelyard-scenarios-")));
    const program = process.env["MODELYARD_CHROMIUM"] ?? "/usr/bin/chromium";
    // Detached: a process group of its own, so that killing it leaves no renderer behind.
    const child = spawn(program, [...FLAGS, `--user-data-dir=${directory}`, "about:blank"], {
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const errors = child.stderr as NonNullable<typeof child.stderr>;
    for await (const line of createInterface({ input: errors })) {
      const address = line.match(/^DevTools listening on (\S+)$/)?.[1];
      if (!address) continue;
      // What it says after this interests nobody, but a full pipe would stop it.
      errors.resume();
      return new Chromium(child, await chromium.connectOverCDP(address), directory);
    }
    throw new Error(`${program} did not start`);
  }

  get context(): BrowserContext {
    return this.browser.contexts()[0] as BrowserContext;
  }

  /** Ends every process of it at once, as a power button would, but for the system's file cache. */
  async kill(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    process.kill(-(this.child.pid as number), "SIGKILL");
    await ended;
    await this.browser.close().catch(() => undefined);
  }

  /** Starts it again with the profile it left. */
  async again(): Promise<Chromium> {
    return Chromium.start(this.profile);
  }

  async close(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.kill();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
