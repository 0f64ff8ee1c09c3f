/**
 * What the demo tells the router. Its three own models are no known families, and their context is far too short for
 * the built-in profiles; so it says what they are, and writes profiles that ask less and take them first.
 */
import type { RoutingSettings } from "modelyard";

const MIN_CONTEXT = 512;

/** The profiles that make sense without any server. */
export const PAGE_PROFILES: readonly string[] = ["fast", "general", "code", "creative"];

export const routing: RoutingSettings = {
  catalog: [
    { name: "one", family: "demo-host", parametersBillions: 0.003, capabilities: { tools: "no", vision: "no" } },
    { name: "two", family: "demo-librarian", parametersBillions: 0.003, capabilities: { tools: "no", vision: "no" } },
    { name: "three", family: "demo-poet", parametersBillions: 0.003, capabilities: { tools: "no", vision: "no" } },
  ],
  profiles: [
    {
      name: "strong",
      description: "The best answer there is, from whichever server can give one.",
      preferredFamilies: ["claude", "gpt", "gemini", "llama", "qwen", "mistral"],
      minContext: 4096,
      fallback: "general",
    },
    {
      name: "fast",
      description: "Quick answers from a small model.",
      preferredFamilies: ["demo-host", "smollm", "phi", "gemma", "mistral"],
      minContext: MIN_CONTEXT,
      fallback: "general",
      order: "smallestFirst",
    },
    {
      name: "general",
      description: "Conversation about anything.",
      preferredFamilies: ["demo-librarian", "llama", "qwen", "mistral", "demo-host"],
      minContext: MIN_CONTEXT,
    },
    {
      name: "code",
      description: "Programs, files and bytes.",
      preferredFamilies: ["codellama", "deepseek-coder", "starcoder", "demo-librarian", "qwen"],
      minContext: MIN_CONTEXT,
      fallback: "general",
    },
    {
      name: "creative",
      description: "Stories and poems.",
      preferredFamilies: ["demo-poet", "llama", "mistral"],
      minContext: MIN_CONTEXT,
      fallback: "general",
    },
  ],
};
