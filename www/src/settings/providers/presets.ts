/** The providers that are offered by name: what they are, where they are, and where their keys are made. */

export interface Preset {
  /** Names it here. */
  readonly id: string;
  /** Its name for people. */
  readonly name: string;
  /** What it is, in a line. */
  readonly text: string;
  /** The protocol, as the configuration has it. */
  readonly kind: string;
  /** Which server of that protocol it is, in the configuration's word: behind a proxy its address does not tell. */
  readonly server?: string;
  /** Where it is; empty where that is different for everybody. */
  readonly host: string;
  /** What is said beside the address. */
  readonly hostText: string;
  /** Whether it answers anybody without a key. */
  readonly key: "required" | "optional";
  /** Where its keys are made. */
  readonly keyUrl?: string;
  readonly keyText?: string;
  readonly group: "computer" | "hosted" | "source";
}

const FIXED = "Its own address. Another one is for a proxy in front of it.";

export const OLLAMA: Preset = {
  id: "ollama",
  name: "Ollama",
  text: "Runs models on this computer, or on another one you can reach.",
  kind: "ollama",
  host: "http://localhost:11434",
  hostText: "Where it answers. Beside this browser that is http://localhost:11434.",
  key: "optional",
  keyText: "Only where a proxy in front of it asks for one.",
  group: "computer",
};

/** Everything else that speaks OpenAI's protocol. */
export const OTHER: Preset = {
  id: "other",
  name: "OpenAI-compatible",
  text: "Any other server that speaks OpenAI's protocol.",
  kind: "openai",
  host: "",
  hostText: "The base URL, as an OpenAI client takes it; most end with /v1.",
  key: "optional",
  keyText: "Where the server asks for one.",
  group: "hosted",
};

const local = (id: string, name: string, port: number, text: string): Preset => ({
  id,
  name,
  text,
  kind: "openai",
  server: id,
  host: `http://localhost:${String(port)}/v1`,
  hostText: `Where it answers. Beside this browser that is http://localhost:${String(port)}/v1.`,
  key: "optional",
  keyText: "Only where the server was started with one.",
  group: "computer",
});

export const PRESETS: readonly Preset[] = [
  OLLAMA,
  local("llamacpp", "llama.cpp", 8080, "Its server, llama-server."),
  local("lmstudio", "LM Studio", 1234, "Its local server. Switch on “Enable CORS” there."),
  local("vllm", "vLLM", 8000, "Its OpenAI-compatible server."),
  {
    id: "openai",
    name: "OpenAI",
    text: "GPT models.",
    kind: "openai",
    server: "openai",
    host: "https://api.openai.com/v1",
    hostText: FIXED,
    key: "required",
    keyUrl: "https://platform.openai.com/api-keys",
    group: "hosted",
  },
  {
    id: "anthropic",
    name: "Anthropic",
    text: "Claude models.",
    kind: "anthropic",
    host: "https://api.anthropic.com",
    hostText: FIXED,
    key: "required",
    keyUrl: "https://console.anthropic.com/settings/keys",
    group: "hosted",
  },
  {
    id: "gemini",
    name: "Gemini",
    text: "Google's models.",
    kind: "gemini",
    host: "https://generativelanguage.googleapis.com",
    hostText: FIXED,
    key: "required",
    keyUrl: "https://aistudio.google.com/apikey",
    group: "hosted",
  },
  {
    id: "openrouter",
    name: "OpenRouter",
    text: "Models of many providers behind one key.",
    kind: "openrouter",
    host: "https://openrouter.ai/api/v1",
    hostText: FIXED,
    key: "required",
    keyUrl: "https://openrouter.ai/settings/keys",
    keyText: "Its list of models needs none; answers do.",
    group: "hosted",
  },
  {
    id: "groq",
    name: "Groq",
    text: "Open models, answered fast.",
    kind: "openai",
    server: "groq",
    host: "https://api.groq.com/openai/v1",
    hostText: FIXED,
    key: "required",
    keyUrl: "https://console.groq.com/keys",
    group: "hosted",
  },
  OTHER,
  {
    id: "huggingface",
    name: "Hugging Face",
    text: "For the hub: another address, or a token for private repositories.",
    kind: "huggingface",
    host: "https://huggingface.co",
    hostText: FIXED,
    key: "optional",
    keyUrl: "https://huggingface.co/settings/tokens",
    keyText: "A token that may only read is enough. It is sent with searches; downloads send none.",
    group: "source",
  },
];

export const GROUPS: readonly { readonly group: Preset["group"]; readonly title: string }[] = [
  { group: "computer", title: "On this computer or network" },
  { group: "hosted", title: "Hosted" },
  { group: "source", title: "A source of models" },
];

function originOf(host: string): string | null {
  return URL.canParse(host) ? new URL(host).origin : null;
}

/** The preset a provider of the configuration was made from, as far as that can be told. */
export function presetOf(kind: string, server: string | null, host: string | null): Preset {
  const alike = PRESETS.filter((one) => one.kind === kind);
  const origin = host === null ? null : originOf(host);
  return (
    alike.find((one) => server !== null && (one.server ?? one.id) === server) ??
    alike.find((one) => origin !== null && originOf(one.host) === origin) ??
    (kind === OTHER.kind ? OTHER : alike[0]) ?? { ...OTHER, id: kind, kind, name: kind }
  );
}
