// Generated from Rust by `cargo xtask types`. Do not edit.

/**
 * What kind of failure it is. A closed union: an app can match on it and the compiler says when one is missing.
 */
export type ErrorCode = "network" | "offline" | "timeout" | "cors_or_network" | "local_network_permission" | "storage_full" | "storage_unavailable" | "integrity" | "size_mismatch" | "not_a_model" | "provider_error" | "unauthorized" | "rate_limited" | "overloaded" | "context_exceeded" | "not_found" | "in_use" | "invalid_input" | "invalid_config" | "unknown_profile" | "no_compatible_models" | "unsupported" | "canceled" | "superseded" | "load_failed" | "engine_crashed" | "not_ready" | "closed";

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
 * How long the server asks to be left in peace, in milliseconds.
 */
retryAfterMs?: number, 
/**
 * The tokens the request has.
 */
neededTokens?: number, 
/**
 * The tokens the model has room for.
 */
contextTokens?: number, 
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
 * What a server says of one of its models. What it does not say is unknown, and what is said beyond this is of no use
 * here.
 */
export type Served = { 
/**
 * The name the server knows it by, for instance `llama3.2:1b`.
 */
name: string, 
/**
 * Whether the server has it; otherwise it must be pulled first.
 */
here: boolean, 
/**
 * The length of its files.
 */
sizeBytes?: number, 
/**
 * The context window it was made for, in tokens.
 */
contextWindow?: number, 
/**
 * The context window it is served with, in tokens.
 */
servedContext?: number, 
/**
 * The longest answer, in tokens.
 */
maxOutputTokens?: number, 
/**
 * Its family, in the words of the model database.
 */
family?: string, 
/**
 * Its parameters, in billions.
 */
parametersBillions?: number, 
/**
 * How its weights are stored.
 */
quantization?: string, 
/**
 * When it was last changed, in the words of the server.
 */
modified?: string, 
/**
 * What it can do.
 */
capabilities?: SaidCapabilities, };

/**
 * A model that an in-page engine can run, or that a server has.
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
 * The name the model database knows it by, for instance `SmolLM2-135M-Instruct-Q8_0`. Default: its id.
 */
catalogName?: string, 
/**
 * Its files, in the order the engine wants them; none of a served model.
 */
files: Array<ModelFile>, 
/**
 * What its server says, if a server runs it. Such a model comes with `setServed` or `addServed`. The day it was
 * changed and its digest are for whoever lists models; the core passes over them.
 */
served?: Served & { modified?: string, digest?: string }, };

/**
 * Whether a model can do something.
 */
export type Support = "yes" | "no" | "unknown";

/**
 * Something a model may be able to do (requirement D5).
 */
export type Capability = "tools" | "vision" | "streaming" | "reasoning" | "structuredOutput" | "embedding" | "audio" | "fillInMiddle";

/**
 * What is known of all capabilities of a model.
 */
export type Capabilities = { 
/**
 * [`Capability::Tools`].
 */
tools: Support, 
/**
 * [`Capability::Vision`].
 */
vision: Support, 
/**
 * [`Capability::Streaming`].
 */
streaming: Support, 
/**
 * [`Capability::Reasoning`].
 */
reasoning: Support, 
/**
 * [`Capability::StructuredOutput`].
 */
structuredOutput: Support, 
/**
 * [`Capability::Embedding`].
 */
embedding: Support, 
/**
 * [`Capability::Audio`].
 */
audio: Support, 
/**
 * [`Capability::FillInMiddle`].
 */
fillInMiddle: Support, };

/**
 * Who says something of a model, the most trusted first: what the app says beats what a provider serves, which beats
 * what it advertises, which beats what was bundled, which beats the default.
 */
export type LimitSource = "user" | "served" | "advertised" | "bundled" | "default";

/**
 * A number of tokens, and who says so.
 */
export type Limit = { 
/**
 * How many.
 */
tokens: number, 
/**
 * Who says so; `default` means that it is not known.
 */
source: LimitSource, };

/**
 * How far the listings of one model disagree on its context window.
 */
export type Spread = { 
/**
 * The least that is listed, in tokens.
 */
lowest: number, 
/**
 * The most that is listed, in tokens.
 */
highest: number, 
/**
 * How many listings give a number.
 */
listings: number, };

/**
 * Where an entry of the bundled data comes from.
 */
export type Origin = { 
/**
 * The packages that say so, for instance `litellm 1.109.1`; `rules` for what is written by hand.
 */
sources: Array<string>, 
/**
 * The day of the newest of them, `YYYY-MM-DD`.
 */
date: string | null, 
/**
 * How far they disagree on the context window; `null` where they agree or only one says a number.
 */
contextSpread: Spread | null, };

/**
 * A family, for instance `llama`; in lower case. `unknown` where none is.
 */
export type Family = string;

/**
 * What a family is for (requirement F2).
 */
export type FamilyClass = "general" | "code" | "small";

/**
 * Which part of a name was taken away before the rest was known.
 */
export type NamePart = "registry" | "owner" | "tag" | "format" | "quantization" | "date" | "defaultTag";

/**
 * A part of a name that was taken away, as it was written.
 */
export type StrippedPart = { 
/**
 * Which part.
 */
part: NamePart, 
/**
 * Its text, with the sign between it and the rest.
 */
text: string, };

/**
 * The format of a model's files.
 */
export type WeightsFormat = "gguf" | "ggml" | "mlc" | "onnx" | "mlx" | "safetensors";

/**
 * How a name was found.
 */
export type MatchStep = "exact" | "alias" | "pattern" | "none";

/**
 * What a name was found by.
 */
export type CatalogMatch = { 
/**
 * How.
 */
step: MatchStep, 
/**
 * The name of the entry, what the alias stands for, or the pattern; `null` where it was not found.
 */
key: string | null, 
/**
 * What had to be taken away from the name, in this order.
 */
stripped: Array<StrippedPart>, 
/**
 * Another pattern that matches and is as specific; the one that was declared first has won.
 */
tiedWith: string | null, };

/**
 * What is known of a model by its name.
 */
export type Lookup = { 
/**
 * The name, as it was given.
 */
name: string, 
/**
 * Its family; `unknown` where none is.
 */
family: Family, 
/**
 * What it is for; `null` where the family is not known by name.
 */
class: FamilyClass | null, 
/**
 * The context window it was made for.
 */
context: Limit, 
/**
 * The context window it is served with, where that is known, else the one it was made for. Routing goes by it.
 */
effectiveContext: Limit, 
/**
 * The longest answer.
 */
maxOutput: Limit, 
/**
 * What it can do.
 */
capabilities: Capabilities, 
/**
 * The profiles it suits, by name.
 */
profiles: Array<string>, 
/**
 * Its parameters, in millions.
 */
parametersMillions: number | null, 
/**
 * The parameters that work on one token, in millions, where the name says so.
 */
activeParametersMillions: number | null, 
/**
 * How its weights are stored.
 */
quantization: string | null, 
/**
 * The format of its files, where the name says so.
 */
format: WeightsFormat | null, 
/**
 * The length of its files.
 */
sizeBytes: number | null, 
/**
 * The memory a GPU needs to run it.
 */
gpuMemoryBytes: number | null, 
/**
 * The day it was published, `YYYY-MM-DD` or `YYYY-MM`.
 */
released: string | null, 
/**
 * Where the bundled data on it comes from.
 */
origin: Origin, 
/**
 * What it was found by: the app's entry where there is one, else the bundled one.
 */
matched: CatalogMatch, 
/**
 * What it was found by in the bundled data, where an entry of the app is above that.
 */
overridden: CatalogMatch | null, };

/**
 * What an entry says of capabilities, by the names of [`super::record::Capability`]. In JSON an object, with `true` for
 * yes and `false` for no.
 */
export type SaidCapabilities = { [name in "tools" | "vision" | "streaming" | "reasoning" | "structuredOutput" | "embedding" | "audio" | "fillInMiddle"]?: boolean | "yes" | "no" | "unknown" };

/**
 * An entry of an app, as it is written. Numbers are as JSON has them.
 *
 * A name with `*`, `?` or `[]` is a pattern; one with `alias_of` is another name for a model and says nothing else.
 */
export type AppEntry = { 
/**
 * A name or a pattern.
 */
name: string, 
/**
 * The name it stands for.
 */
aliasOf?: string, 
/**
 * The family.
 */
family?: string, 
/**
 * The context window the model was made for, in tokens.
 */
contextWindow?: number, 
/**
 * The context window it is served with, in tokens.
 */
servedContextWindow?: number, 
/**
 * The longest answer, in tokens.
 */
maxOutputTokens?: number, 
/**
 * What it can do.
 */
capabilities?: SaidCapabilities, 
/**
 * The profiles it suits, by name.
 */
profiles?: Array<string>, 
/**
 * Its parameters, in billions.
 */
parametersBillions?: number, 
/**
 * How its weights are stored.
 */
quantization?: string, 
/**
 * The length of its files.
 */
sizeBytes?: number, 
/**
 * The memory a GPU needs to run it.
 */
gpuMemoryBytes?: number, 
/**
 * The day it was published, `YYYY-MM-DD` or `YYYY-MM`.
 */
released?: string, };

/**
 * What a kind of task asks of a model. Only made by [`super::Profiles`], which checks it.
 */
export type Profile = { 
/**
 * Its name.
 */
name: string, 
/**
 * What it is for, in a few words.
 */
description: string, 
/**
 * What a model must be able to do.
 */
required: Array<Capability>, 
/**
 * The families it takes, the most wanted first. Without any it takes every family alike.
 */
preferredFamilies: Array<Family>, 
/**
 * The smallest context window it takes, in tokens.
 */
minContext: number, 
/**
 * The profile that is asked when no model fits this one.
 */
fallback: string | null, 
/**
 * Which model of a family comes first.
 */
order: ProfileOrder, };

/**
 * Which of two equally ready models of a family a profile takes first (R6).
 */
export type ProfileOrder = "smallestFirst" | "largestContextFirst";

/**
 * A profile as an app writes it, not yet checked: see [`super::Profiles::with`].
 */
export type ProfileSpec = { 
/**
 * Its name. The name of a built-in profile replaces that one.
 */
name: string, 
/**
 * What it is for.
 */
description?: string, 
/**
 * The names of capabilities a model must have; `["streaming"]` if it does not say.
 */
required?: Array<string>, 
/**
 * The families it takes, the most wanted first; all alike if it does not say.
 */
preferredFamilies?: Array<string>, 
/**
 * The smallest context window it takes, in tokens; any if it does not say. A number as JavaScript has them, so
 * that one that is no count can be named.
 */
minContext?: number, 
/**
 * The profile that is asked when no model fits this one.
 */
fallback?: string, 
/**
 * `smallestFirst` or `largestContextFirst`, which it is if it does not say.
 */
order?: string, };

/**
 * The model an app wants for a profile, whatever the profile asks (R4).
 */
export type Override = { 
/**
 * The name of the profile.
 */
profile: string, 
/**
 * The id of the model.
 */
model: string, };

/**
 * What a request needs of whichever model it goes to, whatever the profile asks: hard filters.
 */
export type Needs = { 
/**
 * The tokens that must fit into the context window, the answer included.
 */
tokens?: number, 
/**
 * Whether functions will be called.
 */
tools?: boolean, 
/**
 * Whether there are images to be read.
 */
images?: boolean, 
/**
 * What else the model must be able to do.
 */
capabilities?: Array<Capability>, };

/**
 * A question to the router.
 */
export type Request = { 
/**
 * What is wanted.
 */
wish: Wish, 
/**
 * What this one request needs of whichever model it goes to.
 */
needs?: Needs, 
/**
 * Whether an override or a model asked for by name must be taken as it is: if it cannot be, or does not meet the
 * needs, that is an error, not a warning (R4).
 */
strict?: boolean, };

/**
 * What is wanted (R1).
 */
export type Wish = { "profile": string } | { "inline": ProfileSpec } | { "model": string };

/**
 * The name of a model or of a provider. Copies share one text, so a decision about many models is made quickly.
 */
export type Name = string;

/**
 * Why a model cannot be reached.
 */
export type Unreachable = "offline" | "cors" | "permission" | "down" | "key";

/**
 * What went wrong with a model that was tried.
 */
export type Trouble = { "kind": "rateLimited", 
/**
 * For how long, in milliseconds, if it says so.
 */
retryAfterMs: number | null, } | { "kind": "overloaded", 
/**
 * For how long, in milliseconds, if it says so.
 */
retryAfterMs: number | null, } | { "kind": "providerDown" } | { "kind": "contextExceeded", 
/**
 * The tokens of the request, if the provider says so.
 */
needed: number | null, 
/**
 * The tokens the model holds, if the provider says so.
 */
limit: number | null, } | { "kind": "modelGone" } | { "kind": "unauthorized" } | { "kind": "loadFailed" } | { "kind": "failed" } | { "kind": "invalidRequest" } | { "kind": "canceled" };

/**
 * How soon a model could answer, the soonest first.
 */
export type Readiness = "resident" | "cached" | "reachable" | "needsDownload";

/**
 * Who asked for what a model does not have.
 */
export type Asker = "profile" | "request" | "overflow";

/**
 * A feature of the browser that a model cannot do without.
 */
export type DeviceFeature = "webgpu" | "shaderF16";

/**
 * The rule that left a model out: what was needed, what it has, and who says so.
 */
export type Dropped = { "rule": "notAskedFor" } | { "rule": "alreadyTried", 
/**
 * What went wrong.
 */
trouble: Trouble, } | { "rule": "providerFailed", 
/**
 * What went wrong.
 */
trouble: Trouble, } | { "rule": "coolingDown", 
/**
 * Until when, in milliseconds since the Unix epoch.
 */
until: number, } | { "rule": "unreachable", 
/**
 * Why.
 */
reason: Unreachable, } | { "rule": "featureMissing", 
/**
 * Which one.
 */
need: DeviceFeature, } | { "rule": "gpuMemoryTooSmall", 
/**
 * The bytes it needs.
 */
need: number, 
/**
 * The bytes there are.
 */
have: number, } | { "rule": "diskFull", 
/**
 * The bytes still to come.
 */
need: number, 
/**
 * The bytes that are free.
 */
have: number, } | { "rule": "notHere" } | { "rule": "contextTooSmall", 
/**
 * The tokens it must hold.
 */
need: number, 
/**
 * The tokens it holds.
 */
have: number, 
/**
 * Who says so.
 */
source: LimitSource, 
/**
 * Who needs them.
 */
by: Asker, } | { "rule": "capabilityMissing", 
/**
 * What it must be able to do.
 */
need: Capability, 
/**
 * What is known of that.
 */
have: Support, 
/**
 * Who needs it.
 */
by: Asker, } | { "rule": "familyNotPreferred" };

/**
 * What a model is ranked by, in this order; then by id and provider.
 */
export type Standing = { 
/**
 * The place of its family among the preferred ones, from 0; `null` if it is none of them.
 */
familyPosition: number | null, 
/**
 * How soon it could answer.
 */
readiness: Readiness, 
/**
 * Whether a fact its readiness rests on is unknown: then it stands behind those of the same readiness.
 */
unsure: boolean, 
/**
 * Its parameters, in millions.
 */
parametersMillions: number | null, 
/**
 * Its context window.
 */
context: Limit, };

/**
 * What became of one model.
 */
export type Verdict = { 
/**
 * Its id.
 */
id: Name, 
/**
 * Who serves it.
 */
provider: Name, 
/**
 * What it was ranked by.
 */
standing: Standing, 
/**
 * Why it was left out; `null` if it fits.
 */
dropped: Dropped | null, 
/**
 * For the model of an override or one asked for by name: what it was taken in spite of.
 */
despite: Dropped | null, };

/**
 * What became of every model under one profile.
 */
export type RouteStep = { 
/**
 * The profile; `null` where a model was asked for by name.
 */
profile: Profile | null, 
/**
 * All models: those that fit in the order of requirement R6, then the others by id and provider.
 */
verdicts: Array<Verdict>, };

/**
 * What is not known of a model that was chosen nevertheless.
 */
export type UnknownFact = "context" | "streaming" | "reach" | "fit" | "download";

/**
 * Something a person should know of a decision.
 */
export type Warning = { "warning": "overrideDespite", 
/**
 * The profile.
 */
profile: string, 
/**
 * What it asks for.
 */
despite: Dropped, } | { "warning": "overrideNotAvailable", 
/**
 * The profile.
 */
profile: string, 
/**
 * The id of the model.
 */
model: string, 
/**
 * What is against it; `null` if there is no such model.
 */
dropped: Dropped | null, 
/**
 * Ids that look like it, if there is no such model.
 */
closest: Array<Name>, } | { "warning": "modelDespite", 
/**
 * What is needed.
 */
despite: Dropped, } | { "warning": "preferenceUnused", 
/**
 * The profile.
 */
profile: string, 
/**
 * Up to three families of those models.
 */
found: Array<Family>, } | { "warning": "unknown", 
/**
 * What it is.
 */
what: UnknownFact, };

/**
 * The first thing in which the choice is better than the next one, in the order of requirement R6.
 */
export type TieBreak = "alone" | "fit" | "family" | "readiness" | "parameters" | "context" | "name" | "provider" | "twin";

/**
 * How a model was chosen.
 */
export type ChosenBy = "name" | "override" | "profile";

/**
 * The model that was chosen.
 */
export type Choice = { 
/**
 * Its id.
 */
id: Name, 
/**
 * Who serves it.
 */
provider: Name, 
/**
 * How it was chosen.
 */
by: ChosenBy, 
/**
 * What put it before the next one.
 */
tieBreak: TieBreak, };

/**
 * What was decided, and why.
 */
export type Decision = { 
/**
 * The model, if there is one.
 */
chosen: Choice | null, 
/**
 * What was asked.
 */
request: Request, 
/**
 * The profiles in the order they were asked; one step without a profile for a model asked for by name. The
 * choice, if there is one, is the first of the last step.
 */
path: Array<RouteStep>, 
/**
 * What a person should know, besides.
 */
warnings: Array<Warning>, 
/**
 * The version of the catalog the facts came from.
 */
catalogVersion: Name, };

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
 * The engine that runs it, or the server.
 */
engine: string, 
/**
 * Whether a server runs it.
 */
served: boolean, 
/**
 * The context window in tokens.
 */
contextWindow: number | null, 
/**
 * The length of all its files, where known.
 */
sizeBytes: number | null, 
/**
 * What the disk has of it; of a served model, whether the server has it.
 */
presence: Presence, 
/**
 * The bytes the disk, or the server, has of it.
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
 * How a profile led to a model.
 */
export type RouteState = { 
/**
 * The profile that was asked for.
 */
profile: string, 
/**
 * The model it led to.
 */
modelId: string, 
/**
 * Why, in sentences for people, the most important first.
 */
explanation: Array<string>, };

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
answering: boolean, 
/**
 * How the model its user wants was chosen; `null` if the user named it.
 */
route: RouteState | null, };

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
 * Whether a server can be reached from this page.
 */
export type ServerReach = "yes" | "down" | "offline" | "cors" | "permission" | "unknown";

/**
 * A model, or all of a server, that is left in peace after a failure.
 */
export type CoolDownState = { 
/**
 * The model; `null` for all of the server's.
 */
modelId: string | null, 
/**
 * Until when, in milliseconds since the Unix epoch.
 */
untilMs: number, 
/**
 * Whether the server asked for it. Then it is kept also by who chose the model; else it is a guess, and only who
 * leaves the choice to the router gets another one.
 */
asked: boolean, };

/**
 * An in-page engine, or a server.
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
answers: number, 
/**
 * Whether it is a server, outside of the page.
 */
serves: boolean, 
/**
 * Whether a server can be reached; `null` for an in-page engine.
 */
reach: ServerReach | null, 
/**
 * What of it is left in peace for a while. One that is over may still stand here.
 */
coolDowns: Array<CoolDownState>, };

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
 * The routing profiles in force, if those changed.
 */
profiles: Array<Profile> | null, 
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
 * Who answers.
 */
export type Answerer = { 
/**
 * The model.
 */
modelId: string, 
/**
 * The engine or server it comes from.
 */
provider: string, };

/**
 * A try to answer that failed.
 */
export type Tried = { 
/**
 * The model.
 */
modelId: string, 
/**
 * The engine or server it comes from.
 */
provider: string, 
/**
 * Why it failed, or was not asked.
 */
failure: Failure, };

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
downloadNeeded: boolean, } | { "type": "modelRouted", 
/**
 * The conversation.
 */
conversationId: string | null, 
/**
 * All of the decision.
 */
decision: Decision, 
/**
 * The same in sentences for people.
 */
explanation: Array<string>, } | { "type": "selectionSettled", 
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
 * The conversation; `null` where a model was asked.
 */
conversationId: string | null, 
/**
 * The model.
 */
modelId: string, 
/**
 * The engine or server it comes from.
 */
provider: string, 
/**
 * The answer.
 */
answerId: number, } | { "type": "answerFellBack", 
/**
 * The conversation; `null` where a model was asked.
 */
conversationId: string | null, 
/**
 * The answer.
 */
answerId: number, 
/**
 * Who failed.
 */
from: Answerer, 
/**
 * Who takes over.
 */
to: Answerer, 
/**
 * Why.
 */
failure: Failure, 
/**
 * Whether some of the answer was shown.
 */
afterText: boolean, 
/**
 * Why that one: all of the decision.
 */
decision: Decision, 
/**
 * The same in sentences for people.
 */
explanation: Array<string>, } | { "type": "answerEnded", 
/**
 * The conversation; `null` where a model was asked.
 */
conversationId: string | null, 
/**
 * The model.
 */
modelId: string, 
/**
 * The engine or server it came from.
 */
provider: string, 
/**
 * The answer.
 */
answerId: number, 
/**
 * Why it could not start or broke off. Where several tries failed, it is the first failure, and the others are
 * attached.
 */
failure: Failure | null, 
/**
 * The tries that failed.
 */
tried: Array<Tried>, } | { "type": "storageFailed", 
/**
 * Why.
 */
failure: Failure, };

/**
 * When another model may take over an answer whose model failed. Without a word of the app: before anything was shown if
 * a profile led to the model, never if a person named it.
 */
export type Fallback = "never" | "beforeText" | "afterText";

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
modelId: string, } | { "type": "selectProfile", 
/**
 * The conversation.
 */
conversationId: string, 
/**
 * The name of the profile.
 */
profile: string, 
/**
 * What the conversation's requests need of a model.
 */
needs?: Needs, } | { "type": "lookUp", 
/**
 * The names, as people and providers write them.
 */
names: Array<string>, } | { "type": "describe", 
/**
 * The models.
 */
modelIds: Array<string>, } | { "type": "describeDevice", 
/**
 * Whether there is a network.
 */
online?: boolean, 
/**
 * Whether there is WebGPU.
 */
webgpu?: boolean, 
/**
 * Whether its shaders take numbers of 16 bits.
 */
shaderF16?: boolean, 
/**
 * The bytes this page may still store.
 */
freeDiskBytes?: number, } | { "type": "route", 
/**
 * The question.
 */
request: Request, } | { "type": "configure", 
/**
 * What the app says of models.
 */
catalog?: Array<AppEntry>, 
/**
 * The app's profiles.
 */
profiles?: Array<ProfileSpec>, 
/**
 * The models the app wants for profiles.
 */
overrides?: Array<Override>, 
/**
 * The model of a new conversation; empty for none.
 */
defaultModel?: string, 
/**
 * The profile of a new conversation; empty for none.
 */
defaultProfile?: string, 
/**
 * What becomes of a queued download that no conversation wants any more.
 */
superseded?: "cancel" | "keep", } | { "type": "download", 
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
models: ModelManifest[], } | { "type": "setServed", 
/**
 * The server.
 */
engineId: string, 
/**
 * Their manifests.
 */
models: ModelManifest[], } | { "type": "addServed", 
/**
 * Its manifest.
 */
model: ModelManifest, } | { "type": "removeServer", 
/**
 * The server.
 */
engineId: string, } | { "type": "serverReach", 
/**
 * The server.
 */
engineId: string, 
/**
 * Whether it can.
 */
reach: ServerReach, } | { "type": "requestAnswer", 
/**
 * The conversation, unless a model is named.
 */
conversationId?: string, 
/**
 * The model, unless a conversation is named.
 */
modelId?: string, 
/**
 * What the request needs of a model that takes over.
 */
needs?: Needs, 
/**
 * When another model may take over.
 */
fallback?: Fallback, } | { "type": "abortAnswer", 
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
intent: number, } | { "type": "routed", 
/**
 * The model.
 */
modelId: string, 
/**
 * The number of the wish.
 */
intent: number, } | { "type": "found", 
/**
 * A JSON text that a `Lookup` for each name is put together from; what names have in common is in it once. As
 * text: making ten thousand objects one by one across the boundary takes many times as long.
 */
lookups: string, } | { "type": "described", 
/**
 * A JSON text: a list of who may say something of a model, of what it may be able to do, and of whether it can; then
 * the facts of all models in one flat list. Of each: its family; the tokens of its context window and the
 * place of who says so, the same of the one it is served with, and of the longest answer; what it can do as a
 * number, whose digits to the base of three are places of `unknown`, `yes` and `no`, the first thing the lowest;
 * its parameters in millions, quantization, size in bytes, and when its server says it was changed.
 */
facts: string, } | { "type": "decided", 
/**
 * All of it.
 */
decision: Decision, 
/**
 * The same in sentences for people.
 */
explanation: Array<string>, 
/**
 * Why nothing was chosen.
 */
failure: Failure | null, } | { "type": "job", 
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

/**
 * Where a value comes from, the lowest first. The last three are the flags of K1: each is nearer to the moment.
 */
export type Layer = "default" | "file" | "environment" | "options" | "page" | "call";

/**
 * A value that is in force, and where it comes from.
 */
export type Setting = { 
/**
 * Its path: `cache.listSeconds`, `models["llama3.2:3b"].topP`.
 */
path: string, 
/**
 * The layer.
 */
layer: Layer, 
/**
 * The value as JSON, as it was written.
 */
json: string, };

/**
 * What a model is asked with. What nobody has said is left to whoever runs the model.
 */
export type ModelOptions = { 
/**
 * The context window, in tokens.
 */
contextSize?: number, 
/**
 * From 0 to 2.
 */
temperature?: number, 
/**
 * The longest answer, in tokens.
 */
maxTokens?: number, 
/**
 * From 0 to 1.
 */
topP?: number, 
/**
 * Greater than 0.
 */
topK?: number, 
/**
 * Greater than 0.
 */
repeatPenalty?: number, 
/**
 * A whole number that JavaScript has.
 */
seed?: number, 
/**
 * Texts that end the answer.
 */
stop?: Array<string>, };

/**
 * What came of new texts for layers.
 */
export type Changed = { 
/**
 * The paths whose value in force changed.
 */
keys: Array<string>, 
/**
 * What has no effect.
 */
warnings: Array<Failure>, };

/**
 * What came of the last question for the models of a provider.
 */
export type ProviderPhase = "unknown" | "asking" | "ok" | "failing";

/**
 * Whether a key can be used.
 */
export type KeyPhase = "none" | "ready" | "locked" | "otherOrigin" | "unreadable";

/**
 * How a key is kept.
 */
export type KeyKeep = "session" | "device" | "passphrase";

/**
 * What is known of a provider's key. The key itself is nowhere but in the vault.
 */
export type KeyState = { 
/**
 * Whether it can be used.
 */
state: KeyPhase, 
/**
 * How it is kept, where there is one.
 */
keep: KeyKeep | null, 
/**
 * What tells it from another key and gives nothing of it away: a hash, and the end of a long one.
 */
fingerprint: string | null, };

/**
 * Something a provider may be able to do.
 */
export type ProviderAbility = "version" | "list" | "show" | "servedContext" | "pull" | "remove" | "copy" | "unload" | "chat" | "checkKey" | "search" | "files";

/**
 * What is known of a provider.
 */
export type ProviderState = { 
/**
 * Its name in the configuration.
 */
id: string, 
/**
 * The protocol, for instance `ollama`.
 */
kind: string, 
/**
 * Where it is.
 */
host: string | null, 
/**
 * What came of the last question for its models.
 */
state: ProviderPhase, 
/**
 * Why it fails.
 */
failure: Failure | null, 
/**
 * What it can do.
 */
abilities: Array<ProviderAbility>, 
/**
 * When its list came.
 */
listedAt: number | null, 
/**
 * How old the list is.
 */
ageMs: number | null, 
/**
 * The list is older than it should be.
 */
stale: boolean, 
/**
 * The provider cannot be reached.
 */
offline: boolean, 
/**
 * How many models it has.
 */
models: number, 
/**
 * How many entries of its list are none: without a name, or with one that no model can have.
 */
leftOut: number, 
/**
 * Whether there is a key for it, and how that is kept; never the key itself.
 */
key: KeyState, };

/**
 * What came of a wish for lists.
 */
export type ListReport = { 
/**
 * The providers that were asked about, in the order of the configuration. One that is still `asking` answers
 * later, by [`super::Effect::Listed`].
 */
providers: Array<ProviderState>, };

/**
 * A setting of a model.
 */
export type ServedParameter = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its value.
 */
value: string, };

/**
 * Everything a provider says of one of its models. What it does not say is `null` (or `unknown`), and its name stands
 * in `missing`.
 */
export type ServedDetails = { 
/**
 * `<provider>/<name>`.
 */
id: string, 
/**
 * Its name, as the provider takes it back.
 */
name: string, 
/**
 * The provider.
 */
provider: string, 
/**
 * Its family in the provider's words.
 */
family: string | null, 
/**
 * The format of its files.
 */
format: string | null, 
/**
 * The length of its files.
 */
sizeBytes: number | null, 
/**
 * Its parameters, in billions.
 */
parametersBillions: number | null, 
/**
 * How its weights are stored.
 */
quantization: string | null, 
/**
 * When it was last changed, as the provider writes it.
 */
modified: string | null, 
/**
 * The context window it was made for, in tokens.
 */
contextWindow: number | null, 
/**
 * The context window its own settings ask for, in tokens.
 */
configuredContextWindow: number | null, 
/**
 * The context window it is served with now, in tokens.
 */
servedContextWindow: number | null, 
/**
 * The longest answer, in tokens.
 */
maxOutputTokens: number | null, 
/**
 * What it can do.
 */
capabilities: Capabilities, 
/**
 * The digest of what it is made of.
 */
digest: string | null, 
/**
 * Another host that does the work.
 */
remoteHost: string | null, 
/**
 * Its own settings, names and values as the provider writes them.
 */
parameters: Array<ServedParameter>, 
/**
 * How messages become a prompt.
 */
template: string | null, 
/**
 * What it is told before all else.
 */
system: string | null, 
/**
 * Its licence, in full.
 */
license: string | null, 
/**
 * The names of all fields that the provider says nothing about.
 */
missing: Array<string>, 
/**
 * When the provider said so.
 */
shownAt: number, 
/**
 * How old that is.
 */
ageMs: number, 
/**
 * It is older than it should be, and shown because the provider cannot be reached.
 */
stale: boolean, 
/**
 * The provider cannot be reached.
 */
offline: boolean, };

/**
 * What a connection test found.
 */
export type ConnectionFinding = "reachable" | "notRunning" | "originRefused" | "localNetworkPermission" | "insecurePage" | "mixedContent" | "wrongUrl" | "badKey" | "notAllowed" | "busy" | "broken" | "timedOut" | "offline" | "unclear";

/**
 * The end of a connection test.
 */
export type ConnectionReport = { 
/**
 * Whether it answers as it should.
 */
ok: boolean, 
/**
 * What was found.
 */
finding: ConnectionFinding, 
/**
 * The public code of it.
 */
code: ErrorCode | null, 
/**
 * The version of the server, where it answered.
 */
version: string | null, 
/**
 * The HTTP status, where there was one.
 */
httpStatus: number | null, 
/**
 * What it is, as a sentence.
 */
message: string, 
/**
 * What to do, as sentences; empty when all is well.
 */
advice: string, 
/**
 * A setting of the server to copy, for instance `OLLAMA_ORIGINS=https://app.example`.
 */
setting: string | null, };

/**
 * Who may have the files of a repository.
 */
export type HubGate = "open" | "auto" | "manual";

/**
 * The format of weights.
 */
export type HubFormat = "gguf" | "onnx";

/**
 * What a file is for.
 */
export type HubFileRole = "weights" | "projector" | "imatrix" | "tokenizer" | "configuration" | "other";

/**
 * A repository of models. What the hub does not say is `null`.
 */
export type HubRepository = { 
/**
 * `owner/name`.
 */
id: string, 
/**
 * Who may have its files.
 */
gated: HubGate, 
/**
 * Only some may see it.
 */
private: boolean, 
/**
 * It was taken down.
 */
disabled: boolean, 
/**
 * How often it was fetched within the last 30 days.
 */
downloads: number | null, 
/**
 * How many people like it.
 */
likes: number | null, 
/**
 * When it was last changed (RFC 3339).
 */
modified: string | null, 
/**
 * When it was made (RFC 3339).
 */
created: string | null, 
/**
 * The short name of its licence, for instance `apache-2.0`.
 */
license: string | null, 
/**
 * What its models do, for instance `text-generation`.
 */
task: string | null, 
/**
 * Its tags.
 */
tags: Array<string>, 
/**
 * The formats it has, of those known here.
 */
formats: Array<HubFormat>, 
/**
 * The architecture of its GGUF files, for instance `llama`.
 */
architecture: string | null, 
/**
 * The parameters of its models, in billions.
 */
parametersBillions: number | null, 
/**
 * The context window its models were made for, in tokens.
 */
contextWindow: number | null, 
/**
 * Whether its GGUF files say how messages become a prompt.
 */
template: boolean, };

/**
 * A file of a repository.
 */
export type HubFile = { 
/**
 * Its path in the repository.
 */
path: string, 
/**
 * Its length; `null` where the hub says none a page can count.
 */
sizeBytes: number | null, 
/**
 * What it hashes to; small files have none.
 */
sha256: string | null, 
/**
 * What it is for.
 */
role: HubFileRole, };

/**
 * A model of a repository: a file, or several that belong together.
 */
export type HubModel = { 
/**
 * What people read: the model and its quantization, or the name of its file.
 */
name: string, 
/**
 * Its file, or the first of them.
 */
path: string, 
/**
 * The format.
 */
format: HubFormat, 
/**
 * How its weights are stored, for instance `Q4_K_M`.
 */
quantization: string | null, 
/**
 * Its parameters, in billions.
 */
parametersBillions: number | null, 
/**
 * The length of all its files; `null` where that of one is not known.
 */
sizeBytes: number | null, 
/**
 * How many files it has.
 */
parts: number, 
/**
 * The context window it was made for, in tokens.
 */
contextWindow: number | null, 
/**
 * What `modelyard.addModels()` takes.
 */
manifest: ModelManifest | null, 
/**
 * Why there is no manifest.
 */
why: string | null, };

/**
 * A repository at one commit.
 */
export type HubDetails = { 
/**
 * The commit everything here is of: 40 hex digits.
 */
revision: string, 
/**
 * Its models, in the order of their files.
 */
models: Array<HubModel>, 
/**
 * Its files, in the hub's order.
 */
files: Array<HubFile>, 
/**
 * Entries that cannot be files.
 */
leftOut: number, 
/**
 * It has more files than are listed here.
 */
moreFiles: boolean, 
/**
 * `owner/name`.
 */
id: string, 
/**
 * Who may have its files.
 */
gated: HubGate, 
/**
 * Only some may see it.
 */
private: boolean, 
/**
 * It was taken down.
 */
disabled: boolean, 
/**
 * How often it was fetched within the last 30 days.
 */
downloads: number | null, 
/**
 * How many people like it.
 */
likes: number | null, 
/**
 * When it was last changed (RFC 3339).
 */
modified: string | null, 
/**
 * When it was made (RFC 3339).
 */
created: string | null, 
/**
 * The short name of its licence, for instance `apache-2.0`.
 */
license: string | null, 
/**
 * What its models do, for instance `text-generation`.
 */
task: string | null, 
/**
 * Its tags.
 */
tags: Array<string>, 
/**
 * The formats it has, of those known here.
 */
formats: Array<HubFormat>, 
/**
 * The architecture of its GGUF files, for instance `llama`.
 */
architecture: string | null, 
/**
 * The parameters of its models, in billions.
 */
parametersBillions: number | null, 
/**
 * The context window its models were made for, in tokens.
 */
contextWindow: number | null, 
/**
 * Whether its GGUF files say how messages become a prompt.
 */
template: boolean, };

/**
 * A page of what was searched for.
 */
export type HubPage = { 
/**
 * The repositories, in the hub's order.
 */
repositories: Array<HubRepository>, 
/**
 * How to ask for the next page; `null` where there is none.
 */
next: string | null, };

/**
 * What an answer cost. What the provider does not say is `null`.
 */
export type ChatUsage = { 
/**
 * The tokens of the prompt.
 */
promptTokens: number | null, 
/**
 * The tokens of the answer, thoughts included.
 */
completionTokens: number | null, 
/**
 * How long the model took to load, in milliseconds.
 */
loadMs: number | null, 
/**
 * How long the prompt took, in milliseconds.
 */
promptMs: number | null, 
/**
 * How long the answer took, in milliseconds.
 */
completionMs: number | null, };

/**
 * A piece of an answer, as the app gets it.
 */
export type ChatDelta = { "type": "text", 
/**
 * The text.
 */
text: string, } | { "type": "reasoning", 
/**
 * The text.
 */
text: string, } | { "type": "toolCall", 
/**
 * The provider's number for it, where it has one.
 */
id: string | null, 
/**
 * The function.
 */
name: string, 
/**
 * What it is given: the JSON text of an object.
 */
arguments: string, 
/**
 * What the provider wants to have back with the call, where there is such a thing.
 */
signature: string | null, } | { "type": "usage", 
/**
 * What it cost.
 */
usage: ChatUsage, };

/**
 * How an answer ended, and who gave it.
 */
export type ChatEnd = { 
/**
 * The provider that answered.
 */
provider: string, 
/**
 * The model that answered, as the provider says it.
 */
model: string, 
/**
 * Why it ended.
 */
reason: "stop" | "length" | "toolCalls" | "contentFilter" | "loaded" | "unloaded" | "other" | "unknown", 
/**
 * The reason in the provider's words, where it is `other`.
 */
said: string | null, 
/**
 * What it cost.
 */
usage: ChatUsage | null, };

