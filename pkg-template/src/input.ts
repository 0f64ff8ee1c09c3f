/**
 * Checks what an app hands in, and copies it. Nothing that belongs to the app reaches Rust: only own data does, read
 * once, as JSON text. Whether a model or a job exists is for Rust to say; here it is about types.
 */

import { ModelyardError, modelyardError } from "./errors.js";
import type { ModelManifest } from "./generated/index.js";

/** The longest JSON text that is handed to Rust: 1 MiB. */
const MAX_JSON_CHARS = 1 << 20;
/** Deeper than any shape of ours; what goes on below is a cycle or an attack. */
const MAX_DEPTH = 16;

/** What a wrong value is called in an error: never runs code of the value. */
export function nameOf(value: unknown): string {
  if (typeof value === "string") return value.slice(0, 200);
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  return String(value).slice(0, 200);
}

/** The error for a wrong argument: names the field, what is wrong with it, and what it holds. */
export function invalid(field: string, reason: string, value: unknown): ModelyardError {
  return modelyardError("invalid_input", `\`${field}\` ${reason}.`, { field, value: nameOf(value) });
}

/** A text without lone surrogates, which could not be told apart once they are stored. */
export function text(field: string, value: unknown): string {
  if (typeof value !== "string") throw invalid(field, "must be a text", value);
  if (/\p{Surrogate}/u.test(value)) throw invalid(field, "contains half of a character", value);
  return value;
}

/** A whole number from `least` up. */
export function count(field: string, value: unknown, least = 0): number {
  if (!Number.isSafeInteger(value) || (value as number) < least) {
    throw invalid(field, `must be a whole number, ${least} or more`, value);
  }
  // Adding 0 makes 0 of -0.
  return (value as number) + 0;
}

/** Takes a number or says what is wrong with it. */
type NumberCheck = (field: string, value: number) => number;

/** Any number that JSON can hold. */
export function finite(field: string, value: number): number {
  if (!Number.isFinite(value)) throw invalid(field, "must be a finite number", value);
  return value;
}

/** A finite number between two others, both included. */
export function numberBetween(field: string, value: unknown, least: number, most: number): number {
  if (typeof value !== "number" || !(value >= least && value <= most)) {
    throw invalid(field, `must be a number from ${least} to ${most}`, value);
  }
  return value;
}

/** One of some texts. */
export function oneOf<T extends string>(field: string, value: unknown, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw invalid(field, `must be one of ${choices.join(", ")}`, value);
  return found;
}

/** Anything with fields, but no list. */
function objectOf(field: string, value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(field, "must be an object", value);
  }
  return value as Record<string, unknown>;
}

/** An object whose fields can be read; reading one that throws is the caller's mistake, not a crash. */
export function fieldsOf<K extends string>(
  field: string,
  value: unknown,
  names: readonly K[],
): { readonly [name in K]: unknown } {
  const object = objectOf(field, value);
  try {
    for (const name of Object.keys(object)) {
      if (!(names as readonly string[]).includes(name)) throw invalid(`${field}.${name}`, "is not known", name);
    }
    return Object.fromEntries(names.map((name) => [name, object[name]])) as {
      [name in K]: unknown;
    };
  } catch (error) {
    throw unreadable(field, value, error);
  }
}

/** The items of a list, read once. */
export function itemsOf(field: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(field, "must be a list", value);
  try {
    return Array.from(value as unknown[]);
  } catch (error) {
    throw unreadable(field, value, error);
  }
}

/**
 * A copy of the own data of a value: no getters, nothing inherited, no functions, no cycles. Numbers are what `number`
 * takes: whole ones, as most shapes that cross have them. `undefined` counts as absent.
 */
export function ownData(field: string, value: unknown, number: NumberCheck = count, depth = 0): unknown {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") return text(field, value);
  if (typeof value === "number") return number(field, value);
  if (typeof value !== "object") throw invalid(field, "must be plain data", value);
  if (depth === MAX_DEPTH) throw invalid(field, "is nested too deeply, or contains itself", value);
  try {
    return Array.isArray(value) ? ownItems(field, value, number, depth) : ownFields(field, value, number, depth);
  } catch (error) {
    throw unreadable(field, value, error);
  }
}

function ownItems(field: string, value: readonly unknown[], number: NumberCheck, depth: number): unknown[] {
  return Array.from(value, (item, index) => ownData(`${field}[${index}]`, item, number, depth + 1));
}

function ownFields(field: string, value: object, number: NumberCheck, depth: number): object {
  // Without a prototype, so that a field named `__proto__` is a field, and Rust can refuse it.
  const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const name of Object.keys(value)) {
    const path = `${field}.${name.slice(0, 60)}`;
    const property = Object.getOwnPropertyDescriptor(value, name);
    if (!property || !("value" in property)) throw invalid(path, "must be data, not a getter", "a getter");
    if (property.value !== undefined) copy[name] = ownData(path, property.value, number, depth + 1);
  }
  return copy;
}

function unreadable(field: string, value: unknown, error: unknown): unknown {
  return error instanceof ModelyardError ? error : invalid(field, "cannot be read", value);
}

/** A value as the JSON text that Rust gets. */
export function jsonOf(field: string, value: unknown): string {
  const json = JSON.stringify(value);
  if (json.length > MAX_JSON_CHARS) throw invalid(field, "is longer than 1 MiB", `${json.length} characters`);
  return json;
}

/** Copies of manifests. What is in them is for Rust to judge. */
export function manifests(field: string, value: unknown): readonly ModelManifest[] {
  return itemsOf(field, value).map((item, index) => {
    const path = `${field}[${index}]`;
    return ownData(path, objectOf(path, item)) as ModelManifest;
  });
}
