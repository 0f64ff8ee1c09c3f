/** The kinds of providers there are, and how a provider of the configuration is read and written. */
import type { Setting } from "modelyard/management";
import { type ConfigTree, readJson, steps, typed, valueAt, withValue, writeJson } from "../file";

export interface Kind {
  readonly kind: string;
  readonly name: string;
  readonly text: string;
  /** Where it is if it runs beside the browser. */
  readonly host: string;
}

export const OLLAMA: Kind = {
  kind: "ollama",
  name: "Ollama",
  text: "Runs models on this computer, or on another one you can reach.",
  host: "http://localhost:11434",
};

/** The name of a kind for people. */
export function kindName(kind: string): string {
  return kind === OLLAMA.kind ? OLLAMA.name : kind;
}

/** What the form holds: texts, as they were typed. */
export interface Draft {
  readonly name: string;
  readonly host: string;
  readonly timeoutSeconds: string;
  readonly options: string;
}

export type DraftField = keyof Draft;

/** A draft for a new provider, with a name that is free. */
export function newDraft(kind: Kind, taken: readonly string[]): Draft {
  let name = kind.kind;
  for (let number = 2; taken.includes(name); number += 1) name = `${kind.kind}-${String(number)}`;
  return { name, host: taken.length === 0 ? kind.host : "", timeoutSeconds: "", options: "" };
}

/** A saved provider as a draft. */
export function draftOf(tree: ConfigTree, id: string): Draft {
  const text = (key: string): string => {
    const value = valueAt(tree, ["providers", id, key]);
    if (value === undefined) return "";
    return typeof value === "string" ? value : writeJson(value);
  };
  return { name: id, host: text("host"), timeoutSeconds: text("timeoutSeconds"), options: text("options") };
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
export function configOf(kind: string, draft: Draft): Record<string, unknown> {
  const { host, timeoutSeconds, options } = draft;
  return {
    kind,
    ...(host.trim() === "" ? {} : { host: host.trim() }),
    ...(timeoutSeconds.trim() === "" ? {} : { timeoutSeconds: typed(timeoutSeconds) }),
    ...(options.trim() === "" ? {} : { options: readJson(options) }),
  };
}

/** The tree with a draft in it, in the place of the provider of the name `before`. */
export function withDraft(tree: ConfigTree, kind: string, draft: Draft, before: string | null): ConfigTree {
  const name = draft.name.trim();
  const kept = before === null ? undefined : valueAt(tree, ["providers", before]);
  const { host: _host, timeoutSeconds: _timeout, options: _options, ...others } = (kept ?? {}) as ConfigTree;
  const cleared = before === null || before === name ? tree : without(tree, before);
  return withValue(cleared, ["providers", name], { ...others, ...configOf(kind, draft) });
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
  return key === "host" || key === "timeoutSeconds" || key === "options" ? key : "name";
}

/** The layers that say something of a provider. */
export function layersOf(settings: readonly Setting[], id: string): readonly Setting["layer"][] {
  const about = settings.filter((one) => {
    const [root, provider] = steps(one.path);
    return root === "providers" && provider === id && one.layer !== "default";
  });
  return [...new Set(about.map((one) => one.layer))];
}
