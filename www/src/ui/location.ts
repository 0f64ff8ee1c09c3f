import { useMemo, useSyncExternalStore } from "react";

/** What is on screen is the address's business: it survives a reload, and Back works. */
const CHAT = "#chat=";
const SETTINGS = "#settings";

/** The parts of the settings page, the first one being where it opens. */
export const SECTIONS = ["providers", "models", "hub", "configuration"] as const;
export type Section = (typeof SECTIONS)[number];

export type Shown =
  | { readonly page: "chat"; readonly id: string }
  | {
      readonly page: "settings";
      readonly section: Section;
      /** What of that part is shown, where it has more than one page: of the hub, a repository. */
      readonly detail: string | null;
    };

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => {
    removeEventListener("hashchange", listener);
  };
}

function read(hash: string): Shown | null {
  if (hash.startsWith(CHAT)) return { page: "chat", id: hash.slice(CHAT.length) };
  const section = SECTIONS.find((one) => hash === settingsAddress(one));
  if (section !== undefined) return { page: "settings", section, detail: null };
  const hub = `${settingsAddress("hub")}/`;
  return hash.startsWith(hub) ? { page: "settings", section: "hub", detail: hash.slice(hub.length) } : null;
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

/** The address of a repository in the hub. Its id, `owner/name`, has no character that an address could not. */
export function repositoryAddress(id: string): string {
  return `${settingsAddress("hub")}/${id}`;
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
