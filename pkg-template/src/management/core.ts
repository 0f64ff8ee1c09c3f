/**
 * The seam between TypeScript and the second wasm module, which keeps the configuration and talks to providers: what
 * Rust exports (`src/bindings/management.rs`) and what it calls back. Internal. Failures cross as plain `Failure`
 * objects; anything else that is thrown means the instance is poisoned.
 *
 * What people wrote crosses as JSON text. Parts of a text that Rust hands on unread (the parameters of a tool, the
 * shape of an answer, options of a call) are JSON texts inside of it.
 */
import type {
  Changed,
  ConnectionReport,
  Failure,
  HubDetails,
  HubPage,
  KeyKeep,
  KeyState,
  ListReport,
  ProviderState,
  ServedDetails,
  Setting,
} from "../generated/index.js";

/** The class wasm-bindgen generates. Exports take `&self`; none may be called after `free()`. */
export interface ManagementCore {
  /**
   * Reads what is stored: the text of the configuration, which is put in force in the place of the file layer, and what
   * providers said. Never rejects for want of storage; then things are kept in memory. Rejects with a `Failure` after a
   * crash only. Resolves with why the stored configuration could not be put in force (`invalid_config`), if so; it stays
   * stored.
   */
  open(): Promise<Failure | undefined>;
  /**
   * Puts new texts in the place of layers, all or none: `[{ layer: "file" | "environment" | "options" | "page", text }]`.
   * A text of blanks takes its layer away. Throws a `Failure` with the code `invalid_config`; its `others` are one for each
   * thing that is wrong, with `field`, `value` and advice.
   */
  setLayers(json: string): Changed;
  /**
   * Puts a text in the place of the file layer and stores it, so that the next `open()` begins with it. Rejects as
   * `setLayers` throws. A text that could not be stored is in force all the same, and the promise rejects with
   * `storage_unavailable` or `storage_full`.
   */
  saveConfig(text: string): Promise<Changed>;
  /** The text that is stored, or that was saved where nothing can be stored. */
  storedConfig(): string | undefined;
  /** Every value in force, each with its layer. */
  settings(): Setting[];
  /** Of each option of a model the value in force, with its layer, by the name of the option. */
  settingsFor(modelId: string): [name: string, setting: Setting][];
  /**
   * The options of one call to a model, as the JSON text of `ModelOptions`: those of the call (the JSON text of an
   * object) over all others. `modelId` is `<provider>/<name>`, or the id of a model in the page. Throws a `Failure` with
   * the code `invalid_input`.
   */
  optionsFor(modelId: string, callJson: string): string;
  /** What the configuration says to the core: the JSON text of the command `configure`, without its `type`. */
  coreSettings(): string;
  /** All configured servers, as far as they are known now. */
  providers(): ProviderState[];
  /** Calls `listed` and `reach` again for each server: the core was made anew after a crash. */
  tellAgain(): void;
  /**
   * Asks for the models of all servers, or of `{ provider }`; `{ refresh: true }` asks even if what is cached is fresh.
   * Resolves when all have answered or after `{ waitMs }`, without it two seconds; who is late says `asking` and is told of by `listed` later. The
   * models themselves go to `ManagementHost.listed`.
   */
  list(json: string): Promise<ListReport>;
  /** All a server says of a model: `{ provider, model, refresh? }`. */
  show(json: string): Promise<ServedDetails>;
  /** Forgets what providers said, stored or not: `{}` or `{ provider }`. */
  clearCache(json: string): Promise<void>;
  /** What `{ provider }` said is no longer right: something was pulled or removed. */
  changed(json: string): void;
  /**
   * Makes a server fetch a model. Everything that comes of it goes to `ManagementHost.pullReport`, as texts of `FromWorker`
   * with the ticket of `jobId` and `epoch`.
   */
  pull(jobId: number, epoch: number, provider: string, name: string): void;
  /** Closes the connection of a pull; nothing comes of it any more. */
  stopPull(jobId: number, epoch: number): void;
  /** Deletes a model of a server: `{ provider, model, unload }`. Rejects with `not_found` where there is none. */
  remove(json: string): Promise<{ freedBytes: number }>;
  /**
   * Tests the connection to `{ provider }`, or to one that is not configured yet: `{ provider?, kind?, host? }` with at
   * least a kind or a host. Takes ten seconds at most. Rejects for what is wrong with the text only. A key is tried in the
   * place of the one in the vault, and not kept.
   */
  test(json: string, key?: string): Promise<ConnectionReport>;
  /** Takes a key. Rejects with a `Failure` that holds nothing of it; then the old one stays. */
  setKey(provider: string, key: string, keep: KeyKeep): Promise<KeyState>;
  /** Forgets a key, which may be one of a provider that is not configured. */
  forgetKey(provider: string): Promise<void>;
  /** What is known of a key. Throws `not_found`. */
  keyState(provider: string): KeyState;
  setPassphrase(text: string): Promise<void>;
  unlock(text: string): Promise<void>;
  lockKeys(): void;
  isLocked(): boolean;
  /**
   * Searches for repositories of models: `{ query?, author?, format?, sort?, limit?, after?, provider? }`. `ask` is the
   * caller's own number, which no other question has, for `stopHub`.
   */
  hubSearch(ask: number, json: string): Promise<HubPage>;
  /** All of a repository: `{ id, revision?, provider? }`. */
  hubRepository(ask: number, json: string): Promise<HubDetails>;
  /** Closes the connection of a question, which rejects with `canceled`. */
  stopHub(ask: number): void;
  /**
   * Asks for an answer, which goes to `sink`. The text:
   *
   *     { provider, model, messages: [{ role: "system" | "user" | "assistant" | "tool", text, reasoning?,
   *         images?: [{ mediaType, base64 }], toolCalls?: [{ id?, name, arguments: jsonText, signature? }],
   *         toolCallId?, toolName? }],
   *       tools?: [{ name, description, parameters: jsonText }], options?: jsonText, think?: jsonText, format?: jsonText,
   *       keepAlive?: jsonText, overflow?: "refuse" | "forget" }
   *
   * The options are those of `ModelOptions`, over the ones in force. Gives the number for `abort`. Throws a `Failure` for
   * what is wrong with the text; then `sink` is never called.
   */
  chat(json: string, sink: ChatSink): number;
  /** Ends an answer at once: `ended` is called with `canceled`, within this call, and nothing after it. */
  abort(chatId: number): void;
  /** Ends all calls; writes what is to be stored. */
  close(): Promise<void>;
  free(): void;
}

/** Whom an answer is told to. Never called from within the call of `chat`. */
export interface ChatSink {
  /**
   * What came with one piece from the network: the JSON text of a list of `ChatDelta`, never empty. No two texts follow
   * each other in it, and no two thoughts. The arguments of a `toolCall` are a JSON text inside of it.
   */
  delta(json: string): void;
  /** The last call, and always made once: the JSON text of `ChatEnd`, or why the answer broke off. */
  ended(end: string | null, failure: Failure | null): void;
}

/**
 * What Rust calls. It may be called at any time, also from within a call of `ManagementCore`'s; what it throws is not
 * looked at.
 */
export interface ManagementHost {
  /**
   * A server said which models it has: the JSON text of manifests, as `setServed` of the core takes them. `stale`: it is
   * an old list, and there is no newer one yet.
   */
  listed(provider: string, modelsJson: string, count: number, stale: boolean): void;
  /** A server is not in the configuration any more, for the core's command `removeServer`. */
  removed(provider: string): void;
  /** The state of a server changed: the JSON text of a `ProviderState`. */
  providerChanged(stateJson: string): void;
  /** What is known of a provider's key changed: the JSON text of a `KeyState`. */
  keyChanged(provider: string, stateJson: string): void;
  /** Something of a pull, for `PageCore.pullReport`. */
  pullReport(json: string): void;
  /** Whether a server can be reached, for the core's command `serverReach`. */
  reach(provider: string, reach: "yes" | "down" | "offline" | "cors" | "permission" | "unknown"): void;
  /** As `Host.crashed` of the core. Another instance begins with what is stored; pulls have to be started again. */
  crashed(message: string): void;
}

/** The module wasm-bindgen generates with `--target web`. */
export interface ManagementModule {
  default(options: { module_or_path: unknown }): Promise<unknown>;
  /**
   * `optionsJson`: `{ namespace, engines: string[], pageOrigin, withoutStored?: boolean }`; the engines are the ids of
   * those in the page, the origin is that of `location`. `withoutStored` leaves a stored configuration where it is;
   * without `acknowledgeKeyInBrowser` no key is taken.
   * Throws a `Failure`. The host may be called from within the constructor.
   */
  ManagementCore: new (
    optionsJson: string,
    host: ManagementHost,
  ) => ManagementCore;
}
