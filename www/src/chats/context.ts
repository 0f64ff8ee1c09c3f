/** Hands the demo's stores to its components. */
import type { Management } from "modelyard/management";
import { createContext, useContext, useSyncExternalStore } from "react";
import type { Catalog } from "../boot/catalog";
import type { Found } from "../boot/found";
import type { Answers } from "./answers";
import type { ChatStore } from "./store";
import type { Chat } from "./types";

export interface Demo {
  readonly chats: ChatStore;
  readonly answers: Answers;
  readonly catalog: Catalog;
  readonly management: Management;
  readonly found: Found;
  /** The configuration that came with the page; what is saved takes its place. */
  readonly configuration: string | null;
}

export const DemoContext = createContext<Demo | null>(null);

export function useDemo(): Demo {
  const demo = useContext(DemoContext);
  if (demo === null) throw new Error("outside of the demo");
  return demo;
}

/** All conversations, newest first. */
export function useChats(): readonly Chat[] {
  const { chats } = useDemo();
  return useSyncExternalStore(chats.subscribe, chats.get);
}

/** Whether a conversation is being answered. */
export function useIsAnswering(chatId: string): boolean {
  const { answers } = useDemo();
  return useSyncExternalStore(answers.subscribe, () => answers.get().has(chatId));
}
