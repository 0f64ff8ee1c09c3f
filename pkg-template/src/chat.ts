/**
 * The reader's side of `chat()`. In order: the first `next()` asks the core for an answer; when the engine can start,
 * deltas are put in and wait here until they are read; the stream ends with `end`, or throws.
 *
 * The invariant: a stream ends once. Whatever comes after that, late tokens above all, is dropped.
 */
import type { ChatDelta, EngineDelta } from "./api.js";
import type { CheckedChat } from "./chat-request.js";
import { createLine } from "./engines/queue.js";
import { ModelyardError } from "./errors.js";
import type { Answerer, Failure, Tried } from "./generated/index.js";

/** Where the deltas of one answer go. */
export interface AnswerSink {
  readonly chat: CheckedChat;
  /** The model that answers is known. */
  started(modelId: string, provider: string): void;
  /** Another model takes over. */
  fellBack(step: FellBack): void;
  delta(delta: EngineDelta): void;
  ended(reason: EndReason): void;
  failed(failure: Failure): void;
}

type EndReason = Extract<ChatDelta, { type: "end" }>["reason"];

/** What is told of a model that takes over. */
export type FellBack = Omit<Extract<ChatDelta, { type: "fallback" }>, "type">;

/** What a stream needs of its surroundings. */
export interface AnswerSource {
  /** Asks for an answer. Throws a `ModelyardError`. The function that comes back gives the answer up. */
  request(sink: AnswerSink): () => void;
  /** Who would answer, for a stream that is aborted before the engine said so. */
  expected(whom: CheckedChat["whom"]): Answerer;
}

type Step = IteratorResult<ChatDelta, undefined>;

const DONE: Step = { done: true, value: undefined };

/** A stream that has asked for nothing yet. */
export function createChatStream(chat: CheckedChat, source: AnswerSource): AsyncIterable<ChatDelta> & AnswerSink {
  const ready = createLine<ChatDelta>();
  const readers: Array<{ resolve: (step: Step) => void; reject: (error: unknown) => void }> = [];
  const tried: Tried[] = [];
  let answerer: Answerer | null = null;
  let giveUp: (() => void) | null = null;
  let begun = false;
  let over = false;
  let failure: Failure | null = null;

  function put(delta: ChatDelta): void {
    const reader = readers.shift();
    if (reader) reader.resolve({ done: false, value: delta });
    else ready.put(delta);
  }

  /** The one way to end. */
  function finish(how: EndReason | "left" | Failure): void {
    if (over) return;
    over = true;
    chat.signal?.removeEventListener("abort", abort);
    if (how === "left" || how === "aborted") ready.clear();
    if (typeof how === "object") {
      failure = how;
      readers.shift()?.reject(takeFailure());
    } else if (how !== "left") {
      put({ type: "end", reason: how, ...(answerer ?? source.expected(chat.whom)), tried });
    }
    for (const reader of readers.splice(0)) reader.resolve(DONE);
  }

  function takeFailure(): ModelyardError {
    const error = new ModelyardError(failure as Failure);
    failure = null;
    return error;
  }

  function abort(): void {
    finish("aborted");
    giveUp?.();
  }

  function begin(): void {
    begun = true;
    if (chat.signal?.aborted) {
      finish("aborted");
      return;
    }
    chat.signal?.addEventListener("abort", abort);
    try {
      giveUp = source.request(sink);
    } catch (error) {
      finish("left");
      throw error;
    }
  }

  function leave(): void {
    begun = true;
    finish("left");
    giveUp?.();
  }

  const sink: AsyncIterable<ChatDelta> & AnswerSink = {
    chat,
    started(modelId, provider) {
      answerer = { modelId, provider };
    },
    fellBack({ failure, from, to, afterText, explanation }) {
      if (over) return;
      tried.push({ ...from, failure });
      answerer = to;
      put({ type: "fallback", failure, from, to, afterText, explanation });
    },
    delta(delta) {
      if (over) return;
      if (delta.type === "end") finish(delta.reason);
      else put(delta);
    },
    ended: finish,
    failed: finish,
    [Symbol.asyncIterator]: () => iterator,
  };

  const iterator: AsyncIterator<ChatDelta, undefined> = {
    async next() {
      if (!begun) begin();
      const delta = ready.take();
      if (delta) return { done: false, value: delta };
      if (failure) throw takeFailure();
      if (over) return DONE;
      return new Promise((resolve, reject) => readers.push({ resolve, reject }));
    },
    async return() {
      leave();
      return DONE;
    },
    async throw(error) {
      leave();
      throw error;
    },
  };
  return sink;
}
