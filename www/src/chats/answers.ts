/**
 * Asks for answers and writes them into the conversation as they come. An answer belongs to its conversation and not
 * to what is on screen: it goes on while another conversation is looked at.
 */
import { type ChatMessage, type GenerationOptions, isModelyardError, type ModelState, type Modelyard } from "modelyard";
import type { Management } from "modelyard/management";
import { readFallback } from "./fallback";
import type { ChatStore } from "./store";
import type { Attempt, Author, Message } from "./types";

/** Leaves room for the answer; a rough count, since only the engine knows the model's tokens. */
const PROMPT_SHARE = 0.5;
const CHARACTERS_PER_TOKEN = 3;
const MOST_MESSAGES = 24;
/** For models of the page, where nobody says otherwise: they are small, and some never end by themselves. */
const MOST_TOKENS = 512;
/** What a model of which nothing is known is taken to hold. */
const CONTEXT = 2048;
/** What wllama loads a model with, and what Ollama keeps of a conversation, if nobody says how much, whatever the model was made for. */
const USUAL_CONTEXT = 4096;

export class Answers {
  readonly #modelyard: Modelyard;
  readonly #management: Management;
  readonly #chats: ChatStore;
  #running: ReadonlyMap<string, AbortController> = new Map();
  readonly #listeners = new Set<() => void>();

  constructor(modelyard: Modelyard, management: Management, chats: ChatStore) {
    this.#modelyard = modelyard;
    this.#management = management;
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

  /** Asks again for an answer that failed, in its place. */
  async retry(chatId: string): Promise<void> {
    const last = this.#chats.chat(chatId)?.messages.at(-1);
    if (this.#running.has(chatId) || last?.ended !== "failed") return;
    this.#chats.take(chatId, last.id);
    await this.#answer(chatId);
  }

  async #answer(chatId: string): Promise<void> {
    const model = this.#active(chatId);
    const prompt = this.#prompt(chatId, model);
    const answer: Message = { id: crypto.randomUUID(), role: "assistant", text: "" };
    this.#chats.add(chatId, answer);
    const abort = new AbortController();
    this.#setRunning(chatId, abort);
    // The label says who answers, not who was chosen when the question was asked.
    const stopListening = this.#modelyard.on("answerStarted", ({ conversationId, modelId }) => {
      if (conversationId === chatId) this.#chats.change(chatId, answer.id, this.#label(modelId));
    });
    let written = "";
    let thought = "";
    let attempts: readonly Attempt[] = [];
    const fallback = readFallback();
    try {
      const deltas = this.#modelyard.chat({
        conversationId: chatId,
        messages: prompt,
        options: this.#options(model),
        signal: abort.signal,
        ...(fallback === "auto" ? {} : { fallback }),
      });
      for await (const delta of deltas) {
        if (delta.type === "text") {
          written += delta.text;
          this.#chats.change(chatId, answer.id, { text: written });
        } else if (delta.type === "reasoning") {
          thought += delta.text;
          this.#chats.change(chatId, answer.id, { thought });
        } else if (delta.type === "fallback") {
          // What was written stays, with who wrote it; the next one begins anew.
          const next = this.#label(delta.to.modelId);
          const { code, message } = delta.failure;
          attempts = [
            ...attempts,
            {
              ...this.#label(delta.from.modelId),
              text: written,
              ...(thought === "" ? {} : { thought }),
              failure: { code, message },
              next,
              explanation: delta.explanation,
            },
          ];
          written = "";
          thought = "";
          this.#chats.change(chatId, answer.id, { ...next, text: "", thought, attempts });
        } else if (delta.type === "end") {
          // No tools are offered here, so none is waited for.
          const ended = delta.reason === "toolCalls" || delta.reason === "contentFilter" ? "stop" : delta.reason;
          this.#chats.change(chatId, answer.id, { ...this.#label(delta.modelId), ended });
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

  #label(modelId: string): Author {
    const model = this.#modelyard.getSnapshot().models.find((one) => one.id === modelId);
    const label = { modelId, modelName: model?.name ?? modelId };
    // Of a model of the page there is nobody else to name.
    return model?.served === true ? { ...label, provider: model.engine } : label;
  }

  #active(chatId: string): ModelState | null {
    const { conversations, models } = this.#modelyard.getSnapshot();
    const active = conversations.find((one) => one.id === chatId)?.activeModel;
    return models.find((one) => one.id === active) ?? null;
  }

  /** What the configuration says of a model counts; the demo's own limit only where that says nothing. */
  #options(model: ModelState | null): GenerationOptions {
    if (model === null || model.served || this.#setting(model, "maxTokens") !== null) return {};
    return { maxTokens: MOST_TOKENS };
  }

  /** In tokens. Models of the page keep the context they were loaded with. */
  #context(model: ModelState): number {
    if (!model.served) return Math.min(model.contextWindow ?? CONTEXT, USUAL_CONTEXT);
    const { providers } = this.#management.getSnapshot();
    const kind = providers.find((one) => one.id === model.engine)?.kind;
    // All others serve the whole, and refuse what does not fit instead of losing it unsaid.
    if (kind !== "ollama") return model.contextWindow ?? USUAL_CONTEXT;
    const asked = this.#setting(model, "contextSize");
    return typeof asked === "number" ? asked : Math.min(model.contextWindow ?? USUAL_CONTEXT, USUAL_CONTEXT);
  }

  #setting(model: ModelState, name: string): unknown {
    if (this.#management.getSnapshot().status !== "ready") return null;
    return this.#management.config.forModel(model.id).get(name)?.value ?? null;
  }

  /** The newest messages that fit into the model's context. */
  #prompt(chatId: string, model: ModelState | null): ChatMessage[] {
    const contextWindow = model === null ? CONTEXT : this.#context(model);
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

/** What happened, and what helps. */
function sentence(error: unknown): string {
  if (isModelyardError(error)) return [error.message, ...error.recovery].join(" ");
  return error instanceof Error ? error.message : String(error);
}
