/** Checks the options of `createManagement()`, and makes texts of what becomes a layer. */
import { fieldsOf, finite, invalid, jsonOf, ownData, text } from "../input.js";
import { checkFlag, checkWasm } from "../options.js";
import type { ManagementOptions, WritableLayer } from "./api.js";

/** The options, checked. */
export interface CheckedManagement {
  /** The text of the file, or where it is. */
  readonly file: string | URL | null;
  /** Texts of the layers that are known from the beginning. */
  readonly layers: readonly LayerText[];
  /** Whether the query string of the page's address counts. */
  readonly ownPage: boolean;
  readonly wasm: ManagementOptions["wasm"];
  readonly stored: boolean;
  readonly acknowledgeKeyInBrowser: boolean;
}

export interface LayerText {
  readonly layer: WritableLayer;
  readonly text: string;
}

const NAMES = [
  "file",
  "environment",
  "config",
  "page",
  "wasm",
  "stored",
  "acknowledgeKeyInBrowser",
] as const satisfies ReadonlyArray<keyof ManagementOptions>;
/** What the names of variables begin with; the others are no business of ours, and may be secret. */
const PREFIX = "MODELYARD_";

/** Throws `invalid_input` that names the field. */
export function checkManagement(options: unknown): CheckedManagement {
  const given = fieldsOf("options", options ?? {}, NAMES);
  const { file = null, page = false } = given;
  const layers: LayerText[] = [];
  if (given.environment !== undefined) {
    layers.push({ layer: "environment", text: layerText("options.environment", "environment", given.environment) });
  }
  if (given.config !== undefined) {
    layers.push({ layer: "options", text: layerText("options.config", "options", given.config) });
  }
  if (typeof page !== "boolean") layers.push({ layer: "page", text: text("options.page", page) });
  return {
    file: file instanceof URL || file === null ? file : text("options.file", file),
    layers,
    ownPage: page === true,
    wasm: checkWasm(given.wasm),
    stored: checkFlag("options.stored", given.stored ?? true),
    acknowledgeKeyInBrowser: checkFlag("options.acknowledgeKeyInBrowser", given.acknowledgeKeyInBrowser ?? false),
  };
}

/** A layer as the text that Rust reads. */
export function layerText(field: string, layer: WritableLayer, value: unknown): string {
  if (typeof value === "string") return text(field, value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(field, "must be an object or a text", value);
  }
  return jsonOf(field, layer === "environment" ? variables(field, value) : ownData(field, value, finite));
}

/** The strings of an environment whose names are ours. What is no string (Vite's flags) is none of them. */
function variables(field: string, value: object): Record<string, string> {
  try {
    const ours = Object.entries(value).filter(([name, item]) => name.startsWith(PREFIX) && typeof item === "string");
    return Object.fromEntries(ours.map(([name, item]) => [name, text(`${field}.${name}`, item)]));
  } catch (error) {
    if (error instanceof Error && error.name === "ModelyardError") throw error;
    throw invalid(field, "cannot be read", value);
  }
}
