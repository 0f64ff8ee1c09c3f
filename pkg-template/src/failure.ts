/**
 * Failures that are found on this side of the seam. The advice is that of `ErrorCode::advice` in
 * `src/engine/failure.rs`; a test holds the two tables against each other.
 */
import type { ErrorCode, Failure } from "./generated/index.js";

/** What the user can do, and whether trying the same again can help. */
const ADVICE = {
  network: ["Check the connection and try again.", true],
  timeout: ["Try again; if it happens again, choose a smaller model.", true],
  not_a_model: ["Check the model's URL: the file there is no model.", true],
  provider_error: ["Try again later, or choose another model.", true],
  context_exceeded: ["Shorten the conversation or choose a model with a longer context.", false],
  not_found: ["Check the name.", false],
  invalid_input: ["Correct the value.", false],
  unsupported: ["Use a current version of Chrome, Edge, Firefox or Safari.", false],
  canceled: ["Start it again if it is still wanted.", true],
  load_failed: ["Try again; if it happens again, choose a smaller model.", true],
  engine_crashed: ["Try again: it was started anew.", true],
  not_ready: ["Wait for `open()` to end.", true],
  closed: ["Create a new instance.", false],
} as const satisfies { readonly [code in ErrorCode]?: readonly [recovery: string, retryable: boolean] };

/** The codes of failures that are found on this side. All others are found in Rust. */
export type LocalCode = keyof typeof ADVICE;

/** The codes of {@link LocalCode}, for the test that compares the tables. */
export const LOCAL_CODES = /* @__PURE__ */ Object.keys(ADVICE) as readonly LocalCode[];

/** What a failure can say besides its code and message. */
export type FailureDetails = Partial<Omit<Failure, "code" | "message">>;

/** A failure with the usual advice of its code, where `details` says nothing else. */
export function failure(code: LocalCode, message: string, details: FailureDetails = {}): Failure {
  const [recovery, retryable] = ADVICE[code];
  return { code, message, recovery: [recovery], retryable, ...details };
}

/** Whether a value is a failure as Rust reports it. */
export function isFailure(value: unknown): value is Failure {
  if (typeof value !== "object" || value === null || value instanceof Error) return false;
  const { code, message, recovery, retryable } = value as Partial<Record<string, unknown>>;
  return (
    typeof code === "string" && typeof message === "string" && Array.isArray(recovery) && typeof retryable === "boolean"
  );
}

/** The words of whatever was thrown: errors, bare strings, anything. Never throws. */
export function wordsOf(thrown: unknown): string {
  try {
    const text = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
    return text.slice(0, 500);
  } catch {
    return "(a value that cannot be shown)";
  }
}
