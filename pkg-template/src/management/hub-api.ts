/** The public interfaces of `management.hub`: models of Hugging Face, found and made into manifests. */
import type { HubFileRole, HubFormat, HubGate, ModelManifest } from "../generated/index.js";

export type { HubFileRole, HubFormat, HubGate };

/** What is searched for. Everything left out means anything. */
export interface HubSearch {
  /** Words of the name. */
  readonly query?: string;
  /** Who made it. */
  readonly author?: string;
  /** The format there must be files of. */
  readonly format?: HubFormat;
  /** Which come first, always the most or the newest. Default `downloads`. */
  readonly sort?: "downloads" | "likes" | "trending" | "modified" | "created";
  /** How many on a page, from 1 to 100. Default 20. */
  readonly limit?: number;
  /** What `next` of the page before said. All else has to be as it was then. */
  readonly after?: string;
  /** A provider of the kind `huggingface`. Default: the first that is configured, or huggingface.co without a key. */
  readonly provider?: string;
  /** Aborting it rejects with `canceled` and closes the connection. */
  readonly signal?: AbortSignal;
}

/** A repository of models. What the hub does not say is `null`. */
export interface HubRepository {
  /** `owner/name`. */
  readonly id: string;
  /** Who may have its files: everybody, whoever accepts the conditions, whoever its owner lets in. */
  readonly gated: HubGate;
  /** Only some may see it. */
  readonly private: boolean;
  /** It was taken down. */
  readonly disabled: boolean;
  /** How often it was fetched within the last 30 days. */
  readonly downloads: number | null;
  readonly likes: number | null;
  /** When it was last changed (RFC 3339). */
  readonly modified: string | null;
  /** When it was made (RFC 3339). */
  readonly created: string | null;
  /** The short name of its licence, for instance `apache-2.0`. */
  readonly license: string | null;
  /** What its models do, for instance `text-generation`. */
  readonly task: string | null;
  readonly tags: readonly string[];
  /** The formats it has, of those known here. */
  readonly formats: readonly HubFormat[];
  /** The architecture of its GGUF files, for instance `llama`. */
  readonly architecture: string | null;
  readonly parametersBillions: number | null;
  /** What its models were made for, in tokens. */
  readonly contextWindow: number | null;
  /** Whether its GGUF files say how messages become a prompt. */
  readonly template: boolean;
}

export interface HubPage {
  /** In the hub's order. */
  readonly repositories: readonly HubRepository[];
  /** For `after` of the same search; `null` on the last page. */
  readonly next: string | null;
}

/** A file of a repository. */
export interface HubFile {
  readonly path: string;
  /** `null` where the hub says none that can be counted. */
  readonly sizeBytes: number | null;
  /** Small files have none. */
  readonly sha256: string | null;
  readonly role: HubFileRole;
}

/** A model of a repository: a GGUF file, its parts, or the ONNX files that are stored alike. */
export interface HubModel {
  /** The model and its quantization, or the name of its file. */
  readonly name: string;
  /** Its file, or the first of them. */
  readonly path: string;
  readonly format: HubFormat;
  /** For instance `Q4_K_M`, or `q4f16` of ONNX. */
  readonly quantization: string | null;
  readonly parametersBillions: number | null;
  /** All its files together. */
  readonly sizeBytes: number | null;
  /** How many files it has. */
  readonly parts: number;
  readonly contextWindow: number | null;
  /** What `modelyard.addModels()` takes: its URLs name the commit, its digests are the hub's. */
  readonly manifest: ModelManifest | null;
  /** Why there is no manifest, as a sentence; `null` where there is one. */
  readonly why: string | null;
}

/** A repository at one commit. */
export interface HubDetails extends HubRepository {
  /** The commit everything here is of: 40 hex digits. */
  readonly revision: string;
  /** In the order of their files. */
  readonly models: readonly HubModel[];
  /** In the hub's order, those that are no model included. */
  readonly files: readonly HubFile[];
  /** How many entries were left out because they cannot be files. */
  readonly leftOut: number;
  /** It has more files than are listed here. */
  readonly moreFiles: boolean;
}

/**
 * Hugging Face as a source of models. What is found becomes a model of the page:
 *
 * ```ts
 * const { repositories } = await management.hub.search({ query: "smollm2", format: "gguf" });
 * const { models } = await management.hub.repository(repositories[0].id);
 * const { manifest } = models.find((model) => model.manifest && model.quantization === "Q4_K_M");
 * modelyard.addModels([manifest]);
 * modelyard.download(manifest.id);
 * ```
 */
export interface ManagementHub {
  /**
   * Rejects with `invalid_input`, `rate_limited` (with `retryAfterMs`: the hub counts in windows of five minutes),
   * `offline`, `timeout` and what else keeps a provider from answering.
   */
  search(options?: HubSearch): Promise<HubPage>;
  /**
   * All of a repository: `owner/name`, or the address of its page. Rejects with `not_found` where there is none, or it
   * is private (the hub does not say which), `unauthorized` where it is gated and nobody is let in without a key.
   */
  repository(
    id: string,
    options?: {
      /** A branch, a tag or a commit. Default: what the address says, or where it stands now. */
      readonly revision?: string;
      readonly provider?: string;
      readonly signal?: AbortSignal;
    },
  ): Promise<HubDetails>;
}
