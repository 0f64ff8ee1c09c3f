/** The control API of the test server (tests/server/README.md), for one test's own directory on it. */

export interface Fault {
  readonly at: number | "start" | "end";
  readonly do: "fin" | "reset" | "stall";
}

/** What is wrong with an answer. */
export interface Step {
  readonly times?: number;
  readonly status?: number;
  readonly flip?: readonly number[];
  readonly faults?: readonly Fault[];
}

/** A stand-in for Ollama, as tests/server/README.md says. What is left out is as with a real one. */
export interface StandIn {
  /** Pages that are let in; all without it. */
  readonly origins?: readonly string[];
  readonly models?: readonly Readonly<Record<string, unknown>>[];
  /** So many models more. */
  readonly generate?: number;
  readonly reply?: Readonly<Record<string, unknown>>;
  readonly pull?: Readonly<Record<string, unknown>>;
}

/** A stand-in that is up. */
export interface Standing {
  /** The base URL for a client. */
  readonly url: string;
  /** A key it lets in; null where it needs none. */
  readonly key: string | null;
}

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string | null;
  readonly range: string | null;
  readonly status: number;
  readonly bodyBytes: number;
  readonly bytesSent: number;
  readonly ending: string | null;
}

export interface Totals {
  readonly requests: number;
  readonly bytesSent: number;
  readonly mostOpen: number;
}

interface ManifestModel {
  readonly id: string;
  readonly name: string;
  readonly files: {
    readonly name: string;
    readonly url: string;
    readonly sizeBytes: number;
    readonly sha256: string;
  }[];
}

let count = 0;

export class ModelServer {
  readonly prefix: string;
  readonly #origin: string;

  private constructor(origin: string, prefix: string) {
    this.#origin = origin;
    this.prefix = prefix;
  }

  /** Makes a directory with the demo's three models in it. Tests that share a server do not share that. */
  static async create(origin: string): Promise<ModelServer> {
    count += 1;
    const server = new ModelServer(origin, `/e2e-${String(process.pid)}-${String(count)}/`);
    const manifest = await server.manifest();
    for (const model of manifest.models) {
      for (const file of model.files) {
        await server.#post("file", { path: server.path(file.url), sameAs: `/${file.url}` });
      }
    }
    await server.putManifest(manifest.models);
    return server;
  }

  /** What the page is told. */
  get base(): string {
    return this.#origin + this.prefix;
  }

  path(file: string): string {
    return this.prefix + file;
  }

  /** The demo's own manifest. */
  async manifest(): Promise<{ readonly models: ManifestModel[] }> {
    return (await fetch(`${this.#origin}/manifest.json`)).json() as Promise<{ models: ManifestModel[] }>;
  }

  /** What each model answers, by topic. */
  async replies(): Promise<Record<string, Record<string, string>>> {
    return (await fetch(`${this.#origin}/replies.json`)).json() as Promise<Record<string, Record<string, string>>>;
  }

  async putManifest(models: readonly unknown[]): Promise<void> {
    const url = `${this.#origin}/__control/file?path=${this.path("manifest.json")}&type=application/json`;
    await ok(fetch(url, { method: "PUT", body: JSON.stringify({ models }) }));
  }

  /** Adds a model whose bytes are noise: it can be fetched and verified, and no engine can load it. */
  async addNoise(id: string, name: string, sizeBytes: number): Promise<void> {
    const file = `${id}.gguf`;
    const made = (await this.#post("file", { path: this.path(file), noise: { seed: 7, sizeBytes } })) as {
      sha256: string;
    };
    const { models } = await this.manifest();
    const files = [{ name: file, url: file, sizeBytes, sha256: made.sha256 }];
    await this.putManifest([
      ...models,
      { id, name, description: "Noise.", engine: "wllama", contextWindow: 512, files },
    ]);
  }

  /** Serves a file as the steps say; after them rightly, or always so with `repeat`. */
  async script(file: string, steps: readonly Step[], repeat = false): Promise<void> {
    await this.#post("script", { path: this.path(file), steps, repeat });
  }

  async bandwidth(bytesPerSecond: number | null): Promise<void> {
    await this.#post("bandwidth", { prefix: this.prefix, bytesPerSecond });
  }

  /** Lets requests through again, or resets them and all that come; of one part of the directory if one is named. */
  async network(up: boolean, part = ""): Promise<void> {
    await this.#post("network", { prefix: this.path(part), up });
  }

  /** Puts up an Ollama and says where it is. Its calls are at `ollama/api/…`. */
  async ollama(settings: StandIn = {}): Promise<string> {
    const { url } = (await this.#post("ollama", { prefix: this.path("ollama"), ...settings })) as { url: string };
    return url;
  }

  /** Puts up a stand-in for another server (tests/server/README.md), and says where it is and which key it lets in. */
  async standIn(word: string, settings: Readonly<Record<string, unknown>> = {}): Promise<Standing> {
    return (await this.#post(word, { prefix: this.path(word), ...settings })) as Standing;
  }

  /** More that goes wrong with a stand-in. */
  async faults(word: string, ...faults: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    await this.#post(`${word}/faults`, { prefix: this.path(word), faults });
  }

  /** What came to all stand-ins and files of this test, headers and bodies included, as one text. */
  async everything(): Promise<string> {
    const response = await ok(fetch(`${this.#origin}/__control/log?prefix=${this.prefix}`));
    return response.text();
  }

  async release(file: string): Promise<void> {
    await this.#post("release", { path: this.path(file) });
  }

  /** Waits until all that is given holds. */
  async wait(file: string, what: Readonly<Record<string, number | boolean>>): Promise<void> {
    await this.#post("wait", { path: this.path(file), timeoutMs: 30_000, ...what });
  }

  async log(file: string): Promise<{ readonly requests: LoggedRequest[]; readonly totals: Totals }> {
    const response = await ok(fetch(`${this.#origin}/__control/log?path=${this.path(file)}`));
    return response.json() as Promise<{ requests: LoggedRequest[]; totals: Totals }>;
  }

  /** Forgets scripts, log, files and limits of this test. */
  async remove(): Promise<void> {
    await this.bandwidth(null);
    await this.network(true);
    for (const part of ["ollama/", "groq/", "huggingface/"]) await this.network(true, part);
    await this.#post("reset", { prefix: this.prefix, files: true });
  }

  async #post(command: string, body: unknown): Promise<unknown> {
    const response = await ok(
      fetch(`${this.#origin}/__control/${command}`, { method: "POST", body: JSON.stringify(body) }),
    );
    return response.json();
  }
}

async function ok(answer: Promise<Response>): Promise<Response> {
  const response = await answer;
  if (!response.ok) throw new Error(`The test server answered ${String(response.status)}: ${await response.text()}`);
  return response;
}
