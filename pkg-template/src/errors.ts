/** The one error class of the package, and the guard that recognises it. */

import { type FailureDetails, failure, isFailure, type LocalCode, wordsOf } from "./failure.js";
import type { Decision, ErrorCode, Failure } from "./generated/index.js";

/**
 * What every call of the package throws or rejects with: a real `Error` that carries the fields of a `Failure`.
 *
 * ```ts
 * try {
 *   modelyard.select("chat-1", "no-such-model");
 * } catch (error) {
 *   if (isModelyardError(error, "not_found")) show(error.message, error.recovery);
 *   else throw error;
 * }
 * ```
 */
export class ModelyardError extends Error {
  /** The kind of failure. */
  declare readonly code: ErrorCode;
  /** What the user can do; at least one sentence. */
  declare readonly recovery: readonly string[];
  /** Whether trying the same again can help. */
  declare readonly retryable: boolean;
  /** The model it is about. */
  declare readonly model?: string;
  /** The provider or engine it is about. */
  declare readonly provider?: string;
  /** The path of the wrong field. */
  declare readonly field?: string;
  /** The wrong value, shortened to 200 characters. */
  declare readonly value?: string;
  /** The HTTP status. */
  declare readonly httpStatus?: number;
  /** The bytes that are missing on the disk. */
  declare readonly neededBytes?: number;
  /** How long the server asks to be left in peace, in milliseconds. */
  declare readonly retryAfterMs?: number;
  /** The tokens the request has. */
  declare readonly neededTokens?: number;
  /** The tokens the model has room for. */
  declare readonly contextTokens?: number;
  /** The technical cause in the words of whoever reported it. */
  declare readonly cause?: string;
  /** Further failures of the same step. */
  declare readonly others?: readonly Failure[];
  /** What the router looked at before it found no model. */
  declare readonly decision?: Decision;
  /** The same as plain data, which can be stored and posted to a worker. */
  declare readonly failure: Failure;

  constructor(plain: Failure) {
    super(plain.message);
    const { message, ...fields } = plain;
    Object.assign(this, fields, { failure: Object.freeze({ ...plain }) });
  }
}
// On the prototype, as with the errors of the language, so that printing one does not show it as a field.
Object.defineProperty(ModelyardError.prototype, "name", {
  value: "ModelyardError",
  configurable: true,
  writable: true,
});

/**
 * Whether a caught value is a `ModelyardError`, and of `code` if one is given. It goes by the shape, so it also knows
 * errors of another copy of the package.
 */
export function isModelyardError<C extends ErrorCode = ErrorCode>(
  value: unknown,
  code?: C,
): value is ModelyardError & { readonly code: C } {
  if (typeof value !== "object" || value === null) return false;
  const error = value as Partial<ModelyardError>;
  return (
    error.name === "ModelyardError" && typeof error.code === "string" && (code === undefined || error.code === code)
  );
}

/** An error with the usual advice of its code. */
export function modelyardError(code: LocalCode, message: string, details?: FailureDetails): ModelyardError {
  return new ModelyardError(failure(code, message, details));
}

/** The failure in whatever was thrown; what is none becomes one of `code`, with the thrown words as its cause. */
export function failureOf(thrown: unknown, code: LocalCode, message: string, details?: FailureDetails): Failure {
  if (isModelyardError(thrown)) return { ...details, ...thrown.failure };
  if (isFailure(thrown)) return { ...details, ...thrown };
  return failure(code, message, { ...details, cause: wordsOf(thrown) });
}
