/**
 * Asks for answers and writes them into the conversation as they come. An answer belongs to its conversation and not
 * to what is on screen: it goes on while another conversation is looked at.
 */
import { type ChatMessage, isModelyardError, type Modelyard } from "modelyard";
import type { ChatStore } from "./store";
import type { Message } from "./types";

/** Leaves room for the answer; a rough count, since only the engine knows the model's tokens. */
const PROMPT_SHARE = 0.5;
const CHARACTERS_PER_TOKEN = 3;
const MOST_MESSAGES = 24;
const MOST_TOKENS = 512;

export class Answers {
  readonly #modelyard: Modelyard;
  readonly #chats: ChatStore;
  #running: ReadonlyMap<string, AbortController> = new Map();
  readonly #listeners = new Set<() => void>();

  constructor(modelyard: Modelyard, chats: ChatStore) {
    this.#modelyard = modelyard;
    this.#chats = chats;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** The conversations that are being answered. */
  readonly get = (): ReadonlyMap<string, AbortController> => this.#running;

  stop(chatId: string): void {
    this.#running.get(chatId)?.abort();
  }

  /** Adds the user's message and asks for its answer. */
  async send(chatId: string, text: string): Promise<void> {
    if (this.#running.has(chatId)) return;
    this.#chats.add(chatId, { id: crypto.randomUUID(), role: "user", text });
    await this.#answer(chatId);
  }

  async #answer(chatId: string): Promise<void> {
    const prompt = this.#prompt(chatId);
    const answer: Message = { id: crypto.randomUUID(), role: "assistant", text: "" };
    this.#chats.add(chatId, answer);
    const abort = new AbortController();
    this.#setRunning(chatId, abort);
    // The label says who answers, not who was chosen when the question was asked.
    const stopListening = this.#modelyard.on("answerStarted", ({ conversationId, modelId }) => {
      if (conversationId === chatId) this.#chats.change(chatId, answer.id, this.#label(modelId));
    });
    let written = "";
    try {
      const deltas = this.#modelyard.chat({
        conversationId: chatId,
        messages: prompt,
        options: { maxTokens: MOST_TOKENS },
        signal: abort.signal,
      });
      for await (const delta of deltas) {
        if (delta.type === "text") {
          written += delta.text;
          this.#chats.change(chatId, answer.id, { text: written });
        } else if (delta.type === "end") {
          this.#chats.change(chatId, answer.id, { ...this.#label(delta.modelId), ended: delta.reason });
        }
      }
    } catch (error) {
      // What was written stays; why it broke off stands below it.
      this.#chats.change(chatId, answer.id, { ended: "failed", problem: sentence(error) });
    } finally {
      stopListening();
      this.#setRunning(chatId, null);
    }
  }

  #label(modelId: string): Pick<Message, "modelId" | "modelName"> {
    const name = this.#modelyard.getSnapshot().models.find((one) => one.id === modelId)?.name;
    return { modelId, modelName: name ?? modelId };
  }

  /** The newest messages that fit into the model's context. */
  #prompt(chatId: string): ChatMessage[] {
    const { conversations, models } = this.#modelyard.getSnapshot();
    const active = conversations.find((one) => one.id === chatId)?.activeModel;
    const contextWindow = models.find((one) => one.id === active)?.contextWindow ?? 2048;
    let room = contextWindow * PROMPT_SHARE * CHARACTERS_PER_TOKEN;
    const prompt: ChatMessage[] = [];
    for (const message of [...(this.#chats.chat(chatId)?.messages ?? [])].reverse().slice(0, MOST_MESSAGES)) {
      room -= message.text.length;
      if (room < 0 && prompt.length > 0) break;
      if (message.text !== "") prompt.unshift({ role: message.role, content: message.text });
    }
    // Models expect the user's turn first.
    while (prompt[0]?.role === "assistant") prompt.shift();
    return prompt;
  }

  #setRunning(chatId: string, abort: AbortController | null): void {
    const running = new Map(this.#running);
    if (abort === null) running.delete(chatId);
    else running.set(chatId, abort);
    this.#running = running;
    for (const listener of [...this.#listeners]) listener();
  }
}

function sentence(error: unknown): string {
  if (isModelyardError(error)) return [error.message, error.recovery[0]].filter(Boolean).join(" ");
  return error instanceof Error ? error.message : String(error);
}
