/** Checks the options of `createModelyard()`. */
import type { InPageEngine, ModelyardOptions } from "./api.js";
import { ATTACH, type Attachable } from "./attachment.js";
import type { ModelManifest } from "./generated/index.js";
import { count, fieldsOf, invalid, itemsOf, jsonOf, manifests, oneOf, text } from "./input.js";
import { type CheckedSettings, checkSettings, SETTINGS } from "./routing.js";

/** The options, checked, with every default filled in. */
export interface CheckedOptions {
  readonly models: readonly ModelManifest[];
  readonly defaultModel: string | null;
  readonly defaultProfile: string | null;
  readonly settings: CheckedSettings;
  readonly engines: readonly InPageEngine[];
  readonly namespace: string;
  /** `null`: nothing is said. */
  readonly superseded: "cancel" | "keep" | null;
  readonly allowPrivateHosts: boolean;
  readonly loadTimeoutMs: number;
  readonly wasm: ModelyardOptions["wasm"];
  readonly worker: ModelyardOptions["worker"];
  readonly management: Attachable | null;
}

const NAMES = [
  "models",
  "defaultModel",
  "defaultProfile",
  ...SETTINGS,
  "engines",
  "namespace",
  "superseded",
  "allowPrivateHosts",
  "loadTimeoutMs",
  "wasm",
  "worker",
  "management",
] as const satisfies ReadonlyArray<keyof ModelyardOptions>;

const DEFAULT_LOAD_TIMEOUT_MS = 120_000;

/** Throws `invalid_input` that names the field. */
export function checkOptions(options: unknown): CheckedOptions {
  const given = fieldsOf("options", options, NAMES);
  const models = manifests("options.models", given.models);
  const checked = {
    models,
    // Servers' models are known when the core is open: then the core says whether there is such a one.
    defaultModel: checkDefaultModel(given.defaultModel, given.management ? null : models),
    defaultProfile: given.defaultProfile == null ? null : text("options.defaultProfile", given.defaultProfile),
    settings: checkSettings("options", Object.fromEntries(SETTINGS.map((name) => [name, given[name]]))),
    engines: checkEngines(given.engines),
    namespace: checkNamespace(given.namespace ?? "default"),
    superseded: given.superseded == null ? null : oneOf("options.superseded", given.superseded, ["cancel", "keep"]),
    allowPrivateHosts: checkFlag("options.allowPrivateHosts", given.allowPrivateHosts ?? false),
    loadTimeoutMs: count("options.loadTimeoutMs", given.loadTimeoutMs ?? DEFAULT_LOAD_TIMEOUT_MS, 1),
    wasm: checkWasm(given.wasm),
    worker: checkWorker(given.worker),
    management: checkManagement(given.management),
  };
  // Too much for Rust is found here, not in open().
  jsonOf("options.models", models);
  jsonOf("options", { models, ...checked.settings });
  return checked;
}

/** What Rust gets of the options, but for what management has to say. `added` are manifests that came later. */
export function coreOptions(
  options: CheckedOptions,
  bundledCatalog: string,
  added: readonly ModelManifest[],
  settings: CheckedSettings,
): object {
  const models = new Map([...options.models, ...added].map((manifest) => [manifest.id, manifest]));
  return {
    namespace: options.namespace,
    bundledCatalog,
    superseded: options.superseded ?? "cancel",
    defaultModel: options.defaultModel,
    defaultProfile: options.defaultProfile,
    ...settings,
    allowPrivateHosts: options.allowPrivateHosts,
    engines: options.engines.map((engine) => engine.id),
    // Without `added` the list goes as it is: two entries of one id are for Rust to refuse.
    models: added.length === 0 ? options.models : [...models.values()],
  };
}

export function checkFlag(field: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw invalid(field, "must be true or false", value);
  return value;
}

function checkDefaultModel(value: unknown, models: readonly ModelManifest[] | null): string | null {
  if (value === undefined || value === null) return null;
  const id = text("options.defaultModel", value);
  if (models?.every((manifest) => manifest.id !== id)) {
    throw invalid("options.defaultModel", "is not the id of one of `models`", id);
  }
  return id;
}

function checkNamespace(value: unknown): string {
  const namespace = text("options.namespace", value);
  if (!/^[a-z0-9-]{1,32}$/.test(namespace)) {
    throw invalid("options.namespace", "must be 1 to 32 characters of a-z, 0-9 and -", namespace);
  }
  return namespace;
}

function checkEngines(value: unknown): readonly InPageEngine[] {
  const ids = new Set<string>();
  return itemsOf("options.engines", value).map((item, index) => {
    const field = `options.engines[${index}]`;
    const engine = item as Partial<InPageEngine> | null;
    if (typeof engine !== "object" || engine === null) throw invalid(field, "must be an engine", item);
    const id = text(`${field}.id`, engine.id);
    if (typeof engine.load !== "function") throw invalid(`${field}.load`, "must be a function", engine.load);
    if (ids.has(id)) throw invalid(`${field}.id`, "is used twice", id);
    ids.add(id);
    return engine as InPageEngine;
  });
}

export function checkWasm(value: unknown): ModelyardOptions["wasm"] {
  if (value === undefined || typeof value === "string" || value instanceof URL) return value;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value as BufferSource;
  if (typeof WebAssembly === "object" && value instanceof WebAssembly.Module) return value;
  throw invalid("options.wasm", "must be a URL, bytes or a WebAssembly.Module", value);
}

function checkWorker(value: unknown): ModelyardOptions["worker"] {
  if (value === undefined || typeof value === "function") return value as ModelyardOptions["worker"];
  throw invalid("options.worker", "must be a function that makes a Worker", value);
}

function checkManagement(value: unknown): Attachable | null {
  if (value === undefined || value === null) return null;
  if (typeof (value as Partial<Attachable>)[ATTACH] === "function") return value as Attachable;
  throw invalid("options.management", "must come from createManagement()", value);
}
