/**
 * Failures that are found on this side of the seam. The advice is that of `ErrorCode::advice` in
 * `src/engine/failure.rs`; a test holds the two tables against each other.
 */
import type { ErrorCode, Failure } from "./generated/index.js";

/** What the user can do, and whether trying the same again can help. One row a code, no default row. */
const ADVICE: { readonly [code in ErrorCode]: readonly [recovery: string, retryable: boolean] } = {
  network: ["Check the connection and try again.", true],
  offline: ["Connect to a network; it goes on by itself.", true],
  timeout: ["Try again; if it happens again, choose a smaller model.", true],
  cors_or_network: ["Check the connection, and that the server allows this page's origin (CORS).", true],
  local_network_permission: ["Allow local network access for this page and try again.", true],
  storage_full: ["Delete a model or free space on the disk, then resume.", true],
  storage_unavailable: ["Leave private browsing or allow this page to store data, then reload.", false],
  integrity: ["Try again later, or tell the publisher that the file is damaged.", true],
  size_mismatch: ["Try again later, or correct the size in the model's manifest.", true],
  not_a_model: ["Check the model's URL: the file there is no model.", true],
  provider_error: ["Try again later, or choose another model.", true],
  unauthorized: ["Check the access rights or the key for this server.", false],
  rate_limited: ["Wait a moment and try again.", true],
  context_exceeded: ["Shorten the conversation or choose a model with a longer context.", false],
  not_found: ["Check the name.", false],
  in_use: ["Choose another model in the conversations that use it, or unload it first.", false],
  invalid_input: ["Correct the value.", false],
  invalid_config: ["Correct the configuration.", false],
  unknown_profile: ["Choose one of the known profiles.", false],
  no_compatible_models: ["Download or configure a model that meets the needs.", false],
  unsupported: ["Use a current version of Chrome, Edge, Firefox or Safari.", false],
  canceled: ["Start it again if it is still wanted.", true],
  superseded: ["Nothing: the newer choice is in force.", false],
  load_failed: ["Try again; if it happens again, choose a smaller model.", true],
  engine_crashed: ["Try again: it was started anew.", true],
  not_ready: ["Wait for `open()` to end.", true],
  closed: ["Create a new instance.", false],
};

/** What a failure can say besides its code and message. */
export type FailureDetails = Partial<Omit<Failure, "code" | "message">>;

/** A failure with the usual advice of its code, where `details` says nothing else. */
export function failure(code: ErrorCode, message: string, details: FailureDetails = {}): Failure {
  const [recovery, retryable] = ADVICE[code];
  return { code, message, recovery: [recovery], retryable, ...details };
}

/** Whether a value is a failure as Rust reports it. */
export function isFailure(value: unknown): value is Failure {
  if (typeof value !== "object" || value === null || value instanceof Error) return false;
  const { code, message, recovery, retryable } = value as Partial<Record<string, unknown>>;
  return (
    typeof code === "string" &&
    Object.hasOwn(ADVICE, code) &&
    typeof message === "string" &&
    Array.isArray(recovery) &&
    typeof retryable === "boolean"
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
