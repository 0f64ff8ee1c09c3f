/** Errors as the package throws them, for the stand-in. */
import type { Failure } from "../../src/generated/index.js";

/** A failure with everything it must have. */
export function fakeFailure(code: Failure["code"], message: string, extra: Partial<Failure> = {}): Failure {
  return { code, message, recovery: ["Try again."], retryable: true, ...extra };
}

/** An error as the package throws it. */
export class FakeError extends Error implements Failure {
  readonly code: Failure["code"];
  readonly recovery: string[];
  readonly retryable: boolean;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = "ModelyardError";
    this.code = failure.code;
    this.recovery = failure.recovery;
    this.retryable = failure.retryable;
  }

  declare model?: string;
  declare cause?: string;
}
