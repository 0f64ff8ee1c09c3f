/**
 * The public interfaces of the package. Shapes of data come from Rust (`generated/`); behaviour is described here.
 */
import type {
  Answerer,
  AppEntry,
  ConversationState,
  Decision,
  EngineState,
  Failure,
  Fallback,
  FamilyClass,
  JobState,
  Lookup,
  ModelManifest,
  ModelState,
  Event as ModelyardEvent,
  Needs,
  Profile,
  ProfileSpec,
  SelectionOutcome,
  StorageState,
  Tried,
} from "./generated/index.js";
import type { Management } from "./management/api.js";

export type { ModelyardEvent };

/** Where an instance is in its life. */
export type Status = "idle" | "opening" | "ready" | "failed" | "closed";

/** Everything the app can show. Frozen; a slice keeps its identity until something in it changed. */
export interface Snapshot {
  readonly status: Status;
  /** Set while `status` is `failed`; calling `open()` again may help. */
  readonly failure: Failure | null;
  /** 0 to 1 while the wasm file is fetched, `null` when its length is unknown. */
  readonly openFraction: number | null;
  /** In the order in which they were given. */
  readonly models: readonly ModelState[];
  readonly conversations: readonly ConversationState[];
  /** Running jobs first, then paused ones, then queued ones in their order, then settled ones, newest first. */
  readonly jobs: readonly JobState[];
  readonly engines: readonly EngineState[];
  /** The routing profiles in force, the built-in ones first. */
  readonly profiles: readonly Profile[];
  readonly storage: StorageState | null;
  /** Late answers that were dropped because nobody waited for them any more. */
  readonly staleDropped: number;
}

/** A wish for a model, as `select()` returns it. */
export interface Selection {
  readonly conversationId: string;
  readonly modelId: string;
  /** Only grows within a conversation. */
  readonly intent: number;
  /** How it ended. Never rejects. */
  readonly settled: Promise<SelectionOutcome>;
}

/** A picture in a message. */
export interface ChatImage {
  /** For instance `image/png`. */
  readonly mediaType: string;
  /** Its bytes in base64. */
  readonly base64: string;
}

/** A function the model may call. */
export interface ChatTool {
  readonly name: string;
  readonly description?: string;
  /** What it takes: a JSON schema. */
  readonly parameters?: object;
}

/** A call of a function by the model. */
export interface ToolCall {
  /** The provider's name for the call, where it has one. */
  readonly id?: string;
  readonly name: string;
  /** What it is given. */
  readonly arguments: object;
  /**
   * What the provider wants to have back with the call when it is told the result; some refuse a call without it. Hand
   * the call back as it came.
   */
  readonly signature?: string;
}

/** One message of a chat. */
export interface ChatMessage {
  /** `tool` brings the result of a call. */
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string;
  readonly images?: readonly ChatImage[];
  /** What the model thought before it said so. */
  readonly reasoning?: string;
  /** The functions the model called. */
  readonly toolCalls?: readonly ToolCall[];
  /** The call this is the result of. */
  readonly toolCallId?: string;
  /** The function this is the result of. */
  readonly toolName?: string;
}

/** What shapes an answer. What is left out the configuration says, if there is one, else whoever answers. */
export interface GenerationOptions {
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly repeatPenalty?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  /** The context window to answer with, in tokens. An in-page engine keeps the one its model was loaded with. */
  readonly contextSize?: number;
}

/** What the chat asks of a model besides text. Asked of one that does not have it, the answer fails: `unsupported`. */
export type ChatAbility = "tools" | "images" | "think" | "format";

/** A piece of an answer. The last one is always `end`. */
export type ChatDelta =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "reasoning"; readonly text: string }
  | ({ readonly type: "toolCall" } & ToolCall)
  | {
      readonly type: "usage";
      /** `null` where the provider does not say. */
      readonly promptTokens: number | null;
      readonly completionTokens: number | null;
    }
  | {
      /** A model failed, or is left in peace for now, and another one takes over; what follows comes from that one. */
      readonly type: "fallback";
      readonly failure: Failure;
      readonly from: Answerer;
      readonly to: Answerer;
      /** Whether deltas before this one are of an answer that broke off. They stay the app's; a new answer follows. */
      readonly afterText: boolean;
      /** Why that model: short sentences for people. */
      readonly explanation: readonly string[];
    }
  | {
      readonly type: "end";
      /**
       * `aborted` after the signal; `length` when a token limit ended it; `toolCalls` when it waits for results;
       * `contentFilter` when the provider held the answer back, or the model refused.
       */
      readonly reason: "stop" | "length" | "toolCalls" | "contentFilter" | "aborted";
      /** Who answered. Empty if it was aborted before that was known. */
      readonly modelId: string;
      /** The provider or in-page engine. */
      readonly provider: string;
      /** Who was asked before and failed, in that order. */
      readonly tried: readonly Tried[];
    };

/** Asks the active model of a conversation, or a model by its id; then no conversation has a part in it. */
export type ChatRequest = (
  | { readonly conversationId: string; readonly model?: never }
  | { readonly model: string; readonly conversationId?: never }
) & {
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly ChatTool[];
  /** Whether, or how hard (`"high"`), to think first. */
  readonly think?: boolean | string;
  /** The shape of the answer: a JSON schema, or `"json"` for any JSON. */
  readonly format?: object | "json";
  readonly options?: GenerationOptions;
  /**
   * When another model may take over from one that fails: `never`, `beforeText` (as long as nothing of the answer came), or
   * `afterText` too. Default: `beforeText` where a profile led to the model, `never` where a person chose it: a model that
   * nobody chose may cost money, or be on another machine. Instead of a chosen model only the same one of another provider
   * takes over.
   */
  readonly fallback?: Fallback;
  readonly signal?: AbortSignal;
};

/** A file of a model as an engine gets it. */
export interface EngineFile {
  readonly name: string;
  readonly file: Blob;
}

export interface EngineLoadRequest {
  readonly modelId: string;
  readonly files: readonly EngineFile[];
  readonly contextWindow: number | null;
  /** Aborted when the load is no longer wanted; the adapter must let go of everything and reject. */
  readonly signal: AbortSignal;
  /** 0 to 1. */
  readonly onProgress: (fraction: number) => void;
}

/** A chat as an engine gets it. `options` are those in force: what the call says over what the configuration says. */
export type EngineChatRequest = Pick<ChatRequest, "messages" | "tools" | "think" | "format"> & {
  readonly options: GenerationOptions;
  readonly signal: AbortSignal;
};

/** A model an engine holds. One value a load, so that late calls cannot reach another model. */
export interface LoadedModel {
  /**
   * Streams an answer. The last delta is `end`; a stream that ends without one counts as `stop`. Throws after an
   * abort. Called again only when the answer before has ended.
   */
  chat(request: EngineChatRequest): AsyncIterable<EngineDelta>;
  /** What it can be asked besides text. Default: nothing. */
  readonly abilities?: readonly ChatAbility[];
  /** Frees the memory. Never rejects, may be called at any time, twice too. */
  unload(): Promise<void>;
  /** Resolves, with whatever is known, when the engine broke down and will not answer any more. */
  readonly crashed?: Promise<unknown>;
}

/** What an engine yields: like {@link ChatDelta}, with a bare end. */
export type EngineDelta =
  | Extract<ChatDelta, { type: "text" | "reasoning" | "toolCall" | "usage" }>
  | { readonly type: "end"; readonly reason: "stop" | "length" | "toolCalls" | "contentFilter" };

/** The interface every in-page engine fits behind. */
export interface InPageEngine {
  readonly id: string;
  /**
   * Loads a model and makes sure that it really answers. Called again only when the load before has settled and what
   * it loaded is unloaded (or 10 s have passed since it was told to). Rejects with a `ModelyardError` of code `not_a_model`,
   * `load_failed`, `timeout`, `unsupported` or `canceled`.
   */
  load(request: EngineLoadRequest): Promise<LoadedModel>;
}

export interface ModelyardOptions extends RoutingSettings {
  /** The models people can choose from. More can come with `addModels()`. */
  readonly models: readonly ModelManifest[];
  /** The model of a new conversation: one of `models`, or with `management` one of a server (`ollama/llama3.2:1b`). */
  readonly defaultModel?: string;
  /** The profile of a new conversation. Where it leads to no model, `defaultModel` counts. */
  readonly defaultProfile?: string;
  readonly engines: readonly InPageEngine[];
  /** Separates the stores of several instances in one origin: 1 to 32 of `a-z 0-9 -`. Default `default`. */
  readonly namespace?: string;
  /** What becomes of a queued download that came from a selection nobody wants any more. Default `cancel`. */
  readonly superseded?: "cancel" | "keep";
  /** Let model URLs point to private hosts (loopback is always allowed on a loopback page). Default false. */
  readonly allowPrivateHosts?: boolean;
  /** A load into an engine that shows no progress for so long fails with `timeout`. Default 120000. */
  readonly loadTimeoutMs?: number;
  /** Where the wasm file is, or its bytes. Default: beside the package's script. */
  readonly wasm?: string | URL | BufferSource | WebAssembly.Module;
  /**
   * Makes a module worker that runs `modelyard/worker`. Called twice: one worker transfers, one hashes. Default: the
   * package's own `worker.js`.
   */
  readonly worker?: () => Worker;
  /**
   * Configuration and servers of models, made by `createManagement()` of `modelyard/management`. It opens and closes
   * with this instance and belongs to it alone. What the options say themselves wins over the configuration.
   */
  readonly management?: Management;
}

/** What the app tells the model database and the router. */
export interface RoutingSettings {
  /** What the app says of models, by name or pattern; it beats every other source. */
  readonly catalog?: readonly AppEntry[];
  /** Profiles besides the built-in ones; one of the same name replaces it. */
  readonly profiles?: readonly ProfileSpec[];
  /** The model a profile leads to, whatever the profile asks for. */
  readonly overrides?: Readonly<Record<string, string>>;
}

/** A question to the router: a profile, by name or written out, or a model by its id. */
export type RouteRequest = (
  | { readonly profile: string | ProfileSpec; readonly model?: never }
  | { readonly model: string; readonly profile?: never }
) & {
  readonly needs?: Needs;
  /** An override, or the named model, must be taken as it is, or it is an error. Default false. */
  readonly strict?: boolean;
};

/** A decision with its explanation. */
export interface Route {
  readonly model: string;
  readonly provider: string;
  readonly decision: Decision;
  /** Short sentences for people, the most important first. */
  readonly explanation: readonly string[];
}

export interface CatalogReader {
  /** What is known of a name; unknown names give defaults that say so. Many names cross to the core at once. */
  lookup(name: string): Lookup;
  lookup(names: readonly string[]): readonly Lookup[];
  /** The family a name belongs to, and what that is for. */
  family(name: string): { readonly family: string; readonly class: FamilyClass | null };
}

export interface RouterQueries {
  /** Throws `no_compatible_models` with all of the decision in the error's `decision`. Changes nothing. */
  route(request: RouteRequest): Route;
  /** The profiles in force, the built-in ones first. */
  profiles(): readonly Profile[];
}

/** Ends a subscription. Calling it twice does nothing. */
export type Unsubscribe = () => void;

export type EventOf<T extends ModelyardEvent["type"]> = Extract<ModelyardEvent, { type: T }>;

export interface Modelyard {
  /** De-duplicated; after a failure it can be called again. Nothing runs before it is called. */
  open(): Promise<void>;
  /** Stops all work, keeps what is stored. Idempotent. */
  close(): Promise<void>;
  [Symbol.dispose](): void;

  subscribe(listener: () => void): Unsubscribe;
  getSnapshot(): Snapshot;
  /** The constant a server renders and a browser hydrates with. */
  getServerSnapshot(): Snapshot;
  on<T extends ModelyardEvent["type"]>(type: T, listener: (event: EventOf<T>) => void): Unsubscribe;
  /** Every event, in order. */
  onAny(listener: (event: ModelyardEvent) => void): Unsubscribe;

  /**
   * All calls below throw a `ModelyardError` at once when an argument is wrong, or with `not_ready` or `closed`; those
   * that return a promise reject with it instead.
   */
  openConversation(conversationId: string): ConversationState;
  removeConversation(conversationId: string): void;
  select(conversationId: string, modelId: string): Selection;
  download(modelId: string): JobState;
  cancel(jobId: number): Promise<void>;
  pause(jobId: number): Promise<void>;
  resume(jobId: number): void;
  retry(jobId: number): JobState;
  move(jobId: number, position: number): void;
  dismiss(jobId: number): void;
  /** Rejects with `in_use` unless `unload` is set; resolves with the bytes that came back. */
  removeModel(modelId: string, options?: { readonly unload?: boolean }): Promise<{ freedBytes: number }>;
  unloadEngine(engineId: string): void;
  addModels(models: readonly ModelManifest[]): void;
  /**
   * Chooses a profile for a conversation: the router says which model that is now, and that model is selected and
   * stays, until its user or a failure moves it. Throws `no_compatible_models` or `unknown_profile`.
   */
  selectProfile(conversationId: string, profile: string, needs?: Needs): Selection;
  /** What is known of models by their names. */
  readonly catalog: CatalogReader;
  /** Which model is right for a task, and why. */
  readonly router: RouterQueries;
  /**
   * Puts what the app says of models, its profiles and its overrides in force; what is left out stays. Throws
   * `invalid_config` that names every wrong field, and then nothing has changed.
   */
  configure(settings: RoutingSettings): void;
  /** Asks the browser to keep what is stored; call it from a click. */
  requestPersistence(): Promise<boolean>;
  /**
   * Streams an answer of the conversation's active model, or of the model that is named. Nothing is asked of it before
   * the first `next()`. Aborting the signal ends the stream at once with `end` and the reason `aborted`; leaving a `for
   * await` loop stops the engine too. A failure is thrown. The stream can be read once.
   */
  chat(request: ChatRequest): AsyncIterable<ChatDelta>;
}
