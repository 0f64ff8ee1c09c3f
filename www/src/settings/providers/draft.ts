/** How a provider of the configuration is read and written. */
import type { Setting } from "modelyard/management";
import { type ConfigTree, readJson, steps, typed, valueAt, withValue, writeJson } from "../file";
import type { Preset } from "./presets";

/** What the form holds: texts, as they were typed. */
export interface Draft {
  readonly name: string;
  readonly host: string;
  readonly timeoutSeconds: string;
  /** Names of models, a line each. */
  readonly models: string;
  readonly options: string;
}

export type DraftField = keyof Draft;

/** A draft for a new provider, with a name that is free. */
export function newDraft(preset: Preset, taken: readonly string[]): Draft {
  const base = preset.id === "other" ? "server" : preset.id;
  let name = base;
  for (let number = 2; taken.includes(name); number += 1) name = `${base}-${String(number)}`;
  // Whoever has it where it usually is adds another one, which is elsewhere.
  const host = preset.group === "computer" && name !== base ? "" : preset.host;
  return { name, host, timeoutSeconds: "", models: "", options: "" };
}

/** What is saved of a provider under a key, as text; `null` for nothing. */
export function savedText(tree: ConfigTree, id: string, key: string): string | null {
  const value = valueAt(tree, ["providers", id, key]);
  if (value === undefined) return null;
  return typeof value === "string" ? value : writeJson(value);
}

/** A saved provider as a draft. */
export function draftOf(tree: ConfigTree, id: string): Draft {
  const text = (key: string): string => savedText(tree, id, key) ?? "";
  const models = valueAt(tree, ["providers", id, "models"]);
  return {
    name: id,
    host: text("host"),
    timeoutSeconds: text("timeoutSeconds"),
    models: Array.isArray(models) ? models.join("\n") : text("models"),
    options: text("options"),
  };
}

/** The fields that can be said to be wrong without asking the package. */
export function wrongIn(draft: Draft, taken: readonly string[]): Partial<Record<DraftField, string>> {
  const wrong: Partial<Record<DraftField, string>> = {};
  if (draft.name.trim() === "") wrong.name = "A provider needs a name.";
  else if (taken.includes(draft.name.trim())) wrong.name = "There is a provider of this name already.";
  try {
    if (draft.options.trim() !== "") readJson(draft.options);
  } catch (error) {
    wrong.options = `This is no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  return wrong;
}

/** A draft as the configuration writes it; fields that were left empty say nothing. */
export function configOf(kind: string, server: string | null, draft: Draft): Record<string, unknown> {
  const { host, timeoutSeconds, options } = draft;
  const models = draft.models.split("\n").map((one) => one.trim());
  const named = models.filter((one) => one !== "");
  return {
    kind,
    ...(server === null ? {} : { server }),
    ...(host.trim() === "" ? {} : { host: host.trim() }),
    ...(timeoutSeconds.trim() === "" ? {} : { timeoutSeconds: typed(timeoutSeconds) }),
    ...(named.length === 0 ? {} : { models: named }),
    ...(options.trim() === "" ? {} : { options: readJson(options) }),
  };
}

/** The keys of the configuration that the form writes. */
const WRITTEN = ["kind", "server", "host", "timeoutSeconds", "models", "options"];

/** The tree with a provider's configuration in it, in the place of the provider of the name `before`. */
export function withProvider(
  tree: ConfigTree,
  name: string,
  config: Record<string, unknown>,
  before: string | null,
): ConfigTree {
  const kept = (before === null ? undefined : valueAt(tree, ["providers", before])) ?? {};
  const others = Object.fromEntries(Object.entries(kept as ConfigTree).filter(([key]) => !WRITTEN.includes(key)));
  const cleared = before === null || before === name ? tree : without(tree, before);
  return withValue(cleared, ["providers", name], { ...others, ...config });
}

/** The tree without a provider, and without the wish that it be the usual one. */
export function without(tree: ConfigTree, id: string): ConfigTree {
  const left = withValue(tree, ["providers", id], undefined);
  return valueAt(left, ["defaultProvider"]) === id ? withValue(left, ["defaultProvider"], undefined) : left;
}

/** The field of the form that a path of the configuration is about. */
export function fieldOf(path: string, name: string): DraftField | null {
  const [root, id, key] = steps(path);
  if (root !== "providers") return null;
  if (id === undefined || key === undefined) return "name";
  if (id !== name) return null;
  return key === "host" || key === "timeoutSeconds" || key === "models" || key === "options" ? key : "name";
}

/** The layers that say something of a provider. */
export function layersOf(settings: readonly Setting[], id: string): readonly Setting["layer"][] {
  const about = settings.filter((one) => {
    const [root, provider] = steps(one.path);
    return root === "providers" && provider === id && one.layer !== "default";
  });
  return [...new Set(about.map((one) => one.layer))];
}
