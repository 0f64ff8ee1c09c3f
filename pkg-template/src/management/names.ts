/** Ids of models of servers: `<provider>/<name>`. */
import type { ProviderState } from "./api.js";

/** A model of a server, taken apart. */
export interface ServedName {
  readonly provider: string;
  readonly name: string;
}

/** Whose model an id is, if a server's. The longest provider counts: one may be named like the beginning of another. */
export function servedName(id: string, providers: readonly ProviderState[]): ServedName | null {
  const whose = providers
    .filter((one) => id.startsWith(`${one.id}/`) && id.length > one.id.length + 1)
    .sort((a, b) => b.id.length - a.id.length)[0];
  return whose ? { provider: whose.id, name: wholeName(whose, id.slice(whose.id.length + 1)) } : null;
}

/** The name as its provider lists it: Ollama adds the tag that goes without saying. */
export function wholeName(provider: ProviderState, name: string): string {
  // A colon before the last slash is that of a port.
  return provider.kind === "ollama" && !/:[^/]*$/.test(name) ? `${name}:latest` : name;
}

export const idOf = ({ provider, name }: ServedName): string => `${provider}/${name}`;
