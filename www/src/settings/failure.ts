/** Failures of the package, as the settings show them. */
import { type Failure, isModelyardError } from "modelyard";

/** What was thrown, as a failure. */
export function failureFrom(error: unknown): Failure {
  if (isModelyardError(error)) return error.failure;
  const message = error instanceof Error ? error.message : String(error);
  return { code: "invalid_input", message, recovery: [], retryable: false };
}

/** A failure and those that came with it. */
export function allOf(failure: Failure): readonly Failure[] {
  return [failure, ...(failure.others ?? [])];
}

/** What is wrong with a field, as a sentence that stands beside it: there its path would only be noise. */
export function besideField(failure: Failure): string {
  const { field, message } = failure;
  if (field === undefined || !message.startsWith(field)) return message;
  return `This ${message
    .slice(field.length)
    .replace(/^ \(\w+\)/, "")
    .trimStart()}`;
}

/**
 * Sorts the errors of a configuration to the fields of a form. `place` says which field a path belongs to; what
 * belongs to none is in `rest`.
 */
export function byField<Name extends string>(
  failure: Failure,
  place: (path: string) => Name | null,
): { readonly fields: Partial<Record<Name, string>>; readonly rest: readonly Failure[] } {
  const fields: Partial<Record<Name, string>> = {};
  const rest: Failure[] = [];
  for (const one of allOf(failure)) {
    const name = one.field === undefined ? null : place(one.field);
    if (name === null) rest.push(one);
    else fields[name] ??= besideField(one);
  }
  return { fields, rest };
}
