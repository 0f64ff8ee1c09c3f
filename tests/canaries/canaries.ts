/**
 * Searches everything a page leaves behind for keys that must be nowhere.
 *
 * A suite that uses keys in a real browser takes keys made by {@link canary}, watches its pages from before they load,
 * and at its end asks for the hits: `expect(await canaries.search(page)).toEqual([])`. A key may be in one place alone: in
 * the header of a request to its own origin.
 *
 * It knows nothing of a test runner, so that any suite can use it: pages are what Playwright gives.
 */

/** What is used of a page. */
export interface PageLike {
  on(event: "console", listener: (message: { text(): string }) => void): unknown;
  on(event: "pageerror", listener: (error: Error) => void): unknown;
  on(event: "request", listener: (request: RequestLike) => void): unknown;
  addInitScript(script: () => void): Promise<unknown>;
  evaluate<T, A>(run: (given: A) => T | Promise<T>, given: A): Promise<T>;
  url(): string;
}

export interface RequestLike {
  url(): string;
  method(): string;
  postData(): string | null;
  allHeaders(): Promise<Record<string, string>>;
}

/** A key, and the only origins it may go to: none where it must go nowhere. */
export interface Canary {
  readonly key: string;
  readonly origins: readonly string[];
}

/** A place where a key was found. */
export interface Hit {
  readonly place: string;
  /** The end of the key, so that a report does not spread it. */
  readonly key: string;
  readonly spelling: string;
}

let made = 0;

/** A key as none is twice, after what keys of a provider begin with. */
export function canary(prefix: string, origins: readonly string[] = []): Canary {
  made += 1;
  const random = Math.random().toString(36).slice(2, 10);
  return { key: `${prefix}canary${random}${made.toString().padStart(4, "0")}`, origins };
}

const hexOf = (bytes: Uint8Array, before: string) =>
  [...bytes].map((byte) => before + byte.toString(16).padStart(2, "0")).join("");

/** A text in all the ways it can stand in another. */
export function spellings(key: string): Map<string, string> {
  const bytes = new TextEncoder().encode(key);
  const all = new Map([
    ["plain", key],
    ["percent-encoded", encodeURIComponent(key)],
    ["percent-encoded in full", hexOf(bytes, "%")],
    ["percent-encoded in full, upper case", hexOf(bytes, "%").toUpperCase()],
    ["JSON", JSON.stringify(key).slice(1, -1)],
    ["JSON in JSON", JSON.stringify(JSON.stringify(key)).slice(3, -3)],
    ["JSON in full", hexOf(bytes, "\\u00")],
    ["hex digits", hexOf(bytes, "")],
    ["backwards", [...key].reverse().join("")],
    ["UTF-16", [...key].join("\0")],
  ]);
  for (let before = 0; before < 3; before += 1) {
    const whole = btoa("\0".repeat(before) + key);
    const digits = whole.slice(Math.ceil((before * 8) / 6), Math.floor(((before + key.length) * 8) / 6));
    all.set(`Base64 after ${before}`, digits);
    all.set(`Base64 for URLs after ${before}`, digits.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return all;
}

/** Everything of a page that can be read from within, as texts with the name of their place. Runs in the page. */
async function dump(since: number): Promise<Array<[place: string, text: string]>> {
  const found: Array<[string, string]> = [];
  const latin = (buffer: ArrayBuffer) => new TextDecoder("latin1").decode(buffer);
  const seen = new Set<unknown>();
  const shown = (value: unknown): string => {
    if (typeof value !== "object" || value === null) return String(value);
    if (seen.has(value)) return "";
    seen.add(value);
    if (value instanceof ArrayBuffer) return latin(value);
    if (ArrayBuffer.isView(value)) return latin(value.buffer as ArrayBuffer);
    if (value instanceof CryptoKey) return `CryptoKey extractable=${value.extractable}`;
    if (value instanceof Map || value instanceof Set) return shown([...value]);
    if (Array.isArray(value)) return value.map(shown).join("\n");
    return Object.entries(value)
      .map(([name, part]) => `${name}\n${shown(part)}`)
      .join("\n");
  };
  const answer = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  for (const { name = "", version } of await indexedDB.databases()) {
    const database = await answer(indexedDB.open(name, version));
    for (const store of database.objectStoreNames) {
      const from = database.transaction(store).objectStore(store);
      const [keys, values] = await Promise.all([answer(from.getAllKeys()), answer(from.getAll())]);
      found.push([`IndexedDB ${name} ${store}`, `${shown(keys)}\n${shown(values)}`]);
    }
    database.close();
  }

  async function files(directory: FileSystemDirectoryHandle, path: string): Promise<void> {
    // The types of the library leave it out.
    const entries = (directory as unknown as { entries(): AsyncIterable<[string, FileSystemHandle]> }).entries();
    for await (const [name, handle] of entries) {
      if (handle.kind === "directory") await files(handle as FileSystemDirectoryHandle, `${path}${name}/`);
      else {
        const file = await (handle as FileSystemFileHandle).getFile();
        if (file.lastModified < since) continue;
        found.push([`file ${path}${name}`, `${name}\n${latin(await file.slice(0, 1 << 25).arrayBuffer())}`]);
      }
    }
  }
  await files(await navigator.storage.getDirectory(), "/");

  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const body = await (await cache.match(request))?.clone().arrayBuffer();
      const headers = shown([...request.headers]);
      found.push([`cache ${name}`, `${request.url}\n${headers}\n${body ? latin(body) : ""}`]);
    }
  }

  for (const [place, storage] of [["localStorage", localStorage], ["sessionStorage", sessionStorage]] as const) {
    found.push([place, Object.entries(storage).flat().join("\n")]);
  }
  found.push(["cookies", document.cookie]);
  found.push(["address", location.href]);
  found.push(["document", document.documentElement.outerHTML]);
  found.push(["performance entries", performance.getEntries().map((entry) => entry.name).join("\n")]);
  const { canaryWords = [], canaryTexts } = globalThis as unknown as {
    canaryWords?: string[];
    canaryTexts?: () => string | Promise<string>;
  };
  found.push(["messages between tabs and workers", canaryWords.join("\n")]);
  // What the page of a suite says it knows: events, snapshots, errors.
  if (canaryTexts) found.push(["events, snapshots and errors", await canaryTexts()]);
  return found;
}

/** Runs before the page's own scripts: notes what is said between tabs. */
function listen(): void {
  const words: string[] = [];
  (globalThis as unknown as { canaryWords: string[] }).canaryWords = words;
  const note = (value: unknown) => {
    try {
      words.push(typeof value === "string" ? value : JSON.stringify(value));
    } catch {
      words.push(String(value));
    }
  };
  for (const kind of [BroadcastChannel, Worker, MessagePort]) {
    const say = kind.prototype.postMessage as (...all: unknown[]) => void;
    kind.prototype.postMessage = function (this: unknown, ...all: unknown[]) {
      note(all[0]);
      return say.apply(this, all);
    };
  }
}

export class Canaries {
  readonly #all: readonly Canary[];
  readonly #spelled: ReadonlyArray<readonly [Canary, Map<string, string>]>;
  readonly #heard: Array<[place: string, text: string]> = [];
  readonly #requests: Array<{ readonly request: RequestLike; readonly headers: Promise<Record<string, string>> }> = [];

  /** What is older cannot hold keys that were made just now; a profile may hold gigabytes of it. */
  readonly #since = Date.now();

  constructor(...all: readonly Canary[]) {
    this.#all = all;
    this.#spelled = all.map((one) => [one, spellings(one.key)] as const);
  }

  /** Watches a page; before it loads anything. */
  async watch(page: PageLike): Promise<void> {
    await page.addInitScript(listen);
    page.on("console", (message) => this.#heard.push(["console", message.text()]));
    page.on("pageerror", (error) => this.#heard.push(["error", `${error.message}\n${error.stack}`]));
    page.on("request", (request) => {
      // A page that is gone meanwhile has nothing more to tell.
      this.#requests.push({ request, headers: request.allHeaders().catch(() => ({})) });
    });
  }

  /** More texts to be searched, for instance what a server keeps. */
  note(place: string, text: string): void {
    this.#heard.push([place, text]);
  }

  /** All places where a key is that must not be there. Empties nothing: it may be asked again. */
  async search(page?: PageLike): Promise<Hit[]> {
    const places = [...this.#heard, ...(page ? await page.evaluate(dump, this.#since) : [])];
    const hits = places.flatMap(([place, text]) => this.#in(place, text, this.#all));
    for (const { request, headers } of this.#requests) {
      const url = request.url();
      const { origin, protocol } = new URL(url);
      const place = `${request.method()} ${protocol.startsWith("http") ? origin : protocol}`;
      hits.push(...this.#in(`address of ${place}`, url, this.#all));
      hits.push(...this.#in(`body of ${place}`, request.postData() ?? "", this.#all));
      const foreign = this.#all.filter((one) => !one.origins.includes(origin));
      hits.push(...this.#in(`headers of ${place}`, JSON.stringify(await headers), foreign));
    }
    return hits;
  }

  /** How many requests carried each key to where it belongs: a search that sees none has looked at nothing. */
  async sent(): Promise<number[]> {
    const all = await Promise.all(
      this.#requests.map(async ({ request, headers }) => [new URL(request.url()).origin, JSON.stringify(await headers)]),
    );
    return this.#all.map(
      ({ key, origins }) => all.filter(([origin = "", text = ""]) => origins.includes(origin) && text.includes(key)).length,
    );
  }

  #in(place: string, text: string, of: readonly Canary[]): Hit[] {
    if (text === "") return [];
    return this.#spelled.flatMap(([one, spelled]) =>
      of.includes(one)
        ? [...spelled].flatMap(([spelling, sought]) =>
            text.includes(sought) ? [{ place, key: `…${one.key.slice(-6)}`, spelling }] : [],
          )
        : [],
    );
  }
}
