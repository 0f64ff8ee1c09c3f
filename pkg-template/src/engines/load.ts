/**
 * One load of one model into one engine, from the wish to the end. In order: wait for the engine's turn, load, be
 * resident, be unloaded; or stop anywhere on the way.
 *
 * The invariant: the core hears of each end once, whatever the engine does: settle late, twice as late, never, with a
 * bare text, or after it was told to stop. What an engine delivers too late is unloaded.
 */
import type { EngineChatRequest, EngineDelta, EngineFile, InPageEngine, LoadedModel } from "../api.js";
import { failureOf } from "../errors.js";
import { failure, wordsOf } from "../failure.js";
import type { Failure } from "../generated/index.js";
import {
  createWatchdog,
  GRACE_MS,
  type Outcome,
  occupy,
  outcomeOf,
  promised,
  settledWithin,
  turnOf,
} from "./timing.js";

/** What the core is told. None of these throw. */
export interface CoreReports {
  loadProgressed(loadId: number, fraction: number): void;
  loaded(loadId: number): void;
  loadFailed(loadId: number, failure: Failure): void;
  unloaded(loadId: number): void;
  answerShown(answerId: number, attempt: number): void;
  answerEnded(answerId: number, attempt: number, failure: Failure | null): void;
}

export interface LoadWish {
  readonly loadId: number;
  readonly modelId: string;
  readonly contextWindow: number | null;
  readonly files: readonly EngineFile[];
}

/** How a model of a server answers: by calls, which cost a tenth of what an async iterable does. */
export interface Telling {
  tell(request: EngineChatRequest, put: (delta: EngineDelta) => void): Promise<EndReason>;
}

export type EndReason = Extract<EngineDelta, { type: "end" }>["reason"];

export interface Load {
  readonly engineId: string;
  readonly modelId: string;
  /** The model while it is resident. */
  model(): (LoadedModel & Partial<Telling>) | null;
  /** Resolves when the model is no longer resident, or never will be, and says why. */
  readonly gone: Promise<Failure>;
  /** Ends it, whatever it is doing. Resolves when the engine has let go, or had time enough to. Idempotent. */
  end(): Promise<void>;
}

/** Starts a load. `timeoutMs` is how long it may show no progress. */
export function startLoad(wish: LoadWish, engine: InPageEngine, reports: CoreReports, timeoutMs: number): Load {
  const { loadId, modelId } = wish;
  const about = { model: modelId, provider: engine.id };
  const name = `${modelId} (${engine.id})`;
  const controller = new AbortController();
  let model: LoadedModel | null = null;
  let why: Failure | null = null;
  let ending: Promise<void> | null = null;
  let lastFraction = 0;
  const { promise: gone, resolve: leave } = promised<Failure>();
  const watchdog = createWatchdog(timeoutMs, () =>
    stop(failure("timeout", `Loading ${name} showed no progress for ${timeoutMs / 1000} s.`, about)),
  );

  function stop(reason: Failure): void {
    if (why) return;
    why = reason;
    watchdog.stop();
    leave(reason);
    // Always an error: with a bare text as reason some engines reject with that text, or resolve.
    controller.abort(new DOMException(reason.message, "AbortError"));
  }

  function progressed(fraction: number): void {
    if (why || model) return;
    watchdog.feed();
    const known = Math.min(1, fraction);
    // Also false for NaN.
    if (!(known > lastFraction)) return;
    lastFraction = known;
    reports.loadProgressed(loadId, known);
  }

  async function run(): Promise<void> {
    await Promise.race([turnOf(engine), gone]);
    if (why) return reports.loadFailed(loadId, why);
    watchdog.feed();
    const loading = outcomeOf(() =>
      engine.load({
        modelId,
        files: wish.files,
        contextWindow: wish.contextWindow,
        signal: controller.signal,
        onProgress: progressed,
      }),
    );
    let error: Failure | null = null;
    let accepted = false;
    const settled = loading.then(async (outcome) => {
      if ("error" in outcome) error = failureOf(outcome.error, "load_failed", `${name} could not be loaded.`, about);
      else if (why) await unloadQuietly(outcome.value);
      else if (!isModel(outcome.value)) error = failure("load_failed", `The engine gave no model for ${name}.`, about);
      else {
        model = outcome.value;
        accepted = true;
      }
    });
    void occupy(engine, settled);
    await Promise.race([settled, gone]);
    watchdog.stop();
    if (accepted) return resident();
    if (why) return stopped(why, loading, settled);
    if (error) fail(error);
  }

  function resident(): void {
    // Ended in the very moment it was loaded: `end()` says so.
    if (!model) return;
    void model.crashed?.then(crashed, crashed);
    reports.loaded(loadId);
  }

  async function stopped(reason: Failure, loading: Promise<Outcome<unknown>>, settled: Promise<void>): Promise<void> {
    let late = true;
    void settled.then(() => {
      late = false;
    });
    await settledWithin(settled, GRACE_MS);
    reports.loadFailed(loadId, reason);
    if (!late || !("value" in (await loading))) return;
    // The core has gone on without it: it counts this as stale.
    const message = `${name} was loaded after that was given up, and was unloaded.`;
    reports.loadFailed(loadId, failure("canceled", message, about));
  }

  function fail(reason: Failure): void {
    stop(reason);
    reports.loadFailed(loadId, reason);
  }

  function crashed(cause: unknown): void {
    if (why || !model) return;
    void occupy(engine, unloadQuietly(model));
    model = null;
    fail(failure("engine_crashed", `${name} broke down.`, { ...about, cause: wordsOf(cause) }));
  }

  async function unload(resident: LoadedModel): Promise<void> {
    model = null;
    stop(failure("canceled", `${name} was unloaded.`, about));
    const unloading = unloadQuietly(resident);
    void occupy(engine, unloading);
    await settledWithin(unloading, GRACE_MS);
    reports.unloaded(loadId);
  }

  const running = run();
  return {
    engineId: engine.id,
    modelId,
    model: () => model,
    gone,
    end() {
      if (model) ending = unload(model);
      else stop(failure("canceled", `Loading ${name} was given up.`, about));
      return ending ?? running;
    },
  };
}

function isModel(value: LoadedModel | undefined): value is LoadedModel {
  return typeof value?.chat === "function" && typeof value.unload === "function";
}

async function unloadQuietly(model: LoadedModel | undefined): Promise<void> {
  await outcomeOf(() => model?.unload());
}
