/** How the servers of the fake are, by their addresses: `refused`, `down`, `old`, `error` in one say what is wrong. */
import type * as Api from "../../pkg-template/src/management/api";

export const HOSTS: Readonly<Record<string, string>> = {
  ollama: "http://localhost:11434",
  openai: "https://api.openai.com/v1",
  anthropic: "https://api.anthropic.com",
  gemini: "https://generativelanguage.googleapis.com",
  openrouter: "https://openrouter.ai/api/v1",
  huggingface: "https://huggingface.co",
};

const NAMES: Readonly<Record<string, string>> = {
  ollama: "Ollama",
  openai: "The server",
  anthropic: "Anthropic",
  gemini: "Gemini",
  openrouter: "OpenRouter",
  huggingface: "Hugging Face",
};

/** What a kind can do. */
export function abilitiesOf(kind: string, host: string): Api.ProviderAbility[] {
  if (kind === "huggingface") return ["search", "files"];
  if (kind === "ollama")
    return ["version", "list", "show", "servedContext", "pull", "remove", "copy", "unload", "chat"];
  if (kind === "openai" && host.includes(":1234")) return ["list", "show", "pull", "chat"];
  return ["list", "show", "chat"];
}

/** Whether it answers nobody without a key. */
export function needsKey(kind: string, host: string): boolean {
  return ["anthropic", "gemini"].includes(kind) || host.includes("api.openai.com") || host.includes("groq");
}

/** What a test finds. `key`: whether there is one, and what it is worth. */
export function report(kind: string, host: string, key: "none" | "good" | "bad"): Api.ConnectionReport {
  const name = NAMES[kind] ?? kind;
  const bad = (finding: Api.ConnectionFinding, message: string, advice: string, setting: string | null = null) => ({
    ok: false,
    finding,
    code: finding === "badKey" ? ("unauthorized" as const) : ("cors_or_network" as const),
    version: null,
    httpStatus: finding === "badKey" ? 401 : null,
    message,
    advice,
    setting,
  });
  if (host.includes("refused"))
    return bad(
      "originRefused",
      `${name} at ${host} refuses this page.`,
      "Set OLLAMA_ORIGINS where Ollama runs, and start it again.",
      `OLLAMA_ORIGINS=${location.origin}`,
    );
  if (host.includes("down") || host.includes("old"))
    return bad("notRunning", `Nothing answers at ${host}.`, "Start the server, or correct the address.");
  if (host.includes("error"))
    return bad("broken", `${host} answered with status 500.`, "Look into the log of the server.");
  if (key === "bad")
    return bad("badKey", `${name} does not take this key.`, "Copy the key again, or make a new one at the provider.");
  if (key === "none" && needsKey(kind, host))
    return bad("badKey", `${name} needs a key.`, "Enter a key of this provider.");
  return {
    ok: true,
    finding: "reachable",
    code: null,
    version: kind === "ollama" ? "0.32.15" : null,
    httpStatus: 200,
    message: key === "good" ? `${name} at ${host} answers and takes the key.` : `${name} answers at ${host}.`,
    advice: "",
    setting: null,
  };
}
