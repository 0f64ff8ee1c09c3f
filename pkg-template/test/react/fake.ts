/**
 * A scripted stand-in for a `Modelyard` instance, for tests of components and for working on an app without models.
 *
 * It keeps the shapes and the order of events, not the rules: nothing is stored, fetched or checked. A test moves jobs
 * by hand through {@link FakeModelyard.script}.
 */
import type {
  ChatDelta,
  ChatRequest,
  EventOf,
  Modelyard,
  ModelyardEvent,
  Selection,
  Snapshot,
  Unsubscribe,
} from "../../src/api.js";
import type {
  CancelReason,
  ConversationState,
  EngineState,
  Failure,
  JobState,
  ModelManifest,
  ModelState,
  Profile,
  SelectionOutcome,
  StorageState,
  Waiting,
} from "../../src/generated/index.js";
import { FakeError, fakeFailure } from "./fake-error.js";

export { FakeError, fakeFailure };

export interface FakeOptions {
  readonly models: readonly ModelManifest[];
  readonly defaultModel?: string;
  /** Ids of models whose files are "here". */
  readonly cached?: readonly string[];
  readonly storage?: Partial<StorageState>;
  /** What it answers. */
  readonly answer?: (request: ChatRequest, modelId: string) => string;
  /** The time between two words of an answer. Default 0. */
  readonly wordMs?: number;
  /** The profiles there are, and the model each leads to. None by default. */
  readonly profiles?: Readonly<Record<string, string>>;
  /** Refuses to open this many times. */
  readonly failOpen?: number;
}

const SERVER_SNAPSHOT: Snapshot = Object.freeze({
  status: "idle",
  failure: null,
  openFraction: null,
  models: Object.freeze([]),
  conversations: Object.freeze([]),
  jobs: Object.freeze([]),
  engines: Object.freeze([]),
  profiles: Object.freeze([]),
  storage: null,
  staleDropped: 0,
} as const);

const profile = (name: string): Profile => ({
  name,
  description: `What is ${name}.`,
  required: ["streaming"],
  preferredFamilies: [],
  minContext: 0,
  fallback: null,
  order: "largestContextFirst",
});

export class FakeModelyard implements Modelyard {
  /** How often `open()` was called. */
  opened = 0;
  readonly #options: FakeOptions;
  #snapshot: Snapshot = SERVER_SNAPSHOT;
  #listeners = new Set<() => void>();
  #eventListeners = new Set<(event: ModelyardEvent) => void>();
  #opening: Promise<void> | null = null;
  #nextJob = 1;
  #nextAnswer = 1;
  #settle = new Map<string, (outcome: SelectionOutcome) => void>();

  constructor(options: FakeOptions) {
    this.#options = options;
  }

  open(): Promise<void> {
    this.opened += 1;
    this.#opening ??= Promise.resolve().then(() => {
      if (this.opened <= (this.#options.failOpen ?? 0)) {
        const failure = fakeFailure("unsupported", "This browser cannot run WebAssembly here.");
        this.#opening = null;
        this.#patch({ status: "failed", failure });
        throw new FakeError(failure);
      }
      const engines = [...new Set(this.#options.models.map((model) => model.engine))];
      this.#patch({
        status: "ready",
        failure: null,
        models: this.#options.models.map((manifest) => this.#modelOf(manifest)),
        engines: engines.map((id) => ({
          id,
          model: null,
          residency: "unloaded",
          loadFraction: null,
          answers: 0,
          serves: false,
          reach: null,
          coolDowns: [],
        })),
        profiles: Object.keys(this.#options.profiles ?? {}).map(profile),
        storage: {
          weights: "opfs",
          records: "indexeddb",
          persistence: "best-effort",
          usedBytes: 0,
          failure: null,
          ...this.#options.storage,
        },
      });
      this.#countStorage();
    });
    return this.#opening;
  }

  close(): Promise<void> {
    this.#opening = null;
    this.#patch({ status: "closed" });
    return Promise.resolve();
  }

  [Symbol.dispose](): void {
    void this.close();
  }

  subscribe(listener: () => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  getSnapshot(): Snapshot {
    return this.#snapshot;
  }

  getServerSnapshot(): Snapshot {
    return SERVER_SNAPSHOT;
  }

  on<T extends ModelyardEvent["type"]>(type: T, listener: (event: EventOf<T>) => void): Unsubscribe {
    return this.onAny((event) => {
      if (event.type === type) listener(event as EventOf<T>);
    });
  }

  onAny(listener: (event: ModelyardEvent) => void): Unsubscribe {
    this.#eventListeners.add(listener);
    return () => void this.#eventListeners.delete(listener);
  }

  openConversation(conversationId: string): ConversationState {
    const known = this.#snapshot.conversations.find((one) => one.id === conversationId);
    if (known !== undefined) return known;
    const model = this.#options.defaultModel ?? null;
    const isHere = model !== null && this.#model(model).presence === "cached";
    const made: ConversationState = {
      id: conversationId,
      activeModel: isHere ? model : null,
      requestedModel: model,
      intent: 0,
      answering: false,
      route: null,
    };
    this.#patch({ conversations: [...this.#snapshot.conversations, made] });
    return made;
  }

  removeConversation(conversationId: string): void {
    this.#patch({ conversations: this.#snapshot.conversations.filter((one) => one.id !== conversationId) });
  }

  select(conversationId: string, modelId: string): Selection {
    const model = this.#model(modelId);
    const intent = this.openConversation(conversationId).intent + 1;
    this.#settleSelection(conversationId, { status: "superseded" });
    const settled = new Promise<SelectionOutcome>((resolve) => this.#settle.set(conversationId, resolve));
    this.#setConversation(conversationId, { requestedModel: modelId, intent, route: null });
    const downloadNeeded = model.presence !== "cached";
    this.#emit({ type: "modelSelected", conversationId, modelId, intent, downloadNeeded });
    this.#cancelSuperseded();
    if (downloadNeeded) this.#enqueue(modelId, "selection");
    else this.#activate(modelId);
    return { conversationId, modelId, intent, settled };
  }

  selectProfile(conversationId: string, name: string): Selection {
    const modelId = this.#options.profiles?.[name];
    if (modelId === undefined) {
      throw new FakeError(fakeFailure("no_compatible_models", `No model fits ${name}.`));
    }
    const selection = this.select(conversationId, modelId);
    const explanation = [`“${modelId}” was chosen for ${name}.`, "“other” was left out."];
    this.#setConversation(conversationId, { route: { profile: name, modelId, explanation } });
    return selection;
  }

  get catalog(): Modelyard["catalog"] {
    throw new Error("No component reads the model database.");
  }

  get router(): Modelyard["router"] {
    throw new Error("No component asks the router itself.");
  }

  configure(): void {
    throw new Error("No component configures.");
  }

  download(modelId: string): JobState {
    return this.#enqueue(modelId, "download");
  }

  cancel(jobId: number): Promise<void> {
    this.#cancel(jobId, "user");
    return Promise.resolve();
  }

  pause(jobId: number): Promise<void> {
    const job = this.#setJob(jobId, { lifecycle: "paused" });
    this.#emit({ type: "downloadPaused", jobId, modelId: job.modelId, epoch: job.epoch, failure: null });
    this.#startNext();
    return Promise.resolve();
  }

  resume(jobId: number): void {
    this.#requeue(jobId, 0);
  }

  retry(jobId: number): JobState {
    const job = this.#job(jobId);
    this.#setJob(jobId, { epoch: job.epoch + 1, failure: null, cancelReason: null, progress: null });
    this.#requeue(jobId, 0);
    return this.#job(jobId);
  }

  move(jobId: number, position: number): void {
    const queued = this.#queued().filter((one) => one.id !== jobId);
    queued.splice(position, 0, this.#job(jobId));
    queued.forEach((one, index) => void this.#setJob(one.id, { position: index }));
    this.#sortJobs();
  }

  dismiss(jobId: number): void {
    const job = this.#job(jobId);
    this.#setModel(job.modelId, { jobId: null });
    this.#patch({ jobs: this.#snapshot.jobs.filter((one) => one.id !== jobId) });
  }

  removeModel(modelId: string, options: { readonly unload?: boolean } = {}): Promise<{ freedBytes: number }> {
    const model = this.#model(modelId);
    if (model.inUse && options.unload !== true) {
      const message = `${model.name} is in use by a conversation.`;
      return Promise.reject(new FakeError(fakeFailure("in_use", message, { model: modelId })));
    }
    const freedBytes = model.presentBytes;
    for (const one of this.#snapshot.conversations) {
      if (one.activeModel === modelId) this.#setConversation(one.id, { activeModel: null, requestedModel: null });
    }
    this.#setModel(modelId, {
      presence: "absent",
      presentBytes: 0,
      residency: "unloaded",
      inUse: false,
      verified: null,
    });
    this.#countStorage();
    this.#emit({ type: "modelRemoved", modelId, freedBytes });
    return Promise.resolve({ freedBytes });
  }

  unloadEngine(engineId: string): void {
    this.#setEngine(engineId, { model: null, residency: "unloaded" });
  }

  addModels(models: readonly ModelManifest[]): void {
    this.#patch({ models: [...this.#snapshot.models, ...models.map((one) => this.#modelOf(one))] });
  }

  requestPersistence(): Promise<boolean> {
    if (this.#snapshot.storage !== null)
      this.#patch({ storage: { ...this.#snapshot.storage, persistence: "persistent" } });
    return Promise.resolve(true);
  }

  async *chat(request: ChatRequest): AsyncIterable<ChatDelta> {
    const { conversationId = "", signal } = request;
    const modelId = this.#snapshot.conversations.find((one) => one.id === conversationId)?.activeModel;
    if (modelId == null) throw new FakeError(fakeFailure("not_found", "This conversation has no model."));
    const provider = this.#model(modelId).engine;
    const answerId = this.#nextAnswer++;
    const text = this.#options.answer?.(request, modelId) ?? `This is ${this.#model(modelId).name}.`;
    this.#load(modelId);
    this.#setConversation(conversationId, { answering: true });
    this.#emit({ type: "answerStarted", conversationId, modelId, provider, answerId });
    try {
      for (const word of text.split(/(?<= )/)) {
        await new Promise((resolve) => setTimeout(resolve, this.#options.wordMs ?? 0));
        if (signal?.aborted === true) {
          yield { type: "end", reason: "aborted", modelId, provider, tried: [] };
          return;
        }
        yield { type: "text", text: word };
      }
      yield { type: "end", reason: "stop", modelId, provider, tried: [] };
    } finally {
      this.#setConversation(conversationId, { answering: false });
      this.#emit({ type: "answerEnded", conversationId, modelId, provider, answerId, failure: null, tried: [] });
    }
  }

  /** What happens to jobs, one step at a time. */
  readonly script = {
    /** Bytes came. */
    progress: (jobId: number, fraction: number, speed = 2_000_000): void => {
      const job = this.#job(jobId);
      const totalBytes = this.#model(job.modelId).sizeBytes;
      const downloadedBytes = Math.round((totalBytes ?? 1_000_000) * fraction);
      const progress = {
        jobId,
        modelId: job.modelId,
        epoch: job.epoch,
        percentage: totalBytes === null ? null : fraction * 100,
        downloadedBytes,
        totalBytes,
        speed,
        etaSeconds: totalBytes === null || speed === 0 ? null : (totalBytes - downloadedBytes) / speed,
        phase: "downloading" as const,
        timestamp: Date.now(),
      };
      this.#setJob(jobId, { progress, waiting: null });
      this.#setModel(job.modelId, { presence: "partial", presentBytes: downloadedBytes });
      this.#emit({ type: "downloadProgress", progress });
    },
    /** Nothing comes, for a reason. */
    wait: (jobId: number, waiting: Waiting): void => {
      const { modelId, epoch } = this.#setJob(jobId, { waiting });
      this.#emit({ type: "downloadWaiting", jobId, modelId, epoch, waiting });
    },
    /** All bytes came; the engine takes them in where a conversation wants the model. */
    compile: (jobId: number, fraction: number | null): void => {
      const { modelId, epoch } = this.#setJob(jobId, { lifecycle: "compiling", waiting: null });
      const engine = this.#model(modelId).engine;
      this.#setEngine(engine, { model: modelId, residency: "loading", loadFraction: fraction });
      this.#setModel(modelId, { residency: "loading", presence: "cached" });
      this.#emit({ type: "downloadCompiling", jobId, modelId, epoch });
    },
    /** The model is here; conversations that want it get it. */
    finish: (jobId: number): void => {
      const { modelId, epoch } = this.#setJob(jobId, { lifecycle: "ready", position: null, waiting: null });
      const presentBytes = this.#model(modelId).sizeBytes ?? 0;
      this.#setModel(modelId, { presence: "cached", presentBytes, verified: true, residency: "unloaded" });
      this.#countStorage();
      this.#emit({ type: "downloadReady", jobId, modelId, epoch });
      this.#activate(modelId);
      this.#startNext();
    },
    /** It did not work. */
    fail: (jobId: number, failure: Failure): void => {
      const { modelId, epoch } = this.#setJob(jobId, { lifecycle: "failed", failure, waiting: null, position: null });
      this.#emit({ type: "downloadFailed", jobId, modelId, epoch, failure });
      this.#giveBack(modelId, { status: "failed", failure });
      this.#startNext();
    },
    /** Any event, as it is. */
    emit: (event: ModelyardEvent): void => {
      this.#emit(event);
    },
    /** Any change, as it is. */
    patch: (changed: Partial<Snapshot>): void => {
      this.#patch(changed);
    },
  };

  #modelOf(manifest: ModelManifest): ModelState {
    const isHere = this.#options.cached?.includes(manifest.id) === true;
    const sizes = manifest.files.map((file) => file.sizeBytes);
    const sizeBytes = sizes.some((size) => size === undefined)
      ? null
      : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
    return {
      id: manifest.id,
      name: manifest.name,
      description: manifest.description ?? null,
      engine: manifest.engine,
      served: manifest.served !== undefined,
      contextWindow: manifest.contextWindow ?? null,
      sizeBytes,
      presence: isHere ? "cached" : "absent",
      presentBytes: isHere ? (sizeBytes ?? 0) : 0,
      verified: isHere ? true : null,
      residency: "unloaded",
      jobId: null,
      inUse: false,
    };
  }

  #enqueue(modelId: string, origin: JobState["origin"]): JobState {
    const known = this.#snapshot.jobs.find((one) => one.id === this.#model(modelId).jobId);
    if (known !== undefined && ["queued", "downloading", "compiling"].includes(known.lifecycle)) return known;
    if (known?.lifecycle === "paused") {
      this.#requeue(known.id, 0);
      return this.#job(known.id);
    }
    if (known?.lifecycle === "failed" || known?.lifecycle === "canceled") return this.retry(known.id);
    const job: JobState = {
      id: this.#nextJob++,
      modelId,
      epoch: 1,
      lifecycle: "queued",
      origin,
      position: this.#queued().length,
      progress: null,
      waiting: null,
      failure: null,
      cancelReason: null,
    };
    this.#patch({ jobs: [...this.#snapshot.jobs, job] });
    this.#setModel(modelId, { jobId: job.id });
    this.#emit({ type: "downloadQueued", jobId: job.id, modelId, epoch: job.epoch, origin });
    this.#startNext();
    return this.#job(job.id);
  }

  #requeue(jobId: number, position: number): void {
    const job = this.#setJob(jobId, { lifecycle: "queued", position });
    this.#emit({ type: "downloadQueued", jobId, modelId: job.modelId, epoch: job.epoch, origin: job.origin });
    this.move(jobId, position);
    this.#startNext();
  }

  #startNext(): void {
    const next = this.#queued()[0];
    const isBusy = this.#snapshot.jobs.some((one) => one.lifecycle === "downloading");
    if (next !== undefined && !isBusy) {
      this.#setJob(next.id, { lifecycle: "downloading", position: null });
      this.#emit({ type: "downloadStarted", jobId: next.id, modelId: next.modelId, epoch: next.epoch });
    }
    this.#queued().forEach((one, position) => void this.#setJob(one.id, { position }));
    this.#sortJobs();
  }

  #cancel(jobId: number, reason: CancelReason): void {
    const { modelId, epoch } = this.#setJob(jobId, {
      lifecycle: "canceled",
      cancelReason: reason,
      position: null,
      waiting: null,
      progress: null,
    });
    this.#setModel(modelId, { presence: "absent", presentBytes: 0, residency: "unloaded" });
    this.#emit({ type: "downloadCanceled", jobId, modelId, epoch, reason });
    this.#giveBack(modelId, { status: "canceled" });
    this.#startNext();
  }

  #cancelSuperseded(): void {
    const wanted = new Set(this.#snapshot.conversations.map((one) => one.requestedModel));
    for (const job of this.#queued()) {
      if (job.origin === "selection" && !wanted.has(job.modelId)) this.#cancel(job.id, "superseded");
    }
  }

  #activate(modelId: string): void {
    for (const one of this.#snapshot.conversations) {
      if (one.requestedModel !== modelId || one.activeModel === modelId) continue;
      this.#load(modelId);
      this.#setConversation(one.id, { activeModel: modelId });
      this.#settleSelection(one.id, { status: "activated" });
      this.#emit({ type: "modelActivated", conversationId: one.id, modelId, previousModelId: one.activeModel });
    }
    this.#countUse();
  }

  #giveBack(modelId: string, outcome: SelectionOutcome): void {
    for (const one of this.#snapshot.conversations) {
      if (one.requestedModel !== modelId || one.activeModel === modelId) continue;
      this.#setConversation(one.id, { requestedModel: one.activeModel });
      const { id: conversationId, intent } = one;
      this.#emit({ type: "selectionSettled", conversationId, modelId, intent, outcome });
      this.#settleSelection(conversationId, outcome);
    }
  }

  #load(modelId: string): void {
    const engineId = this.#model(modelId).engine;
    const before = this.#snapshot.engines.find((one) => one.id === engineId)?.model ?? null;
    if (before !== null && before !== modelId) this.#setModel(before, { residency: "unloaded" });
    this.#setEngine(engineId, { model: modelId, residency: "resident", loadFraction: null });
    this.#setModel(modelId, { residency: "resident" });
    this.#countUse();
  }

  #countUse(): void {
    const used = new Set(this.#snapshot.conversations.map((one) => one.activeModel));
    for (const one of this.#snapshot.models) {
      const inUse = used.has(one.id) || one.residency !== "unloaded";
      if (one.inUse !== inUse) this.#setModel(one.id, { inUse });
    }
  }

  #countStorage(): void {
    const { storage, models } = this.#snapshot;
    if (storage === null) return;
    const usedBytes = models.reduce((sum, one) => sum + (one.presence === "cached" ? one.presentBytes : 0), 0);
    this.#patch({ storage: { ...storage, usedBytes } });
  }

  #settleSelection(conversationId: string, outcome: SelectionOutcome): void {
    this.#settle.get(conversationId)?.(outcome);
    this.#settle.delete(conversationId);
  }

  #queued(): JobState[] {
    return this.#snapshot.jobs
      .filter((one) => one.lifecycle === "queued")
      .sort((one, other) => (one.position ?? 0) - (other.position ?? 0));
  }

  #sortJobs(): void {
    const rank = (one: JobState): number => {
      if (one.lifecycle === "queued") return 1 + (one.position ?? 0) / 1000;
      return ["downloading", "compiling", "paused"].includes(one.lifecycle) ? 0 : 2;
    };
    this.#patch({ jobs: [...this.#snapshot.jobs].sort((one, other) => rank(one) - rank(other)) });
  }

  #model(id: string): ModelState {
    const model = this.#snapshot.models.find((one) => one.id === id);
    if (model === undefined) throw new FakeError(fakeFailure("not_found", `There is no model ${id}.`, { model: id }));
    return model;
  }

  #job(id: number): JobState {
    const job = this.#snapshot.jobs.find((one) => one.id === id);
    if (job === undefined) throw new FakeError(fakeFailure("not_found", `There is no job ${String(id)}.`));
    return job;
  }

  #setModel(id: string, changed: Partial<ModelState>): void {
    this.#patch({
      models: this.#snapshot.models.map((one) => (one.id === id ? Object.freeze({ ...one, ...changed }) : one)),
    });
  }

  #setJob(id: number, changed: Partial<JobState>): JobState {
    const job = Object.freeze({ ...this.#job(id), ...changed });
    this.#patch({ jobs: this.#snapshot.jobs.map((one) => (one.id === id ? job : one)) });
    return job;
  }

  #setConversation(id: string, changed: Partial<ConversationState>): void {
    this.#patch({
      conversations: this.#snapshot.conversations.map((one) =>
        one.id === id ? Object.freeze({ ...one, ...changed }) : one,
      ),
    });
  }

  #setEngine(id: string, changed: Partial<EngineState>): void {
    this.#patch({
      engines: this.#snapshot.engines.map((one) => (one.id === id ? Object.freeze({ ...one, ...changed }) : one)),
    });
  }

  #patch(changed: Partial<Snapshot>): void {
    this.#snapshot = Object.freeze({ ...this.#snapshot, ...changed });
    for (const listener of [...this.#listeners]) listener();
  }

  #emit(event: ModelyardEvent): void {
    for (const listener of [...this.#eventListeners]) listener(event);
  }
}
