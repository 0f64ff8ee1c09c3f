/** What happens when a model fails: what people chose, and what happened as a sentence. */
import type { Attempt, Author } from "./types";

export const FALLBACKS = ["auto", "never", "beforeText", "afterText"] as const;
export type Fallback = (typeof FALLBACKS)[number];

const KEPT = "demo:fallback";

/** `auto` leaves it to the package. */
export function readFallback(): Fallback {
  try {
    const kept = localStorage.getItem(KEPT);
    return FALLBACKS.find((one) => one === kept) ?? "auto";
  } catch {
    return "auto";
  }
}

export function writeFallback(fallback: Fallback): void {
  try {
    localStorage.setItem(KEPT, fallback);
  } catch {
    // Storage is blocked: it stays as it was.
  }
}

/** A model and who serves it. */
function authorWords({ modelName, provider }: Author): string {
  const model = modelName ?? "another model";
  return provider === undefined ? model : `${model} on ${provider}`;
}

/** What went wrong, said of whoever it was about. */
function troubleWords({ failure, modelName, provider, text }: Attempt): string {
  const model = modelName ?? "The model";
  const who = provider ?? model;
  if (text !== "") return `${who} broke off`;
  switch (failure.code) {
    case "rate_limited":
      return `${who} was rate limited`;
    case "overloaded":
      return `${who} was overloaded`;
    case "timeout":
      return `${who} took too long`;
    case "network":
    case "offline":
    case "cors_or_network":
    case "local_network_permission":
      return `${who} could not be reached`;
    case "context_exceeded":
      return `This conversation is too long for ${model}`;
    case "not_found":
      return `${who} does not have ${model} any more`;
    case "load_failed":
      return `${model} could not be loaded`;
    case "engine_crashed":
      return `${model} broke down`;
    default:
      return `${who} failed`;
  }
}

/** What happened, in a sentence: who failed and who went on. */
export function fallbackWords(attempt: Attempt, hasAnswered: boolean): string {
  const next = authorWords(attempt.next);
  return `${troubleWords(attempt)}; ${hasAnswered ? "answered by" : "then asked:"} ${next}`;
}
