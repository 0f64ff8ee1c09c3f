import { useSyncExternalStore } from "react";

/** Which conversation is on screen is the address's business: it survives a reload, and Back works. */
const PREFIX = "#chat=";

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => {
    removeEventListener("hashchange", listener);
  };
}

function current(): string | null {
  return location.hash.startsWith(PREFIX) ? location.hash.slice(PREFIX.length) : null;
}

/** The id of the conversation in the address. */
export function useShownChatId(): string | null {
  return useSyncExternalStore(subscribe, current);
}

export function showChat(id: string): void {
  location.hash = PREFIX + id;
}

/** Without a step back to what was there before: for what nobody navigated to. */
export function replaceChat(id: string): void {
  const url = new URL(location.href);
  url.hash = PREFIX + id;
  history.replaceState(null, "", url);
  dispatchEvent(new HashChangeEvent("hashchange"));
}
