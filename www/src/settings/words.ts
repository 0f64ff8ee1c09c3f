/** What the settings say, in words. */
import type { ConfigLayer, ListedModel, ModelFact, ProviderState } from "modelyard/management";
import { formatsFor } from "modelyard/react";

type Capabilities = ListedModel["capabilities"];
type Capability = keyof Capabilities;

export const formats = formatsFor("en");
const clock = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

export const LAYERS: Record<ConfigLayer, string> = {
  default: "Built in",
  file: "File",
  environment: "Environment",
  options: "App",
  page: "Address",
  call: "Call",
};

/** What each layer is, for who wonders. */
export const LAYER_TEXTS: Record<ConfigLayer, string> = {
  default: "what the package does when nobody says anything",
  file: "what is saved here, in this browser",
  environment: "the variables this page was built with",
  options: "what the page itself says",
  page: "the address of the page",
  call: "a single request",
};

/** How long ago, in words. */
export function ago(then: number, now: number): string {
  const seconds = (now - then) / 1000;
  return seconds < 10 ? "just now" : `${formats.durationInWords(seconds)} ago`;
}

/** A time of today as a time, else with its day. */
export function at(then: number, now: number): string {
  const date = new Date(then);
  return date.toDateString() === new Date(now).toDateString()
    ? clock.format(date)
    : `${day.format(date)}, ${clock.format(date)}`;
}

/** A date as providers write it. */
export function dateOf(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : day.format(date);
}

/** Whether it is a source of models, and serves none itself. */
export function isSource({ abilities }: ProviderState): boolean {
  return abilities.includes("search");
}

/** Whether all it fails for is that there is no key to use. */
export function isWithoutKey({ failure, key, state }: ProviderState): boolean {
  return state === "failing" && failure?.code === "unauthorized" && key.state !== "ready";
}

/** How a provider is, as a label and the tone it has. */
export function providerWords(provider: ProviderState): {
  readonly text: string;
  readonly tone: "good" | "bad" | "quiet";
} {
  // It was not even asked.
  if (isWithoutKey(provider))
    return { text: provider.key.state === "locked" ? "Locked" : "Needs a key", tone: "quiet" };
  switch (provider.state) {
    case "ok":
      return { text: "Reachable", tone: "good" };
    case "failing":
      if (provider.offline) return { text: "Not reachable", tone: "bad" };
      // Then it was not even asked.
      if (provider.failure?.code === "invalid_config") return { text: "Cannot be used as it is set up", tone: "bad" };
      if (provider.failure?.code === "unauthorized") return { text: "Refuses the key", tone: "bad" };
      return { text: "Answers with an error", tone: "bad" };
    case "asking":
      return { text: "Asking…", tone: "quiet" };
    case "unknown":
      // A list that is still fresh was kept from an earlier visit.
      return { text: provider.listedAt === null ? "Not asked yet" : "Not asked since", tone: "quiet" };
  }
}

/** When a provider was last heard of. */
export function refreshWords(provider: ProviderState, now: number): string {
  if (provider.listedAt === null) {
    return provider.state === "failing" && provider.offline ? "It has not answered yet." : "";
  }
  const when = `${at(provider.listedAt, now)}, ${ago(provider.listedAt, now)}`;
  return provider.state === "failing" ? `Last answered at ${when}.` : `Refreshed at ${when}.`;
}

export const FACTS: Record<ModelFact, string> = {
  family: "family",
  sizeBytes: "size",
  parametersBillions: "parameters",
  quantization: "quantization",
  modified: "date",
  contextWindow: "context",
  servedContextWindow: "served context",
  maxOutputTokens: "longest answer",
  capabilities: "capabilities",
};

/** Parameters as models are named by them. */
export function parameters(billions: number): string {
  if (billions >= 1) return `${formats.count(Math.round(billions * 10) / 10)} billion`;
  const millions = billions * 1000;
  return `${formats.count(millions >= 10 ? Math.round(millions) : Math.round(millions * 10) / 10)} million`;
}

export const CAPABILITIES: Record<Capability, string> = {
  tools: "Tools",
  vision: "Images",
  streaming: "Streaming",
  reasoning: "Reasoning",
  structuredOutput: "Structured output",
  embedding: "Embeddings",
  audio: "Audio",
  fillInMiddle: "Fills in code",
};

/** The capabilities of a kind. Streaming is left out: every model here streams. */
export function capabilitiesThat(capabilities: Capabilities, support: "yes" | "no" | "unknown"): readonly string[] {
  return (Object.keys(CAPABILITIES) as Capability[])
    .filter((one) => one !== "streaming" && capabilities[one] === support)
    .map((one) => CAPABILITIES[one]);
}

/** Who has a model. */
export function whereWords(model: Pick<ListedModel, "served" | "provider">): string {
  return model.served ? model.provider : "this browser";
}
