/** Models for the fake: known ones, little known ones, and as many as one likes. */
import type { Capabilities, ModelState } from "../../pkg-template/src/generated";
import type { ListedModel, ModelDetails, ModelFact, ProviderState } from "../../pkg-template/src/management/api";

const can = (...yes: (keyof Capabilities)[]): Capabilities => {
  const all: Capabilities = {
    tools: "no",
    vision: "no",
    streaming: "yes",
    reasoning: "no",
    structuredOutput: "unknown",
    embedding: "no",
    audio: "unknown",
    fillInMiddle: "unknown",
  };
  return { ...all, ...Object.fromEntries(yes.map((one) => [one, "yes"])) };
};

const NOTHING: Capabilities = Object.fromEntries(Object.keys(can()).map((one) => [one, "unknown"])) as Capabilities;

function listed(model: Partial<ListedModel> & Pick<ListedModel, "id" | "name" | "provider">): ListedModel {
  const all: Omit<ListedModel, "unknown"> = {
    family: null,
    sizeBytes: null,
    parametersBillions: null,
    quantization: null,
    modified: null,
    contextWindow: null,
    servedContextWindow: null,
    maxOutputTokens: null,
    capabilities: NOTHING,
    presence: "cached",
    served: true,
    inUse: false,
    stale: false,
    ageMs: 0,
    ...model,
  };
  const facts: ModelFact[] = [
    "family",
    "sizeBytes",
    "parametersBillions",
    "quantization",
    "modified",
    "contextWindow",
    "servedContextWindow",
    "maxOutputTokens",
  ];
  const unknown = facts.filter((one) => all[one as keyof typeof all] === null);
  return { ...all, unknown: all.capabilities === NOTHING ? [...unknown, "capabilities"] : unknown };
}

const GB = 1_000_000_000;

type Hosted = readonly [name: string, family: string | null, context: number | null, can: Capabilities | null];

function hosted({ kind, host }: ProviderState): readonly Hosted[] {
  if (kind === "anthropic")
    return [
      ["claude-sonnet-5", "claude", 1_000_000, can("tools", "vision", "reasoning")],
      ["claude-haiku-5", "claude", 200_000, can("tools", "vision")],
    ];
  if (kind === "gemini") return [["gemini-3-flash", "gemini", 1_048_576, can("tools", "vision", "audio", "reasoning")]];
  if (kind === "openrouter")
    return [
      ["meta-llama/llama-3.3-70b-instruct", "llama", 131_072, can("tools")],
      ["mistralai/mistral-small-3.2-24b-instruct:free", "mistral", 96_000, can("tools", "vision")],
    ];
  if (host?.includes("groq") === true) return [["llama-3.3-70b-versatile", "llama", 131_072, can("tools")]];
  if (host?.includes("api.openai.com") === true)
    return [
      ["gpt-5.2", "gpt", 400_000, can("tools", "vision", "reasoning")],
      ["gpt-5.2-mini", "gpt", 400_000, can("tools", "vision", "reasoning")],
    ];
  return kind === "huggingface" ? [] : [["some-local-model", null, null, null]];
}

export const modelsOf = {
  page: (models: readonly ModelState[]): ListedModel[] =>
    models.map(({ id, name, engine, sizeBytes, contextWindow, presence }) =>
      listed({
        id,
        name,
        provider: engine,
        sizeBytes,
        contextWindow,
        presence,
        served: false,
        ageMs: null,
        capabilities: can(),
        ...(id.includes("smollm") ? { family: "smollm", parametersBillions: 0.135, quantization: "Q8_0" } : {}),
        ...(id.includes("qwen") ? { family: "qwen", parametersBillions: 0.494, quantization: "Q4_K_M" } : {}),
      }),
    ),
  of: (provider: ProviderState, many: number): ListedModel[] => {
    if (provider.kind === "ollama") return modelsOf.ollama(provider.id, many);
    return hosted(provider).map(([name, family, contextWindow, capabilities]) =>
      listed({
        id: `${provider.id}/${name}`,
        name,
        provider: provider.id,
        family,
        contextWindow,
        maxOutputTokens: contextWindow === null ? null : 8192,
        capabilities: capabilities ?? NOTHING,
      }),
    );
  },
  ollama: (provider: string, many: number): ListedModel[] => [
    listed({
      id: `${provider}/llama3.2:3b`,
      name: "llama3.2:3b",
      provider,
      family: "llama",
      sizeBytes: 2.02 * GB,
      parametersBillions: 3.2,
      quantization: "Q4_K_M",
      modified: "2026-11-02T10:11:12Z",
      contextWindow: 131_072,
      servedContextWindow: 4096,
      maxOutputTokens: 4096,
      capabilities: can("tools"),
    }),
    listed({
      id: `${provider}/qwen3:8b`,
      name: "qwen3:8b",
      provider,
      family: "qwen",
      sizeBytes: 5.23 * GB,
      parametersBillions: 8.2,
      quantization: "Q4_K_M",
      modified: "2026-10-12T10:11:12Z",
      contextWindow: 40_960,
      maxOutputTokens: 8192,
      capabilities: can("tools", "reasoning"),
    }),
    listed({
      id: `${provider}/nomic-embed-text:latest`,
      name: "nomic-embed-text:latest",
      provider,
      family: "nomic-bert",
      sizeBytes: 274_302_450,
      parametersBillions: 0.137,
      quantization: "F16",
      modified: "2026-03-12T10:11:12Z",
      contextWindow: 2048,
      capabilities: can("embedding"),
    }),
    listed({
      id: `${provider}/hf.co/someone/an-unusually-long-name-of-a-model-GGUF:Q5_K_S`,
      name: "hf.co/someone/an-unusually-long-name-of-a-model-GGUF:Q5_K_S",
      provider,
      sizeBytes: 3.1 * GB,
      modified: "2026-03-12T10:11:12Z",
    }),
    ...Array.from({ length: many }, (_, index) =>
      listed({
        id: `${provider}/copy-${String(index)}:7b`,
        name: `copy-${String(index)}:7b`,
        provider,
        family: "llama",
        sizeBytes: 4 * GB + index,
        parametersBillions: 7,
        quantization: "Q4_0",
        contextWindow: 8192,
        capabilities: can(),
      }),
    ),
  ],
  pulled: (provider: string, name: string): ListedModel =>
    listed({
      id: `${provider}/${name}`,
      name,
      provider,
      sizeBytes: 1_321_098_329,
      family: "llama",
      contextWindow: 131_072,
    }),
};

export function detailsOf(model: ListedModel): ModelDetails {
  const isServed = model.served;
  return {
    ...model,
    description: null,
    digest: isServed ? "sha256:a80c4f17acd55265feec403c7aef86be0c25983ab279d83f3bcd3abbcb5b8b72" : null,
    format: "gguf",
    license: isServed ? "LLAMA 3.2 COMMUNITY LICENSE AGREEMENT\n\n".repeat(12) : null,
    template: isServed ? "{{ if .System }}<|start_header_id|>system<|end_header_id|>{{ .System }}{{ end }}" : null,
    system: null,
    parameters: isServed ? [{ name: "stop", value: '"<|eot_id|>"' }] : [],
    files: isServed ? [] : [{ name: "model.gguf", sizeBytes: model.sizeBytes }],
    missing: [...model.unknown, "description", ...(isServed ? ["system"] : ["digest", "license"])],
  };
}
