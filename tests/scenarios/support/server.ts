/** The faulty server (tests/server): one process for a worker of tests, driven over its control API. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** How long the server may take to do what a test waits for. */
const PATIENCE_MS = 20_000;

export interface Fault {
  readonly at: number | "start" | "end";
  readonly do: "fin" | "reset" | "stall";
}

/** What is wrong with an answer; README.md of the server describes it. */
export interface Step {
  readonly times?: number;
  readonly status?: number;
  readonly redirect?: string;
  readonly instead?: "loginPage" | "empty";
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly range?: string;
  readonly etag?: "weak" | "none" | "unreadable" | { readonly raw: string };
  readonly length?: "none" | "chunked" | { readonly raw: readonly string[] };
  readonly resize?: number;
  readonly extra?: number;
  readonly flip?: readonly number[];
  readonly gzip?: "accepted" | "always";
  readonly flipEncoded?: readonly number[];
  readonly bandwidth?: number;
  readonly slice?: number;
  readonly cors?: "none";
  readonly expose?: readonly string[];
  readonly faults?: readonly Fault[];
}

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string | null;
  readonly range: string | null;
  readonly ifRange: string | null;
  readonly headers: unknown;
  readonly status: number;
  readonly bytesSent: number;
  readonly ending: string | null;
}

export interface Totals {
  readonly requests: number;
  readonly preflights: number;
  readonly bytesSent: number;
  readonly open: number;
  readonly mostOpen: number;
  readonly stalled: number;
  readonly completed: number;
  readonly cut: number;
  readonly aborted: number;
}

/** What to wait for: each at least so many. */
export interface Condition {
  readonly requests?: number;
  readonly bytesSent?: number;
  readonly stalled?: number;
  readonly completed?: number;
  readonly cut?: number;
  readonly aborted?: number;
  readonly idle?: boolean;
}

export type Source =
  | { readonly noise: { readonly seed: number; readonly sizeBytes: number } }
  | { readonly text: string }
  | { readonly sameAs: string };

export interface ServedFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** The packed package, as npm would have put it. */
function packageDirectory(): string {
  const directory = here("../node_modules/modelyard/dist");
  if (existsSync(`${directory}/index.js`)) return directory;
  throw new Error("modelyard is not installed in tests/scenarios; `cargo xtask test scenarios` does that");
}

export class FaultyServer {
  /** `pages` serves the test page and the package, `models` the same paths from another origin, `own` for one test. */
  private constructor(
    private readonly child: ChildProcess,
    readonly pages: string,
    readonly models: string,
    /** All of them, in the order the server knows them by. */
    readonly origins: readonly string[],
    private readonly spare: string[],
  ) {}

  static async start(): Promise<FaultyServer> {
    const program = process.env["MODELYARD_TESTSERVER"] ?? here("../../../target/release/modelyard-testserver");
    const ports = Array.from({ length: 8 }, () => ["--port", "0"]).flat();
    const child = spawn(
      program,
      [...ports, "--dir", here("../site"), "--mount", `/package=${packageDirectory()}`],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const origins: string[] = [];
    for await (const line of createInterface({ input: child.stdout as NonNullable<typeof child.stdout> })) {
      const origin = line.match(/^listening (\S+)$/)?.[1];
      if (origin) origins.push(origin);
      if (origins.length === 8) break;
    }
    const [pages, models, ...spare] = origins;
    if (!pages || !models) throw new Error(`${program} did not start`);
    return new FaultyServer(child, pages, models, origins, spare);
  }

  /** An origin that no other test of this worker uses for its page. */
  ownOrigin(): string {
    const origin = this.spare.pop();
    if (!origin) throw new Error("no origin is left; start the server with more ports");
    return origin;
  }

  stop(): void {
    this.child.kill();
  }

  async file(path: string, source: Source, type?: string): Promise<ServedFile> {
    return this.post("file", { path, ...source, ...(type && { type }) });
  }

  async script(path: string, steps: readonly Step[], options: { repeat?: boolean } = {}): Promise<void> {
    await this.post("script", { path, steps, ...options });
  }

  async log(path: string): Promise<{ requests: LoggedRequest[]; totals: Totals }> {
    return (await fetch(`${this.models}/__control/log?path=${encodeURIComponent(path)}`)).json();
  }

  /** Waits until all of `condition` holds for the path; says what does if it never happens. */
  async wait(path: string, condition: Condition): Promise<Totals> {
    const answer = await fetch(`${this.models}/__control/wait`, {
      method: "POST",
      body: JSON.stringify({ path, ...condition, timeoutMs: PATIENCE_MS }),
    });
    const { met, totals } = (await answer.json()) as { met: boolean; totals: Totals };
    if (met) return totals;
    throw new Error(`the server never saw ${JSON.stringify(condition)}, only ${JSON.stringify(totals)}`);
  }

  async release(path: string, end?: "fin" | "reset"): Promise<void> {
    await this.post("release", { path, ...(end && { end }) });
  }

  async interrupt(path: string, end: "fin" | "reset" | "stall"): Promise<void> {
    await this.post("interrupt", { path, end });
  }

  async network(prefix: string, up: boolean): Promise<void> {
    await this.post("network", { prefix, up });
  }

  async bandwidth(prefix: string, bytesPerSecond: number | null): Promise<void> {
    await this.post("bandwidth", { prefix, bytesPerSecond });
  }

  /** Puts up a stand-in for a provider; `urls` has its base URL at each port. */
  async standIn(word: string, settings: object): Promise<{ readonly prefix: string; readonly urls: readonly string[] }> {
    return this.post(word, settings);
  }

  /** What goes wrong with it from now on. */
  async faults(word: string, prefix: string, faults: readonly object[]): Promise<void> {
    await this.post(`${word}/faults`, { prefix, faults });
  }

  /** Forgets everything about the paths of a test. */
  async forget(prefix: string): Promise<void> {
    await this.post("reset", { prefix, files: true });
  }

  private async post<T>(command: string, body: unknown): Promise<T> {
    const answer = await fetch(`${this.models}/__control/${command}`, { method: "POST", body: JSON.stringify(body) });
    const value = (await answer.json()) as T & { error?: string };
    if (!answer.ok) throw new Error(`${command}: ${value.error}`);
    return value;
  }
}
