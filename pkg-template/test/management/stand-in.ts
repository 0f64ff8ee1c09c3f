/** The test server's stand-in for the Hub of Hugging Face, as a child process. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const program =
  process.env["MODELYARD_TESTSERVER"] ??
  fileURLToPath(new URL("../../../target/release/modelyard-testserver", import.meta.url));

/** Why tests that need it cannot run, or `null`. */
export const noServer: string | null = existsSync(program)
  ? null
  : "SKIPPED: there is no test server; `cargo build --release -p modelyard-testserver` makes it";

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string | null;
  readonly headers: readonly (readonly [string, string])[];
  readonly aborted: boolean;
}

export interface StandIn {
  readonly url: string;
  readonly key: string;
  /** Where its questions are in the log. */
  readonly prefix: string;
}

export class TestServer {
  #count = 0;

  private constructor(
    readonly origin: string,
    readonly child: ChildProcess,
  ) {}

  static async start(...options: string[]): Promise<TestServer> {
    const child = spawn(program, ["--port", "0", "--port", "0", ...options], { stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout });
    const line = await new Promise<string>((resolve, reject) => {
      lines.once("line", resolve);
      child.once("error", reject);
      child.once("exit", () => reject(new Error("the test server ended")));
    });
    return new TestServer(line.replace("listening ", ""), child);
  }

  async control<T>(command: string, body: object): Promise<T> {
    const answer = await fetch(`${this.origin}/__control/${command}`, { method: "POST", body: JSON.stringify(body) });
    const said = (await answer.json()) as T;
    if (!answer.ok) throw new Error(JSON.stringify(said));
    return said;
  }

  /** Puts up a hub at a prefix of its own. */
  hub(settings: object): Promise<StandIn> {
    this.#count += 1;
    return this.control("huggingface", { prefix: `/hub-${process.pid}-${this.#count}`, ...settings });
  }

  async requests({ prefix }: StandIn): Promise<LoggedRequest[]> {
    const answer = await fetch(`${this.origin}/__control/huggingface/requests?prefix=${prefix}`);
    return ((await answer.json()) as { requests: LoggedRequest[] }).requests;
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill();
    await gone;
  }
}
