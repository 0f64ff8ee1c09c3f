/** Checks what is handed to `chat()`, and copies it: the app may change its messages while the answer is coming. */
import type { ChatMessage, GenerationOptions } from "./api.js";
import { count, fieldsOf, invalid, itemsOf, numberBetween, oneOf, text } from "./input.js";

/** A chat request, checked. */
export interface CheckedChat {
  readonly conversationId: string;
  readonly messages: readonly ChatMessage[];
  readonly options: GenerationOptions;
  readonly signal: AbortSignal | null;
}

const ROLES = ["system", "user", "assistant"] as const;

/** Throws `invalid_input` that names the field. Bounds are those of requirement K3. */
export function checkChat(request: unknown): CheckedChat {
  const given = fieldsOf("request", request, ["conversationId", "messages", "options", "signal"]);
  const messages = itemsOf("request.messages", given.messages).map((item, index) => {
    const field = `request.messages[${index}]`;
    const message = fieldsOf(field, item, ["role", "content"]);
    return { role: oneOf(`${field}.role`, message.role, ROLES), content: text(`${field}.content`, message.content) };
  });
  if (messages.length === 0) throw invalid("request.messages", "must hold at least one message", messages);
  return {
    conversationId: text("request.conversationId", given.conversationId),
    messages,
    options: checkGeneration(given.options ?? {}),
    signal: checkSignal(given.signal),
  };
}

function checkGeneration(value: unknown): GenerationOptions {
  const field = "request.options";
  const given = fieldsOf(field, value, ["temperature", "maxTokens", "topP", "topK", "seed", "stop"]);
  return {
    ...optional("temperature", given.temperature, (path, v) => numberBetween(path, v, 0, 2)),
    ...optional("maxTokens", given.maxTokens, (path, v) => count(path, v, 1)),
    ...optional("topP", given.topP, (path, v) => numberBetween(path, v, 0, 1)),
    ...optional("topK", given.topK, (path, v) => count(path, v, 1)),
    ...optional("seed", given.seed, (path, v) => count(path, v)),
    ...optional("stop", given.stop, (path, v) => itemsOf(path, v).map((item, i) => stopText(`${path}[${i}]`, item))),
  };

  function optional<K extends string, T>(
    name: K,
    item: unknown,
    check: (path: string, item: unknown) => T,
  ): { readonly [name in K]?: T } {
    return item === undefined ? {} : ({ [name]: check(`${field}.${name}`, item) } as { [name in K]: T });
  }
}

function stopText(field: string, value: unknown): string {
  const stop = text(field, value);
  if (stop === "") throw invalid(field, "must not be empty", stop);
  return stop;
}

function checkSignal(value: unknown): AbortSignal | null {
  if (value === undefined || value === null) return null;
  const signal = value as Partial<AbortSignal>;
  if (
    typeof value !== "object" ||
    typeof signal.aborted !== "boolean" ||
    typeof signal.addEventListener !== "function"
  ) {
    throw invalid("request.signal", "must be an AbortSignal", value);
  }
  return value as AbortSignal;
}
