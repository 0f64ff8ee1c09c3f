/**
 * Conversations and their messages, in `localStorage`: one record for each, so that two tabs writing in different
 * conversations do not overwrite each other. A small external store for React.
 */
import type { Chat, Message } from "./types";

const PREFIX = "demo:chat:";
/** How long changes are gathered before they are written: an answer changes with every token. */
const WRITE_MS = 400;

export class ChatStore {
  #chats: readonly Chat[];
  readonly #listeners = new Set<() => void>();
  readonly #unwritten = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor() {
    this.#chats = sorted(readAll());
    addEventListener("storage", this.#changedElsewhere);
    addEventListener("pagehide", this.#write);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly get = (): readonly Chat[] => this.#chats;

  chat(id: string): Chat | undefined {
    return this.#chats.find((one) => one.id === id);
  }

  /** An empty conversation; the one that is still empty, if there is one. */
  create(): Chat {
    const empty = this.#chats.find((one) => one.messages.length === 0 && !one.named);
    if (empty !== undefined) return empty;
    const chat: Chat = {
      id: crypto.randomUUID(),
      title: "New chat",
      named: false,
      updatedAt: Date.now(),
      messages: [],
    };
    this.#put(chat);
    return chat;
  }

  rename(id: string, title: string): void {
    const chat = this.chat(id);
    const trimmed = title.trim();
    if (chat !== undefined && trimmed !== "") this.#put({ ...chat, title: trimmed, named: true });
  }

  remove(id: string): void {
    this.#set(this.#chats.filter((one) => one.id !== id));
    this.#unwritten.delete(id);
    try {
      localStorage.removeItem(PREFIX + id);
    } catch {
      // Nothing was stored either.
    }
  }

  add(id: string, message: Message): void {
    const chat = this.chat(id);
    if (chat === undefined) return;
    const isFirst = chat.messages.length === 0 && !chat.named;
    const title = isFirst ? titleFrom(message.text) : chat.title;
    this.#put({ ...chat, title, updatedAt: Date.now(), messages: [...chat.messages, message] });
  }

  change(id: string, messageId: string, changed: Partial<Message>): void {
    const chat = this.chat(id);
    if (chat === undefined) return;
    const messages = chat.messages.map((one) => (one.id === messageId ? { ...one, ...changed } : one));
    this.#put({ ...chat, messages });
  }

  /** Takes a message away. */
  take(id: string, messageId: string): void {
    const chat = this.chat(id);
    if (chat !== undefined) this.#put({ ...chat, messages: chat.messages.filter((one) => one.id !== messageId) });
  }

  #put(chat: Chat): void {
    this.#set(sorted([...this.#chats.filter((one) => one.id !== chat.id), chat]));
    this.#unwritten.add(chat.id);
    this.#timer ??= setTimeout(this.#write, WRITE_MS);
  }

  #set(chats: readonly Chat[]): void {
    this.#chats = chats;
    for (const listener of [...this.#listeners]) listener();
  }

  readonly #write = (): void => {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const id of this.#unwritten) {
      try {
        localStorage.setItem(PREFIX + id, JSON.stringify(this.chat(id)));
      } catch {
        // Full or blocked: the conversation lives as long as the page.
      }
    }
    this.#unwritten.clear();
  };

  readonly #changedElsewhere = (event: StorageEvent): void => {
    if (event.key === null || !event.key.startsWith(PREFIX)) return;
    const id = event.key.slice(PREFIX.length);
    // What is being written here is newer.
    if (this.#unwritten.has(id)) return;
    const others = this.#chats.filter((one) => one.id !== id);
    const chat = event.newValue === null ? null : parse(event.newValue);
    this.#set(sorted(chat === null ? others : [...others, chat]));
  };
}

function sorted(chats: readonly Chat[]): readonly Chat[] {
  return [...chats].sort((one, other) => other.updatedAt - one.updatedAt);
}

function parse(text: string): Chat | null {
  try {
    return JSON.parse(text) as Chat;
  } catch {
    return null;
  }
}

function readAll(): Chat[] {
  const chats: Chat[] = [];
  try {
    for (let index = 0; index < localStorage.length; index += 1) {
      const key = localStorage.key(index);
      if (key === null || !key.startsWith(PREFIX)) continue;
      const chat = parse(localStorage.getItem(key) ?? "");
      if (chat !== null) chats.push({ ...chat, messages: chat.messages.map(settled) });
    }
  } catch {
    // Storage is blocked: start empty.
  }
  return chats;
}

/** An answer without an end was cut off by leaving the page. */
function settled(message: Message): Message {
  return message.role === "assistant" && message.ended === undefined ? { ...message, ended: "lost" } : message;
}

function titleFrom(text: string): string {
  const line = text.trim().split("\n")[0] ?? "";
  return line.length > 48 ? `${line.slice(0, 47).trimEnd()}…` : line;
}
