import { useMemo, useSyncExternalStore } from "react";

/** What is on screen is the address's business: it survives a reload, and Back works. */
const CHAT = "#chat=";
const SETTINGS = "#settings";

/** The parts of the settings page, the first one being where it opens. */
export const SECTIONS = ["providers", "models", "configuration"] as const;
export type Section = (typeof SECTIONS)[number];

export type Shown =
  | { readonly page: "chat"; readonly id: string }
  | { readonly page: "settings"; readonly section: Section };

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => {
    removeEventListener("hashchange", listener);
  };
}

function read(hash: string): Shown | null {
  if (hash.startsWith(CHAT)) return { page: "chat", id: hash.slice(CHAT.length) };
  const section = SECTIONS.find((one) => hash === settingsAddress(one));
  return section === undefined ? null : { page: "settings", section };
}

/** What the address asks for; `null` when it asks for nothing there is. */
export function useShown(): Shown | null {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return useMemo(() => read(hash), [hash]);
}

/** The address of a part of the settings page, for links. */
export function settingsAddress(section: Section): string {
  return section === SECTIONS[0] ? SETTINGS : `${SETTINGS}/${section}`;
}

export function showChat(id: string): void {
  location.hash = CHAT + id;
}

/** Without a step back to what was there before: for what nobody navigated to. */
export function replaceChat(id: string): void {
  const url = new URL(location.href);
  url.hash = CHAT + id;
  history.replaceState(null, "", url);
  dispatchEvent(new HashChangeEvent("hashchange"));
}
