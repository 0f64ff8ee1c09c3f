/** Checks what is handed to `chat()`, and copies it: the app may change its messages while the answer is coming. */
import type { ChatAbility, ChatRequest, EngineChatRequest, GenerationOptions } from "./api.js";
import type { Fallback, Needs } from "./generated/index.js";
import { count, fieldsOf, finite, invalid, itemsOf, numberBetween, oneOf, ownData, text } from "./input.js";

/** A chat request, checked. */
export interface CheckedChat {
  /** Who is asked: the conversation's model, or the named one. */
  readonly whom: { readonly conversationId: string } | { readonly modelId: string };
  readonly request: Omit<EngineChatRequest, "signal">;
  /** What it needs besides text. */
  readonly needs: readonly ChatAbility[];
  /** What the core is told of it: what a model that takes over must be able to do, and when it may. */
  readonly asks: { readonly needs: Needs; readonly fallback?: Fallback };
  readonly signal: AbortSignal | null;
}

const ROLES = ["system", "user", "assistant", "tool"] as const;
const EXTRAS = ["tools", "think", "format"] as const;
const FALLBACKS = ["never", "beforeText", "afterText"] as const;
const NAMES = ["conversationId", "model", "messages", "options", "fallback", "signal", ...EXTRAS] as const;
const PARTS = ["role", "content", "images", "reasoning", "toolCalls", "toolCallId", "toolName"] as const;

/**
 * Throws `invalid_input` that names the field. Bounds are those of requirement K3. What is in tools, pictures and the
 * shape is for whoever answers to judge.
 */
export function checkChat(request: unknown): CheckedChat {
  const { conversationId, model, messages, options, fallback, signal, ...rest } = fieldsOf("request", request, NAMES);
  if ((conversationId === undefined) === (model === undefined)) {
    throw invalid("request", "must name either a conversation or a model", request);
  }
  const extras = ownData("request", rest, finite) as Pick<ChatRequest, (typeof EXTRAS)[number]>;
  const needs = new Set<ChatAbility>(EXTRAS.filter((what) => extras[what]));
  if (extras.tools && itemsOf("request.tools", extras.tools).length === 0) needs.delete("tools");
  const copies = itemsOf("request.messages", messages).map((item, index) => {
    const field = `request.messages[${index}]`;
    const message = ownData(field, fieldsOf(field, item, PARTS), finite) as ChatRequest["messages"][number];
    if (message.images?.length) needs.add("images");
    if (message.toolCalls?.length || message.role === "tool") needs.add("tools");
    oneOf(`${field}.role`, message.role, ROLES);
    text(`${field}.content`, message.content);
    return message;
  });
  if (copies.length === 0) throw invalid("request.messages", "must hold at least one message", copies);
  const checked = checkGeneration(options ?? {});
  return {
    whom:
      model === undefined
        ? { conversationId: text("request.conversationId", conversationId) }
        : { modelId: text("request.model", model) },
    request: { messages: copies, ...extras, options: checked },
    needs: [...needs],
    asks: {
      needs: {
        tokens: leastTokens(copies, checked.maxTokens),
        ...(needs.has("tools") && { tools: true }),
        ...(needs.has("images") && { images: true }),
        ...(needs.has("think") && { capabilities: ["reasoning"] }),
      },
      ...(fallback !== undefined && { fallback: oneOf("request.fallback", fallback, FALLBACKS) }),
    },
    signal: checkSignal(signal),
  };
}

/** The bytes of a token at most: only words that are common and long have as many. */
const TOKEN_BYTES = 6;
const LARGEST = 0xffff_ffff;

/**
 * The tokens a request has at least, its answer included. What it really has only the model's own tokenizer knows; with
 * less than this a model need not be tried.
 */
function leastTokens(messages: ChatRequest["messages"], maxTokens = 0): number {
  const encoder = new TextEncoder();
  const bytes = messages.reduce((sum, { content }) => sum + encoder.encode(content).length, 0);
  return Math.min(Math.floor(bytes / TOKEN_BYTES) + maxTokens, LARGEST);
}

const whole = (field: string, value: unknown): number => count(field, value, 1);

/** How each option is checked. */
const CHECKS: { readonly [name in keyof GenerationOptions]-?: (field: string, value: unknown) => unknown } = {
  temperature: (field, value) => numberBetween(field, value, 0, 2),
  maxTokens: whole,
  topP: (field, value) => numberBetween(field, value, 0, 1),
  topK: whole,
  repeatPenalty: (field, value) => numberBetween(field, value, Number.MIN_VALUE, Number.MAX_VALUE),
  seed: count,
  stop: (field, value) => itemsOf(field, value).map((item, i) => stopText(`${field}[${i}]`, item)),
  contextSize: whole,
};

function checkGeneration(value: unknown): GenerationOptions {
  const field = "request.options";
  const given = fieldsOf(field, value, Object.keys(CHECKS) as Array<keyof GenerationOptions>);
  const checked = Object.entries(given).flatMap(([name, item]) =>
    item === undefined ? [] : [[name, CHECKS[name as "seed"](`${field}.${name}`, item)]],
  );
  return Object.fromEntries(checked) as GenerationOptions;
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
