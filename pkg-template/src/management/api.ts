/**
 * The public interfaces of `modelyard/management`: configuration, servers of models, and what there is to know of all
 * models at once. Behaviour is described here; `createManagement()` makes one, `createModelyard({ management })`
 * brings it to life.
 */
import type { ModelyardOptions, Status, Unsubscribe } from "../api.js";
import type {
  Capabilities,
  ErrorCode,
  Failure,
  JobState,
  KeyKeep,
  KeyState,
  Presence,
  Progress,
  ProviderAbility,
} from "../generated/index.js";
import type { ManagementHub } from "./hub-api.js";

export type * from "./hub-api.js";

export type { KeyKeep, KeyState, ProviderAbility };

/**
 * Where a value comes from, the lowest first: built in, the configuration file, the variables of the app, the options
 * it was made with, the query string of the page, the options of one call.
 */
export type ConfigLayer = "default" | "file" | "environment" | "options" | "page" | "call";

/** The layers an app can replace. */
export type WritableLayer = "file" | "environment" | "options" | "page";

/** A value that is in force. */
export interface Setting {
  /** For instance `cache.listSeconds`, `models["llama3.2:3b"].topP`. */
  readonly path: string;
  readonly layer: ConfigLayer;
  /** The value. */
  readonly value: unknown;
  /** The value as it was written, to the byte: numbers and providers' own options are handed on as this says. */
  readonly json: string;
}

/** What came of a new text for a layer. */
export interface ConfigChange {
  /** The paths whose value changed. One that only comes from another layer now has not changed. */
  readonly keys: readonly string[];
  /** What has no effect, for instance a key that is not known; each names `field`, and the closest key in `recovery`. */
  readonly warnings: readonly Failure[];
}

/**
 * The configuration. All methods throw (or reject with) `not_ready` before `modelyard.open()` has ended. What is wrong
 * with a text throws `invalid_config`, with `field`, `value` and the reason, and all further errors of the same text in
 * `others`; then nothing has changed.
 */
export interface ConfigSettings {
  /** Every value that is in force, in the order of the paths. The same list as in the snapshot. */
  effective(): readonly Setting[];
  /** The value of one path, `null` if nobody says one. */
  get(path: string): Setting | null;
  /**
   * What is in force for a model, by the option's name (`temperature`, `contextSize`, …): what is said of that model
   * over what is said of all.
   */
  forModel(modelId: string): ReadonlyMap<string, Setting>;
  /**
   * Puts a new text or object in the place of a layer, until the page is left. `environment` takes an object of
   * which only strings named `MODELYARD_*` count, `page` a query string, the others a configuration. Answers that
   * are running keep what they began with.
   */
  set(layer: WritableLayer, value: string | object): ConfigChange;
  /** Puts a configuration in the place of the file layer and stores it: it is in force again after a reload. */
  save(value: string | object): Promise<ConfigChange>;
  /** The stored configuration as it was saved; `null` if none is. */
  text(): string | null;
}

/** What is known of a provider of the configuration. */
export interface ProviderState {
  /** Its name in the configuration. */
  readonly id: string;
  /** The protocol, for instance `ollama`. */
  readonly kind: string;
  /** Where it is, without anything secret. */
  readonly host: string | null;
  /** What came of the last question for its models. `asking`: it has not answered yet. */
  readonly state: "unknown" | "asking" | "ok" | "failing";
  /** Why it fails. */
  readonly failure: Failure | null;
  /** What it can do. */
  readonly abilities: readonly ProviderAbility[];
  /** When its list came, in milliseconds since the Unix epoch. */
  readonly listedAt: number | null;
  /** How old the list is. */
  readonly ageMs: number | null;
  /** The list is older than it should be, and shown because the provider cannot be reached. */
  readonly stale: boolean;
  /** The provider cannot be reached at all. */
  readonly offline: boolean;
  /** How many models it has. */
  readonly models: number;
  /** Whether there is a key for it, and how that is kept; never the key itself. */
  readonly key: KeyState;
}

/** The facts of {@link ListedModel} that can be unknown. */
export type ModelFact =
  | "family"
  | "sizeBytes"
  | "parametersBillions"
  | "quantization"
  | "modified"
  | "contextWindow"
  | "servedContextWindow"
  | "maxOutputTokens"
  | "capabilities";

/** One model of the list, of a server or of the page. What is not known is `null` and stands in `unknown`. */
export interface ListedModel {
  /** `<provider>/<name>` for models of servers, for instance `ollama/llama3.2:1b`. */
  readonly id: string;
  readonly name: string;
  /** The provider or in-page engine. */
  readonly provider: string;
  readonly family: string | null;
  readonly sizeBytes: number | null;
  readonly parametersBillions: number | null;
  readonly quantization: string | null;
  /** When it was last changed, as the provider writes it (RFC 3339). */
  readonly modified: string | null;
  /** What it was made for, in tokens. */
  readonly contextWindow: number | null;
  /** What it is served with, in tokens. */
  readonly servedContextWindow: number | null;
  readonly maxOutputTokens: number | null;
  readonly capabilities: Capabilities;
  /** `cached`: it is here, on the disk or on its server. */
  readonly presence: Presence;
  /** A server runs it, not the page. */
  readonly served: boolean;
  /** Active in a conversation, resident, or downloading: removing it is refused. */
  readonly inUse: boolean;
  /** What its provider said of it is older than it should be. */
  readonly stale: boolean;
  /** How old what its provider said is; `null` for models of the page. */
  readonly ageMs: number | null;
  readonly unknown: readonly ModelFact[];
}

export interface ModelList {
  /** Models of the page first, then those of each provider in its order. */
  readonly models: readonly ListedModel[];
  /** A provider that fails is here with its failure; the others' models are in the list all the same. */
  readonly providers: readonly ProviderState[];
}

export interface ListOptions {
  /** Only this provider's or in-page engine's. */
  readonly provider?: string;
  /** Ask the providers even if their lists are fresh. Default false. */
  readonly refresh?: boolean;
  /**
   * How long to wait for providers that do not answer, in milliseconds. Default 2000. With 0 they are asked, and what is
   * known already is the answer: for whoever shows lists as they come, told of each by `modelsListed`.
   */
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
}

/** All there is to know of one model. */
export interface ModelDetails extends ListedModel {
  readonly description: string | null;
  readonly digest: string | null;
  /** The format of its files, for instance `gguf`. */
  readonly format: string | null;
  /** The licence, in full. */
  readonly license: string | null;
  /** How messages become a prompt. */
  readonly template: string | null;
  /** What it is told before all else. */
  readonly system: string | null;
  /** The model's own settings, names and values as its provider writes them. */
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  /** The files of a model of the page. */
  readonly files: readonly { readonly name: string; readonly sizeBytes: number | null }[];
  /** The names of all fields, those of the list included, that nobody says anything about. */
  readonly missing: readonly string[];
}

/** What there is of a model now. Known without any question to a network. */
export type ModelStatus =
  | { readonly modelId: string; readonly status: "available" }
  | {
      readonly modelId: string;
      readonly status: "downloading";
      readonly jobId: number;
      readonly lifecycle: "queued" | "downloading" | "paused" | "compiling";
      /** `null` before its first byte. */
      readonly progress: Progress | null;
    }
  | {
      readonly modelId: string;
      readonly status: "not_found";
      /** It is on offer and can be pulled. */
      readonly known: boolean;
      /** Names that are like it, the closest first. */
      readonly closest: readonly string[];
    };

/** What a connection test found. */
export type ConnectionFinding =
  | "reachable"
  | "notRunning"
  | "originRefused"
  | "localNetworkPermission"
  | "insecurePage"
  | "mixedContent"
  | "wrongUrl"
  | "badKey"
  | "notAllowed"
  | "busy"
  | "broken"
  | "timedOut"
  | "offline"
  | "unclear";

/** The end of a connection test. */
export interface ConnectionReport {
  readonly ok: boolean;
  readonly finding: ConnectionFinding;
  readonly code: ErrorCode | null;
  /** The version of the server, where it answered. */
  readonly version: string | null;
  readonly httpStatus: number | null;
  /** What it is, as a sentence. */
  readonly message: string;
  /** What to do, as sentences; empty when all is well. */
  readonly advice: string;
  /** A setting of the server to copy, for instance `OLLAMA_ORIGINS=https://app.example`. */
  readonly setting: string | null;
}

/**
 * The keys of providers. A key goes in and is sent, in a header, to the one origin its provider has when it is set; there
 * is no way to read it again. What that protects from, and what not, stands in SECURITY.md.
 *
 * Calls reject with `not_ready` and `closed` like those of {@link Management}, and `not_found` for a provider that is not
 * configured. Every change is told as `keyChanged`, and shown as `key` of the provider in the snapshot.
 */
export interface ProviderKeys {
  /**
   * Takes the key of a provider, in the place of the one it had. `keep`: in memory until the page goes (`session`, the
   * default), encrypted on this device (`device`), or encrypted with the passphrase (`passphrase`, which has to be made and
   * entered). Rejects with `invalid_input` for what is no key, without repeating it, and with `unsupported` unless the
   * management was made with `acknowledgeKeyInBrowser`, or where the provider is neither https nor on this device. After a
   * rejection the key is the one it was.
   */
  set(provider: string, key: string, options?: { readonly keep?: KeyKeep }): Promise<KeyState>;
  /** What is known of a provider's key. */
  state(provider: string): KeyState;
  /** Whether there is a key, whether it can be used or not. */
  has(provider: string): boolean;
  /** What tells the key from another: the last four characters of a long one, and a hash. `null`: there is none. */
  fingerprint(provider: string): string | null;
  /** Forgets a key, here and on the disk. Also one of a provider that is not configured any more. */
  forget(provider: string): Promise<void>;
  /** Tests the connection to a provider with the key that is set. */
  test(provider: string): Promise<ConnectionReport>;
  /**
   * Makes the passphrase, of 8 characters at least, or another one: then the old one must be entered, else
   * `unauthorized`. A forgotten one cannot be found out; its keys are set again.
   */
  setPassphrase(passphrase: string): Promise<void>;
  /** Enters the passphrase. `unauthorized` if it is another one; after five wrong ones `rate_limited` for a while. */
  unlock(passphrase: string): Promise<void>;
  /** Locks the keys behind the passphrase, in all tabs. So does a quarter of an hour without using one. */
  lock(): void;
  /** Whether there is a passphrase that has to be entered. */
  isLocked(): boolean;
}

/** A provider as a configuration has it. */
export interface ProviderConfig {
  /** The protocol. Without it `id` says it. */
  readonly kind?: string;
  readonly host?: string;
  /** Which of the servers of the kind `openai` it is. Without it that is found out. */
  readonly server?: "openai" | "llamacpp" | "vllm" | "lmstudio" | "groq" | "mistral" | "other";
  readonly timeoutSeconds?: number;
  readonly models?: readonly string[];
  /** Handed on with every chat, unmodified. */
  readonly options?: object;
  /** The name it has or would have. Default: its kind. */
  readonly id?: string;
  /** For `test()` alone: a key to try, which is not kept. No configuration holds one. */
  readonly key?: string;
}

/** Frozen; a part keeps its identity until something in it changed. */
export interface ManagementSnapshot {
  /** `idle` until `modelyard.open()` is called. */
  readonly status: Status;
  /** Why it is not there, while `status` is `failed`. Models of the page work all the same. */
  readonly failure: Failure | null;
  /** The providers of the configuration. */
  readonly providers: readonly ProviderState[];
  /** Every value that is in force, with the layer it comes from. */
  readonly settings: readonly Setting[];
  /** What has no effect in the configuration. */
  readonly warnings: readonly Failure[];
}

export type ManagementEvent =
  | { readonly type: "configChanged"; readonly keys: readonly string[]; readonly warnings: readonly Failure[] }
  | {
      readonly type: "modelsListed";
      readonly provider: string;
      readonly count: number;
      /** The list is an old one; its provider cannot be reached. */
      readonly stale: boolean;
    }
  | { readonly type: "providerChanged"; readonly provider: ProviderState }
  /** A key was set, forgotten, locked, unlocked, or is at another origin than its provider now. Never the key. */
  | { readonly type: "keyChanged"; readonly provider: string; readonly key: KeyState };

export type ManagementEventOf<T extends ManagementEvent["type"]> = Extract<ManagementEvent, { type: T }>;

export interface ManagementOptions {
  /** The configuration file: its JSON text, or where it is. Over it lies what `config.save()` has stored. */
  readonly file?: string | URL;
  /** The app's variables, for instance `import.meta.env`: strings named `MODELYARD_*` count, all else does not. */
  readonly environment?: Readonly<Record<string, unknown>>;
  /** The configuration of the app itself; it wins over file and environment. */
  readonly config?: object;
  /** Whether `?modelyard.model=…` and its like in the page's address count, or a query string. Default false. */
  readonly page?: boolean | string;
  /** Where the second wasm file is, or its bytes. Default: beside the package's script. */
  readonly wasm?: ModelyardOptions["wasm"];
  /** Whether a stored configuration counts. Default true. */
  readonly stored?: boolean;
  /**
   * The app knows that whatever runs in its page can use the keys in it (SECURITY.md). Without it no key is taken.
   * Default false. Without keys in the browser: let a proxy of the app add them, and make that the provider's host.
   */
  readonly acknowledgeKeyInBrowser?: boolean;
}

/**
 * Configuration and models of all providers. Calls that need it open throw or reject with `not_ready` before
 * `modelyard.open()` has ended, and with `closed` after `modelyard.close()`.
 */
export interface Management {
  subscribe(listener: () => void): Unsubscribe;
  getSnapshot(): ManagementSnapshot;
  /** The constant a server renders and a browser hydrates with. */
  getServerSnapshot(): ManagementSnapshot;
  on<T extends ManagementEvent["type"]>(type: T, listener: (event: ManagementEventOf<T>) => void): Unsubscribe;

  /**
   * The models of the page and of all providers. Asks those whose lists are not fresh (60 s); waits 2 s for them at
   * most: what comes later shows in the snapshots and as `modelsListed`. A provider that fails takes nothing from the others.
   */
  list(options?: ListOptions): Promise<ModelList>;
  /** One model with all that is known, kept for 5 minutes. `not_found` names the closest. */
  show(modelId: string, options?: { readonly refresh?: boolean; readonly signal?: AbortSignal }): Promise<ModelDetails>;
  /** What there is of a model, or of many at once. Works offline. */
  status(modelId: string): Promise<ModelStatus>;
  status(modelIds: readonly string[]): Promise<readonly ModelStatus[]>;
  /**
   * Gets a model: `ollama/llama3.2:1b`, or `llama3.2:1b` with its provider (default: the configured one, or the only
   * one), or the id of a model of the page. Resolves with the job, which goes on in `modelyard`'s queue with
   * progress, pause and cancel like any download. One that is here is asked for again, which verifies it and brings
   * what is newer. Rejects with `offline` when there is no network.
   */
  pull(model: string, options?: { readonly provider?: string }): Promise<JobState>;
  /** Like `modelyard.removeModel()`: rejects with `in_use` unless `unload` is set. */
  remove(modelId: string, options?: { readonly unload?: boolean }): Promise<{ freedBytes: number }>;
  /** Forgets what providers said, so that the next question asks them. */
  clearCache(provider?: string): Promise<void>;
  /** Tests the connection to a provider, or to one that is not in the configuration yet. Ends within 10 s. */
  test(provider: string | ProviderConfig): Promise<ConnectionReport>;
  readonly config: ConfigSettings;
  readonly keys: ProviderKeys;
  /** Models of Hugging Face. */
  readonly hub: ManagementHub;
}
