/**
 * The saved configuration as a tree that can be changed in one place. What is not touched stays as it was written, the
 * digits of its numbers too where the browser can tell them.
 */
export type ConfigTree = Readonly<Record<string, unknown>>;

/** New in JavaScript: numbers that are written as they were read. */
const { rawJSON } = JSON as unknown as { readonly rawJSON?: (text: string) => unknown };
const asWritten = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === "number" && rawJSON !== undefined && context?.source !== undefined ? rawJSON(context.source) : value;

/** Reads JSON. Throws what `JSON.parse` throws. */
export function readJson(text: string): unknown {
  return JSON.parse(text, asWritten as (key: string, value: unknown) => unknown);
}

export function writeJson(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/** A number as it was typed, or the text where that is no number: what is wrong with it, the package says. */
export function typed(text: string): unknown {
  const trimmed = text.trim();
  try {
    const value = readJson(trimmed);
    return typeof JSON.parse(trimmed) === "number" ? value : trimmed;
  } catch {
    return trimmed;
  }
}

function isTree(value: unknown): value is ConfigTree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A configuration as a tree; what is no JSON object counts as none. */
export function readFile(text: string | null): ConfigTree {
  try {
    const value = text === null ? null : readJson(text);
    return isTree(value) ? value : {};
  } catch {
    // What came with the page may be anything; the package has said so.
    return {};
  }
}

/** What stands at a place, `undefined` for nothing. */
export function valueAt(tree: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return tree;
  return isTree(tree) && Object.hasOwn(tree, key) ? valueAt(tree[key], rest) : undefined;
}

/** The tree with another value at a place; `undefined` takes it away, and what is empty then with it. */
export function withValue(tree: ConfigTree, [key, ...rest]: readonly string[], value: unknown): ConfigTree {
  if (key === undefined) return tree;
  const { [key]: before, ...others } = tree;
  const after = rest.length === 0 ? value : withValue(isTree(before) ? before : {}, rest, value);
  const isGone =
    after === undefined || (rest.length > 0 && value === undefined && Object.keys(after as ConfigTree).length === 0);
  if (isGone) return others;
  // Where it stood before, so that a changed configuration still reads as its writer left it.
  return Object.hasOwn(tree, key) ? { ...tree, [key]: after } : { ...others, [key]: after };
}

/** The steps of a path as settings write it: `models["llama3.2:3b"].topP`. */
export function steps(path: string): string[] {
  return [...path.matchAll(/\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, plain]) =>
    quoted === undefined ? (index ?? plain ?? "") : (JSON.parse(quoted) as string),
  );
}
