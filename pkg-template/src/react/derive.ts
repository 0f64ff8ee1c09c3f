/**
 * What a person is told about a model or a conversation, derived from facts that the snapshot keeps apart: what the
 * disk has, what the engine has, what the queue does. Nothing here is stored.
 */

import type { Snapshot } from "../api.js";
import type {
  ConversationState,
  EngineState,
  Failure,
  JobState,
  ModelState,
  ServerReach,
  Waiting,
} from "../generated/index.js";

/** The state of a model in one word, with what belongs to it. */
export type ModelStatus =
  /** In memory; can answer now. */
  | { readonly kind: "loaded" }
  /** On the disk; loads when needed. */
  | { readonly kind: "ready" }
  /** The engine takes it in. */
  | { readonly kind: "loading"; readonly fraction: number | null }
  | {
      readonly kind: "downloading";
      readonly percentage: number | null;
      /** Nothing comes and nothing is known about why. */
      readonly stalled: boolean;
      /** Why nothing comes, where that is known. */
      readonly waiting: Waiting | null;
    }
  /** `ahead` jobs run before it. */
  | { readonly kind: "queued"; readonly position: number; readonly percentage: number | null }
  | { readonly kind: "paused"; readonly percentage: number | null; readonly failure: Failure | null }
  | { readonly kind: "failed"; readonly failure: Failure | null }
  | { readonly kind: "canceled" }
  /** Its server has it and cannot be reached now. It can be chosen all the same: it answers when the server does. */
  | { readonly kind: "unreachable"; readonly reach: ServerReach }
  /** Not here, and nothing is under way. */
  | { readonly kind: "absent" };

/** Whether the job still has work to do. */
export function isRunning(job: JobState): boolean {
  return (
    job.lifecycle === "queued" ||
    job.lifecycle === "downloading" ||
    job.lifecycle === "paused" ||
    job.lifecycle === "compiling"
  );
}

/** Whether the job is over. */
export function isSettled(job: JobState): boolean {
  return !isRunning(job);
}

/** Whether bytes ought to come but do not. The first event of a transfer has no speed yet and is no stall. */
export function isStalled(job: JobState): boolean {
  return (
    job.lifecycle === "downloading" &&
    job.waiting === null &&
    job.progress !== null &&
    job.progress.speed === 0 &&
    job.progress.downloadedBytes > 0 &&
    job.progress.percentage !== 100
  );
}

/**
 * The state of a model. What is under way comes first, then what went wrong with it, then what the disk has: a model
 * whose files are here but could not be loaded must not look ready.
 */
export function modelStatus(model: ModelState, job: JobState | null, engine: EngineState | null): ModelStatus {
  const percentage = job?.progress?.percentage ?? null;
  switch (job?.lifecycle) {
    case "downloading":
      return { kind: "downloading", percentage, stalled: isStalled(job), waiting: job.waiting };
    case "queued":
      return { kind: "queued", position: job.position ?? 0, percentage };
    case "paused":
      return { kind: "paused", percentage, failure: job.failure };
    case "compiling":
      return { kind: "loading", fraction: loadFraction(model, engine) };
  }
  if (model.residency === "loading") return { kind: "loading", fraction: loadFraction(model, engine) };
  if (model.residency === "resident") return { kind: "loaded" };
  if (job?.lifecycle === "failed") return { kind: "failed", failure: job.failure };
  const reach = engine?.reach ?? "unknown";
  if (model.presence === "cached") {
    return model.served && reach !== "yes" && reach !== "unknown" ? { kind: "unreachable", reach } : { kind: "ready" };
  }
  if (job?.lifecycle === "canceled") return { kind: "canceled" };
  return { kind: "absent" };
}

function loadFraction(model: ModelState, engine: EngineState | null): number | null {
  return engine !== null && engine.model === model.id ? engine.loadFraction : null;
}

/** The state of one of a snapshot's models, by its id; `null` when there is no such model. */
export function modelStatusIn(snapshot: Snapshot, modelId: string): ModelStatus | null {
  const model = snapshot.models.find((one) => one.id === modelId);
  if (model === undefined) return null;
  return modelStatus(model, jobOf(snapshot, model), snapshot.engines.find((one) => one.id === model.engine) ?? null);
}

/** The job of a model, running or settled. */
export function jobOf(snapshot: Snapshot, model: ModelState): JobState | null {
  return model.jobId === null ? null : (snapshot.jobs.find((one) => one.id === model.jobId) ?? null);
}

/** How a conversation stands with its models. */
export type ConversationStatus =
  /** The store is not open yet. */
  | "opening"
  /** No model was chosen. */
  | "none"
  /** Its model is not here and nothing fetches it: offer to. */
  | "absent"
  /** Its model is on its way; it cannot answer before. */
  | "coming"
  /** It can answer, now or as soon as its model is loaded. */
  | "ready";

/** A conversation and the models it is about. */
export interface ConversationView {
  readonly id: string;
  /** `null` until the store knows the conversation. */
  readonly state: ConversationState | null;
  /** The model its answers come from now. */
  readonly active: ModelState | null;
  /** The model its user wants. */
  readonly requested: ModelState | null;
  /** The model to show: the one that answers now, else the one that is wanted. */
  readonly shown: ModelState | null;
  readonly status: ConversationStatus;
  /** Whether another model than the active one is on its way. */
  readonly switching: boolean;
}

/** Puts together what is known of a conversation. */
export function viewConversation(
  id: string,
  state: ConversationState | null,
  active: ModelState | null,
  requested: ModelState | null,
  requestedJob: JobState | null,
): ConversationView {
  const shown = active ?? requested;
  const switching = requested !== null && requested.id !== active?.id;
  const base = { id, state, active, requested, shown, switching };
  if (state === null) return { ...base, status: "opening" };
  if (shown === null) return { ...base, status: "none" };
  if (active !== null && isHere(active)) return { ...base, status: "ready" };
  const coming = requested !== null && (isHere(requested) || (requestedJob !== null && isRunning(requestedJob)));
  return { ...base, status: coming ? "coming" : "absent" };
}

function isHere(model: ModelState): boolean {
  return model.presence === "cached" || model.residency !== "unloaded";
}

/** All running downloads as one. */
export interface Overall {
  /** Jobs that still have work to do. */
  readonly running: number;
  /** 0 to 100; `null` when nothing runs or a size is unknown. */
  readonly percentage: number | null;
  /** Whether any of them failed and waits for a decision. */
  readonly failed: number;
}

/** Sums up the queue. */
export function overallProgress(jobs: readonly JobState[], models: readonly ModelState[]): Overall {
  let running = 0;
  let failed = 0;
  let done = 0;
  let total: number | null = 0;
  for (const job of jobs) {
    if (job.lifecycle === "failed") failed += 1;
    if (!isRunning(job)) continue;
    running += 1;
    const size = job.progress?.totalBytes ?? models.find((one) => one.id === job.modelId)?.sizeBytes ?? null;
    done += job.progress?.downloadedBytes ?? 0;
    total = total === null || size === null ? null : total + size;
  }
  const percentage = running === 0 || total === null || total === 0 ? null : Math.min(100, (done / total) * 100);
  return { running, percentage, failed };
}

/** Takes the failure out of whatever was thrown: a `ModelyardError` carries one, anything else becomes one. */
export function asFailure(thrown: unknown): Failure {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (typeof thrown === "object" && thrown !== null && "code" in thrown && "recovery" in thrown) {
    // An error's message is not copied by spreading it.
    return { ...(thrown as Failure), message };
  }
  return { code: "engine_crashed", message, recovery: ["Reload the page."], retryable: true };
}
