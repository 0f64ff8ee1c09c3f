/** A scenario: a tab with an instance, files on the faulty server, and what came of them. */
import { type CDPSession, expect, type Page } from "@playwright/test";
import type { JobState, ModelManifest, ModelState, ModelyardEvent, SelectionOutcome } from "modelyard";
import type { FaultyServer, LoggedRequest, ServedFile, Step, Totals } from "./server.js";

export const KIB = 1024;
export const MIB = 1024 * KIB;
/** What is asked for again to be compared, so that a resumed request starts so much earlier. */
export const OVERLAP = 64 * KIB;

/** Long enough for a busy machine; nothing waits so long when it works. */
const PATIENCE_MS = 20_000;

export type Pattern = { readonly [key: string]: unknown };
export type WorkerKind = "plain" | "clocked" | "noFiles";

export interface StoredFile {
  readonly path: string;
  readonly size: number;
  /** Of committed blobs alone. */
  readonly sha256: string | null;
}

export interface StoredRecord {
  readonly key: string;
  readonly value: unknown;
}

/** A model of one file on the faulty server. */
export interface Model extends ServedFile {
  readonly id: string;
  readonly manifest: ModelManifest;
}

/** What the page at `site/lab.js` offers. */
declare global {
  var lab: {
    modelyard: import("modelyard").Modelyard;
    events: ModelyardEvent[];
    loads: { modelId: string; digests: string[] }[];
    open(options: unknown): Promise<void>;
    when(patterns: readonly Pattern[], from?: number): Promise<{ index: number; event: ModelyardEvent }>;
    clock(command: Pattern): Promise<number>;
    files(): Promise<StoredFile[]>;
    records(store: string): Promise<StoredRecord[]>;
    removeFile(path: string): Promise<void>;
    writeFile(path: string): Promise<void>;
    chat(conversationId: string): Promise<string>;
  };
}

export interface OpenOptions {
  readonly models: readonly Model[];
  readonly worker?: WorkerKind;
  readonly defaultModel?: string;
}

/** What the server saw of a file, once no answer is under way. */
export interface Served {
  readonly ranges: (string | null)[];
  readonly requests: LoggedRequest[];
  readonly totals: Totals;
  /** Bytes of the file, without those of error pages. */
  readonly fileBytes: number;
}

let seed = 0;

/** One tab. */
export class Tab {
  private seen = 0;
  /** Nothing can be asked of it any more. */
  private isDead = false;

  constructor(
    readonly page: Page,
    private readonly namespace: string,
  ) {}

  static async open(page: Page, origin: string, namespace: string, options: OpenOptions): Promise<Tab> {
    const tab = new Tab(page, namespace);
    await tab.load(origin);
    await tab.begin(options);
    return tab;
  }

  /** Goes to the page, which does nothing by itself. */
  async load(origin: string): Promise<void> {
    await this.page.goto(`${origin}/index.html`);
    await this.page.waitForFunction(() => "lab" in globalThis);
    this.seen = 0;
  }

  /** Makes an instance and opens it. */
  async begin({ models, ...options }: OpenOptions): Promise<void> {
    const given = { namespace: this.namespace, models: models.map((model) => model.manifest), ...options };
    await this.page.evaluate((options) => globalThis.lab.open(options), given);
  }

  async download(model: Model): Promise<JobState> {
    return this.page.evaluate((id) => globalThis.lab.modelyard.download(id), model.id);
  }

  /** Calls the instance with plain arguments. */
  async call(method: "cancel" | "pause" | "resume" | "retry" | "dismiss", jobId: number): Promise<void> {
    await this.page.evaluate(async ({ method, jobId }) => {
      await globalThis.lab.modelyard[method](jobId);
    }, { method, jobId });
  }

  async close(): Promise<void> {
    await this.page.evaluate(() => globalThis.lab.modelyard.close());
  }

  /** The next event that fits one of `patterns`: after the one that was waited for last. */
  async next(...patterns: Pattern[]): Promise<ModelyardEvent> {
    return this.nextWithin(PATIENCE_MS, ...patterns);
  }

  async nextWithin(patienceMs: number, ...patterns: Pattern[]): Promise<ModelyardEvent> {
    const from = this.seen;
    const found = this.page.evaluate(
      ({ patterns, from }) => globalThis.lab.when(patterns, from),
      { patterns, from },
    );
    const late = new Promise<null>((resolve) => setTimeout(resolve, patienceMs, null));
    const first = await Promise.race([found, late]);
    if (first) {
      this.seen = first.index + 1;
      return first.event;
    }
    found.catch(() => undefined);
    const tail = (await this.events()).slice(from).slice(-8);
    throw new Error(`${JSON.stringify(patterns)} never came, only\n${tail.map((e) => JSON.stringify(e)).join("\n")}`);
  }

  async events(): Promise<ModelyardEvent[]> {
    return this.page.evaluate(() => globalThis.lab.events);
  }

  async loads(): Promise<{ modelId: string; digests: string[] }[]> {
    return this.page.evaluate(() => globalThis.lab.loads);
  }

  async model(model: Model): Promise<ModelState> {
    const states = await this.page.evaluate(() => globalThis.lab.modelyard.getSnapshot().models);
    return states.find((state) => state.id === model.id) as ModelState;
  }

  async job(model: Model): Promise<JobState | undefined> {
    const jobs = await this.page.evaluate(() => globalThis.lab.modelyard.getSnapshot().jobs);
    return jobs.find((job) => job.modelId === model.id);
  }

  /** How a wish for a model ended. */
  async select(conversationId: string, model: Model): Promise<SelectionOutcome> {
    return this.page.evaluate(
      ({ conversationId, modelId }) => globalThis.lab.modelyard.select(conversationId, modelId).settled,
      { conversationId, modelId: model.id },
    );
  }

  /** Opens a conversation, gives it a model, and asks who answers. */
  async answerer(conversationId: string, model: Model): Promise<string> {
    await this.page.evaluate((id) => void globalThis.lab.modelyard.openConversation(id), conversationId);
    expect(await this.select(conversationId, model)).toEqual({ status: "activated" });
    return this.chat(conversationId);
  }

  /** What became of a removal: the bytes that came back, or the failure. */
  async remove(model: Model, options: { unload?: boolean } = {}): Promise<Pattern> {
    return this.page.evaluate(
      ({ id, options }) =>
        globalThis.lab.modelyard.removeModel(id, options).catch((error: Pattern) => ({ code: error["code"] })),
      { id: model.id, options },
    );
  }

  async chat(conversationId: string): Promise<string> {
    return this.page.evaluate((id) => globalThis.lab.chat(id), conversationId);
  }

  async files(): Promise<StoredFile[]> {
    return this.page.evaluate(() => globalThis.lab.files());
  }

  async records(store: "journal" | "refs" | "jobs"): Promise<StoredRecord[]> {
    return this.page.evaluate((store) => globalThis.lab.records(store), store);
  }

  /** Waits until the journal vouches for so many bytes of the running file. */
  async journaled(bytes: number): Promise<void> {
    await expect(async () => {
      const entries = (await this.records("journal")).map(({ value }) => (value as { entry: unknown }).entry);
      expect(entries).toContainEqual(expect.objectContaining({ offset: bytes }));
    }).toPass({ timeout: PATIENCE_MS, intervals: [50] });
  }

  /** Waits until at least so many bytes are here; gives how many. */
  async progressed(bytes: number): Promise<number> {
    for (;;) {
      const event = await this.next({ type: "downloadProgress" });
      if (event.type === "downloadProgress" && event.progress.downloadedBytes >= bytes) {
        return event.progress.downloadedBytes;
      }
    }
  }

  /** Deletes a file behind the product's back. */
  async removeFile(directory: string, name: string): Promise<void> {
    await this.page.evaluate((path) => globalThis.lab.removeFile(path), `${directory}/${name}`);
  }

  /** Puts a file where the product keeps its own. */
  async writeFile(directory: string, name: string): Promise<void> {
    await this.page.evaluate((path) => globalThis.lab.writeFile(path), `${directory}/${name}`);
  }

  /** Ends the renderer, as a fault in the browser would. */
  async crash(): Promise<void> {
    const crashed = this.page.waitForEvent("crash");
    const cdp = await this.cdp();
    // A dead page does not answer.
    cdp.send("Page.crash").catch(() => undefined);
    await crashed;
    this.isDead = true;
  }

  async cdp(): Promise<CDPSession> {
    return this.page.context().newCDPSession(this.page);
  }

  /** The worker's clock stands still; gives its time. */
  async stopClock(): Promise<number> {
    return this.page.evaluate(() => globalThis.lab.clock({ stop: true }));
  }

  /** The worker's clock runs through so many milliseconds, every timer in turn; gives its time. */
  async advance(ms: number): Promise<number> {
    return this.page.evaluate((ms) => globalThis.lab.clock({ advance: ms }), ms);
  }

  /** Waits for a pause before another try, checks how long it is, and lets it go by. */
  async sitOutRetry(atLeast: number, atMost: number): Promise<Pattern> {
    const event = await this.next({ type: "downloadWaiting", waiting: { reason: "retry" } });
    if (event.type !== "downloadWaiting" || event.waiting.reason !== "retry") throw new Error("not a retry");
    const pause = event.waiting.untilMs - (await this.advance(0));
    // The time is told in whole milliseconds.
    expect(pause).toBeGreaterThanOrEqual(atLeast - 1);
    expect(pause).toBeLessThanOrEqual(atMost + 1);
    // A tick of the worker comes every 250 ms.
    await this.advance(pause + 300);
    return { attempt: event.waiting.attempt, failure: event.waiting.failure };
  }

  /** A model is here: ready, cached, and on the disk with the right bytes and nothing beside it. */
  async expectReady(...models: Model[]): Promise<void> {
    for (const model of models) {
      expect(await this.job(model)).toMatchObject({ lifecycle: "ready", failure: null });
      expect(await this.model(model)).toMatchObject({
        presence: "cached",
        verified: true,
        presentBytes: model.sizeBytes,
      });
    }
    await this.expectOnDisk(...models);
  }

  /** Exactly these blobs are on the disk, with the right bytes, and no part, no journal entry is left over. */
  async expectOnDisk(...models: Model[]): Promise<void> {
    const wanted = models.map(({ sha256, sizeBytes }) => ({
      path: `v1/blobs/sha256-${sha256}`,
      size: sizeBytes,
      sha256,
    }));
    const byPath = (one: StoredFile, other: StoredFile) => one.path.localeCompare(other.path);
    // Clean-up after a cancel or a start goes on beside everything else.
    await expect(async () => {
      expect((await this.files()).sort(byPath)).toEqual(wanted.sort(byPath));
      expect(await this.records("journal")).toEqual([]);
    }).toPass({ timeout: PATIENCE_MS });
  }

  /** The job has failed so, and nothing of the model is kept. */
  async expectFailedEmpty(model: Model, failure: Pattern): Promise<void> {
    expect(await this.job(model)).toMatchObject({ lifecycle: "failed", failure });
    expect(await this.model(model)).toMatchObject({ presence: "absent", presentBytes: 0 });
    await this.expectOnDisk();
  }

  /** What holds of every download, however it went: no count over the total, none that falls, none after the end. */
  async checkProgress(): Promise<void> {
    if (this.isDead || this.page.isClosed()) return;
    const last = new Map<string, number>();
    const canceled = new Set<string>();
    for (const event of await this.events()) {
      if (event.type === "downloadCanceled") canceled.add(`${event.jobId}/${event.epoch}`);
      else if ("epoch" in event) expect(canceled, JSON.stringify(event)).not.toContain(`${event.jobId}/${event.epoch}`);
      if (event.type !== "downloadProgress") continue;
      const { jobId, epoch, downloadedBytes, totalBytes } = event.progress;
      const attempt = `${jobId}/${epoch}`;
      expect(canceled).not.toContain(attempt);
      expect(downloadedBytes).toBeGreaterThanOrEqual(last.get(attempt) ?? 0);
      expect(downloadedBytes).toBeLessThanOrEqual(totalBytes ?? Number.POSITIVE_INFINITY);
      last.set(attempt, downloadedBytes);
    }
  }
}

/** The files and scripts of one test. */
export class Scene {
  readonly tabs: Tab[] = [];

  constructor(
    readonly server: FaultyServer,
    /** Of this test alone: for paths and for the store. */
    readonly name: string,
    private readonly newPage: () => Promise<Page>,
    readonly origin: string,
  ) {}

  get prefix(): string {
    return `/${this.name}/`;
  }

  /** Puts a model of random bytes on the server. `known` is what its manifest says about the file. */
  async model(
    id: string,
    sizeBytes: number,
    { steps = [], repeat = false, known = { size: true, digest: true } }: {
      steps?: readonly Step[];
      repeat?: boolean;
      known?: { size: boolean; digest: boolean };
    } = {},
  ): Promise<Model> {
    seed += 1;
    const path = `${this.prefix}${id}.bin`;
    const file = await this.server.file(path, { noise: { seed: seed * 1_000 + process.pid % 1_000, sizeBytes } });
    if (steps.length > 0) await this.server.script(path, steps, { repeat });
    const manifest = {
      id,
      name: id,
      engine: "echo",
      files: [
        {
          name: `${id}.bin`,
          url: `${this.server.models}${path}`,
          ...(known.size && { sizeBytes: file.sizeBytes }),
          ...(known.digest && { sha256: file.sha256 }),
        },
      ],
    };
    return { ...file, path, id, manifest };
  }

  async open(options: OpenOptions): Promise<Tab> {
    const tab = await Tab.open(await this.newPage(), this.origin, this.name, options);
    this.tabs.push(tab);
    return tab;
  }

  /**
   * Ends the running answer after exactly `at` bytes of the file have arrived. Its script lets it stall there, because
   * with an error a browser throws away what has come and was not read yet: a cut alone would lose some at random.
   */
  async cutOnceHere(tab: Tab, model: Model, at: number, end: "fin" | "reset" = "fin"): Promise<void> {
    await this.server.wait(model.path, { stalled: 1 });
    await tab.next({ type: "downloadProgress", progress: { downloadedBytes: at } });
    await this.server.release(model.path, end);
  }

  /** What the server saw of a model's file: the ranges, in order, and the sums. */
  async served(model: Model): Promise<Served> {
    await this.server.wait(model.path, { idle: true });
    const { requests, totals } = await this.server.log(model.path);
    expect(totals.preflights, "no request needs a preflight").toBe(0);
    // The server learns a little late that an answer was given up.
    const connections = totals.aborted > 0 ? 2 : 1;
    expect(totals.mostOpen, "never two connections at once").toBeLessThanOrEqual(connections);
    for (const request of requests) expect(request.ifRange).toBeNull();
    const files = requests.filter(({ status }) => status === 200 || status === 206);
    return {
      ranges: requests.map((request) => request.range),
      requests,
      totals,
      fileBytes: files.reduce((sum, { bytesSent }) => sum + bytesSent, 0),
    };
  }
}

/** A step that waits after `at` bytes for {@link Scene.cutOnceHere}. */
export const pauseAt = (at: number): Step => ({ faults: [{ at, do: "stall" }] });
/** A range request from a byte on. */
export const from = (byte: number) => `bytes=${byte}-`;
/** The request that goes on after `byte` bytes have come. */
export const resumedAt = (byte: number) => from(Math.max(0, byte - OVERLAP));
/** The bytes of that answer. */
export const restAfter = (byte: number, sizeBytes: number) => sizeBytes - Math.max(0, byte - OVERLAP);
