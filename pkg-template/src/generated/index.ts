// Generated from Rust by `cargo xtask types`. Do not edit.

/**
 * What kind of failure it is. A closed union: an app can match on it and the compiler says when one is missing.
 */
export type ErrorCode = "network" | "offline" | "timeout" | "cors_or_network" | "local_network_permission" | "storage_full" | "storage_unavailable" | "integrity" | "size_mismatch" | "not_a_model" | "provider_error" | "unauthorized" | "rate_limited" | "context_exceeded" | "not_found" | "in_use" | "invalid_input" | "invalid_config" | "unknown_profile" | "no_compatible_models" | "unsupported" | "canceled" | "superseded" | "load_failed" | "engine_crashed" | "not_ready" | "closed";

/**
 * A failure as every part of the package reports it.
 */
export type Failure = { 
/**
 * The kind.
 */
code: ErrorCode, 
/**
 * What happened to what, as a sentence for people.
 */
message: string, 
/**
 * What the user can do; at least one sentence.
 */
recovery: Array<string>, 
/**
 * Whether trying the same again can help.
 */
retryable: boolean, 
/**
 * The model it is about.
 */
model?: string, 
/**
 * The provider or engine it is about.
 */
provider?: string, 
/**
 * The path of the wrong field.
 */
field?: string, 
/**
 * The wrong value, shortened to 200 characters.
 */
value?: string, 
/**
 * The HTTP status.
 */
httpStatus?: number, 
/**
 * The bytes that are missing on the disk.
 */
neededBytes?: number, 
/**
 * The technical cause in the words of whoever reported it.
 */
cause?: string, 
/**
 * Further failures of the same step (E3).
 */
others?: Array<Failure>, };

/**
 * One file of a model.
 */
export type ModelFile = { 
/**
 * The name an engine knows the file by, for instance `model.gguf`.
 */
name: string, 
/**
 * Where the file is: absolute, `https:` (or `http:` on a loopback host).
 */
url: string, 
/**
 * Its length. Without it there is no percentage.
 */
sizeBytes?: number, 
/**
 * What it hashes to. Without it the file is marked unverified.
 */
sha256?: string, };

/**
 * A model that an in-page engine can run.
 */
export type ModelManifest = { 
/**
 * Names the model everywhere.
 */
id: string, 
/**
 * What people read.
 */
name: string, 
/**
 * One line about it.
 */
description?: string, 
/**
 * The engine that runs it.
 */
engine: string, 
/**
 * The context window in tokens.
 */
contextWindow?: number, 
/**
 * Its files, in the order the engine wants them.
 */
files: Array<ModelFile>, };

/**
 * Why a running transfer is not moving.
 */
export type Waiting = { "reason": "retry", 
/**
 * The tries in a row without progress, from 1.
 */
attempt: number, 
/**
 * When the next try starts, in milliseconds since the Unix epoch.
 */
untilMs: number, 
/**
 * What failed.
 */
failure: Failure, } | { "reason": "offline" } | { "reason": "storage_full", 
/**
 * The bytes still needed, where known.
 */
neededBytes: number | null, };

/**
 * Where weights are kept.
 */
export type WeightsBackEnd = "opfs" | "memory";

/**
 * What the disk has of a model.
 */
export type Presence = "absent" | "partial" | "cached";

/**
 * What the engine has of a model.
 */
export type Residency = "unloaded" | "loading" | "resident";

/**
 * A model the app may offer.
 */
export type ModelState = { 
/**
 * Its id.
 */
id: string, 
/**
 * What people read.
 */
name: string, 
/**
 * One line about it.
 */
description: string | null, 
/**
 * The engine that runs it.
 */
engine: string, 
/**
 * The context window in tokens.
 */
contextWindow: number | null, 
/**
 * The length of all its files, where known.
 */
sizeBytes: number | null, 
/**
 * What the disk has of it.
 */
presence: Presence, 
/**
 * The bytes the disk has of it.
 */
presentBytes: number, 
/**
 * Whether every file had a digest to be checked against; `null` while it is not cached.
 */
verified: boolean | null, 
/**
 * What the engine has of it.
 */
residency: Residency, 
/**
 * Its job in the queue, running or settled.
 */
jobId: number | null, 
/**
 * Whether it is active in a conversation, resident, loading or downloading, so that removing it is refused.
 */
inUse: boolean, };

/**
 * A conversation.
 */
export type ConversationState = { 
/**
 * Its id.
 */
id: string, 
/**
 * The model its answers come from now.
 */
activeModel: string | null, 
/**
 * The model its user wants; differs from the active one while a switch is under way.
 */
requestedModel: string | null, 
/**
 * The number of the newest wish; only grows.
 */
intent: number, 
/**
 * Whether an answer is being generated.
 */
answering: boolean, };

/**
 * What the user sees of a job.
 */
export type JobLifecycle = "queued" | "downloading" | "paused" | "compiling" | "ready" | "failed" | "canceled";

/**
 * Who asked for a job.
 */
export type JobOrigin = "download" | "selection";

/**
 * Why a job was canceled.
 */
export type CancelReason = "user" | "superseded";

/**
 * A part of the work of a job.
 */
export type Phase = "downloading" | "compiling" | "ready";

/**
 * How far a job is (requirement Q6).
 */
export type Progress = { 
/**
 * The job.
 */
jobId: number, 
/**
 * Its model.
 */
modelId: string, 
/**
 * Its attempt.
 */
epoch: number, 
/**
 * 0 to 100; `null` when the total is unknown.
 */
percentage: number | null, 
/**
 * Bytes that are here.
 */
downloadedBytes: number, 
/**
 * Bytes in all; `null` when unknown.
 */
totalBytes: number | null, 
/**
 * Bytes a second, smoothed; 0 when stalled.
 */
speed: number, 
/**
 * Seconds left; `null` when not known.
 */
etaSeconds: number | null, 
/**
 * Which part of the work it is in.
 */
phase: Phase, 
/**
 * When this was true, in milliseconds since the Unix epoch.
 */
timestamp: number, };

/**
 * An entry of the download queue.
 */
export type JobState = { 
/**
 * Its id.
 */
id: number, 
/**
 * Its model.
 */
modelId: string, 
/**
 * Its attempt.
 */
epoch: number, 
/**
 * What the user sees of it.
 */
lifecycle: JobLifecycle, 
/**
 * Who asked for it.
 */
origin: JobOrigin, 
/**
 * Its place among the queued ones, from 0; `null` when it is not queued.
 */
position: number | null, 
/**
 * How far it is; `null` before its first byte.
 */
progress: Progress | null, 
/**
 * Why a running one is not moving.
 */
waiting: Waiting | null, 
/**
 * Why it failed.
 */
failure: Failure | null, 
/**
 * Why it was canceled.
 */
cancelReason: CancelReason | null, };

/**
 * An in-page engine.
 */
export type EngineState = { 
/**
 * Its id.
 */
id: string, 
/**
 * The model it has or is loading.
 */
model: string | null, 
/**
 * What it has of that model.
 */
residency: Residency, 
/**
 * 0 to 1 while loading, where the engine says so.
 */
loadFraction: number | null, 
/**
 * The answers it is generating or about to.
 */
answers: number, };

/**
 * Where small records are kept.
 */
export type RecordsBackEnd = "indexeddb" | "memory";

/**
 * How long what is stored lasts.
 */
export type Persistence = "session" | "best-effort" | "persistent";

/**
 * Where things are kept.
 */
export type StorageState = { 
/**
 * Where weights are.
 */
weights: WeightsBackEnd, 
/**
 * Where records are.
 */
records: RecordsBackEnd, 
/**
 * How long it lasts.
 */
persistence: Persistence, 
/**
 * The bytes of all committed weights.
 */
usedBytes: number, 
/**
 * Why something is kept in memory, or could not be saved.
 */
failure: Failure | null, };

/**
 * What changed in one step. A `null` value says that the entry is gone.
 */
export type Patch = { 
/**
 * Models by id.
 */
models: Array<[string, ModelState | null]>, 
/**
 * Conversations by id.
 */
conversations: Array<[string, ConversationState | null]>, 
/**
 * Jobs by id.
 */
jobs: Array<[number, JobState | null]>, 
/**
 * Engines by id.
 */
engines: Array<[string, EngineState | null]>, 
/**
 * Where things are kept, if that changed.
 */
storage: StorageState | null, 
/**
 * The number of late answers dropped so far, if that changed.
 */
staleDropped: number | null, };

/**
 * How a selection ended.
 */
export type SelectionOutcome = { "status": "activated" } | { "status": "superseded" } | { "status": "failed", 
/**
 * Why.
 */
failure: Failure, } | { "status": "canceled" };

/**
 * An event.
 */
export type Event = { "type": "modelSelected", 
/**
 * The conversation.
 */
conversationId: string, 
/**
 * The model.
 */
modelId: string, 
/**
 * The number of the wish.
 */
intent: number, 
/**
 * Whether it has to be downloaded first.
 */
downloadNeeded: boolean, } | { "type": "selectionSettled", 
/**
 * The conversation.
 */
conversationId: string, 
/**
 * The model that was chosen.
 */
modelId: string, 
/**
 * The number of the wish.
 */
intent: number, 
/**
 * How.
 */
outcome: SelectionOutcome, } | { "type": "modelActivated", 
/**
 * The conversation.
 */
conversationId: string, 
/**
 * The model.
 */
modelId: string, 
/**
 * The one before.
 */
previousModelId: string | null, } | { "type": "downloadQueued", 
/**
 * The job.
 */
jobId: number, 
/**
 * Its model.
 */
modelId: string, 
/**
 * Its attempt.
 */
epoch: number, 
/**
 * Who asked.
 */
origin: JobOrigin, } | { "type": "downloadStarted", 
/**
 * The job.
 */
jobId: number, 
/**
 * Its model.
 */
modelId: string, 
/**
 * Its attempt.
 */
epoch: number, } | { "type": "downloadProgress", 
/**
 * All about it.
 */
progress: Progress, } | { "type": "downloadWaiting", 
/**
 * The job.
 */
jobId: number, 
/**
 * Its model.
 */
modelId: string, 
/**
 * Its attempt.
 */
epoch: number, 
/**
 * Why.
 */
waiting: Waiting, } | { "type": "downloadPaused", 
/**
 * The job.
 */
jobId: number, 
/**
 * Its model.
 */
modelId: string, 
/**
 * The attempt that ended.
 */
epoch: number, 
/**
 * Set when not the user but a full disk paused it.
 */
failure: Failure | null, } | { "type": "downloadCompiling", 
/**
 * The job.
 */
jobId: number, 
/**
 * Its model.
 */
modelId: string, 
/**
 * Its attempt.
 */
epoch: number, } | { "type": "downloadReady", 
/**
 * The job.
 */
jobId: number, 
/**
 * Its model.
 */
modelId: string, 
/**
 * Its attempt.
 */
epoch: number, } | { "type": "downloadFailed", 
/**
 * The job.
 */
jobId: number, 
/**
 * Its model.
 */
modelId: string, 
/**
 * Its attempt.
 */
epoch: number, 
/**
 * Why.
 */
failure: Failure, } | { "type": "downloadCanceled", 
/**
 * The job.
 */
jobId: number, 
/**
 * Its model.
 */
modelId: string, 
/**
 * The attempt that ended.
 */
epoch: number, 
/**
 * Why.
 */
reason: CancelReason, } | { "type": "modelLoaded", 
/**
 * The engine.
 */
engineId: string, 
/**
 * The model.
 */
modelId: string, } | { "type": "modelUnloaded", 
/**
 * The engine.
 */
engineId: string, 
/**
 * The model.
 */
modelId: string, } | { "type": "modelLoadFailed", 
/**
 * The engine.
 */
engineId: string, 
/**
 * The model.
 */
modelId: string, 
/**
 * Why.
 */
failure: Failure, } | { "type": "modelRemoved", 
/**
 * The model.
 */
modelId: string, 
/**
 * The space that came back.
 */
freedBytes: number, } | { "type": "modelRemoveFailed", 
/**
 * The model.
 */
modelId: string, 
/**
 * Why.
 */
failure: Failure, } | { "type": "answerStarted", 
/**
 * The conversation.
 */
conversationId: string, 
/**
 * The model.
 */
modelId: string, 
/**
 * The answer.
 */
answerId: number, } | { "type": "answerEnded", 
/**
 * The conversation.
 */
conversationId: string, 
/**
 * The model.
 */
modelId: string, 
/**
 * The answer.
 */
answerId: number, 
/**
 * Why it could not start or broke off.
 */
failure: Failure | null, } | { "type": "storageFailed", 
/**
 * Why.
 */
failure: Failure, };

/**
 * A wish of the app. Ids are plain texts and numbers here; the core checks them.
 */
export type Command = { "type": "openConversation", 
/**
 * The conversation.
 */
conversationId: string, } | { "type": "removeConversation", 
/**
 * The conversation.
 */
conversationId: string, } | { "type": "select", 
/**
 * The conversation.
 */
conversationId: string, 
/**
 * The model.
 */
modelId: string, } | { "type": "download", 
/**
 * The model.
 */
modelId: string, } | { "type": "cancel", 
/**
 * The job.
 */
jobId: number, } | { "type": "pause", 
/**
 * The job.
 */
jobId: number, } | { "type": "resume", 
/**
 * The job.
 */
jobId: number, } | { "type": "retry", 
/**
 * The job.
 */
jobId: number, } | { "type": "move", 
/**
 * The job.
 */
jobId: number, 
/**
 * The place, from 0; beyond the end means the end.
 */
position: number, } | { "type": "dismiss", 
/**
 * The job.
 */
jobId: number, } | { "type": "removeModel", 
/**
 * The model.
 */
modelId: string, 
/**
 * Unload it first, and let the conversations that use it go without.
 */
unload: boolean, } | { "type": "unloadEngine", 
/**
 * The engine.
 */
engineId: string, } | { "type": "addModels", 
/**
 * Their manifests.
 */
models: ModelManifest[], } | { "type": "requestAnswer", 
/**
 * The conversation.
 */
conversationId: string, } | { "type": "abortAnswer", 
/**
 * The answer.
 */
answerId: number, };

/**
 * What a command gives at once.
 */
export type Reply = { "type": "done" } | { "type": "selected", 
/**
 * The number of the wish.
 */
intent: number, } | { "type": "job", 
/**
 * The job.
 */
jobId: number, 
/**
 * Its attempt.
 */
epoch: number, } | { "type": "answer", 
/**
 * The answer.
 */
answerId: number, };

