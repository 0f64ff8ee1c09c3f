/**
 * The seam between an instance and model management. Internal. An app that does not use `modelyard/management` has only
 * the hooks: all of management's own code is in `management/`, behind {@link Attached}.
 */
import type { GenerationOptions, Modelyard } from "./api.js";
import type { Host, PageCore } from "./core.js";
import type { Load } from "./engines/load.js";
import type { Command, ModelManifest, Reply } from "./generated/index.js";
import type { CheckedOptions } from "./options.js";

/** The method of a management that an instance calls once. */
export const ATTACH: unique symbol = /* @__PURE__ */ Symbol.for("modelyard.attach");

/** What management has of its instance. */
export interface InstancePort {
  readonly options: CheckedOptions;
  readonly modelyard: Omit<Modelyard, typeof Symbol.dispose>;
  /** The models of the page, those that came later included. */
  manifests(): readonly ModelManifest[];
  /** Throws a `ModelyardError`; of code `not_ready` while no core is ready. */
  command(wish: Command): Reply;
  /** Tells the core something it cannot refuse. While there is none, nobody listens, and that is fine. */
  tell(use: (core: PageCore) => void): void;
  /** The settings of the app are to be laid over the configuration anew. */
  configure(): void;
}

/** What an instance asks of its management. */
export interface Attached {
  /** Opens it, before the core. Idempotent; after a failure it can be called again. */
  open(): Promise<void>;
  close(): Promise<void>;
  /**
   * A core is about to be made from these options: gives those with which it really is made. What a core before it has
   * asked for ends here.
   */
  prepare(options: object): object;
  /** That core is ready. */
  opened(): void;
  /** Settings of the app, with the configuration under them. */
  under<T extends object>(settings: T): T;
  /** Carries out what the core wants of a server. */
  readonly host: Pick<Host, "pull" | "stopPull" | "removeServed">;
  /** A model of a server, as something that answers. */
  served(engineId: string, modelId: string): Load;
  /** The options in force for an answer of a model. Throws `invalid_input`. */
  optionsFor(modelId: string, options: GenerationOptions): GenerationOptions;
  /** The context window to load a model of the page with. */
  contextWindow(modelId: string, contextWindow: number | null): number | null;
}

/** What `options.management` is on the inside. */
export interface Attachable {
  [ATTACH](port: InstancePort): Attached;
}
