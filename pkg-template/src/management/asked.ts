/** Checks what calls of a management are given besides names. */
import { modelyardError } from "../errors.js";
import { count, fieldsOf, invalid, text } from "../input.js";
import { checkFlag } from "../options.js";

export interface Asked {
  readonly provider: string | null;
  readonly refresh: boolean;
  readonly waitMs: number | null;
  readonly signal: AbortSignal | null;
}

/** Throws `invalid_input` that names the field. */
export function checkAsked(given: unknown, names: ReadonlyArray<keyof Asked>): Asked {
  const asked = fieldsOf("options", given, names) as Partial<Record<keyof Asked, unknown>>;
  const { provider, refresh, waitMs, signal } = asked;
  return {
    provider: provider === undefined ? null : text("options.provider", provider),
    refresh: checkFlag("options.refresh", refresh ?? false),
    // An hour is for ever; the number has to fit into what Rust reads.
    waitMs: waitMs === undefined ? null : Math.min(count("options.waitMs", waitMs), 3_600_000),
    signal: checkSignal(signal),
  };
}

/** Throws `invalid_input` for what is no signal. */
export function checkSignal(signal: unknown): AbortSignal | null {
  if (signal !== undefined && typeof (signal as Partial<AbortSignal> | null)?.aborted !== "boolean") {
    throw invalid("options.signal", "must be an AbortSignal", signal);
  }
  return (signal as AbortSignal | undefined) ?? null;
}

/** Throws `canceled` once the signal was aborted. */
export function checkGoing(signal: AbortSignal | null): void {
  if (signal?.aborted) throw modelyardError("canceled", "The question was given up.");
}

/** The same for something that is waited for: its answer comes too late then. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | null): Promise<T> {
  if (!signal) return work;
  checkGoing(signal);
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(modelyardError("canceled", "The question was given up."));
    signal.addEventListener("abort", stop);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
