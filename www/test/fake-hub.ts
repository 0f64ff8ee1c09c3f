/** A hub for the fake: a few repositories, one of each sort of trouble. `offline` as query fails. */
import type { Failure } from "../../pkg-template/src/generated";
import type * as Api from "../../pkg-template/src/management/api";

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const GB = 1_000_000_000;
const PAGE = 6;

const repository = (id: string, downloads: number, likes: number, more: Partial<Api.HubRepository> = {}) => ({
  id,
  downloads,
  likes,
  modified: "2026-08-14T09:00:00Z",
  gated: "open" as const,
  private: false,
  disabled: false,
  created: "2026-01-14T09:00:00Z",
  license: id.includes("Llama") ? "llama3.2" : "apache-2.0",
  task: "text-generation",
  tags: ["gguf", "text-generation", "en"],
  formats: ["gguf" as const],
  architecture: "llama",
  parametersBillions: 1.24,
  contextWindow: 131_072,
  template: true,
  ...more,
});

const ALL: readonly Api.HubRepository[] = [
  repository("bartowski/Llama-3.2-1B-Instruct-GGUF", 1_204_331, 402),
  repository("Qwen/Qwen2.5-0.5B-Instruct-GGUF", 834_002, 311),
  repository("HuggingFaceTB/SmolLM2-135M-Instruct-GGUF", 91_220, 58),
  repository("google/gemma-3-270m-it-qat-q4_0-gguf", 55_100, 120, { gated: "manual" }),
  repository("someone/a-repository-with-an-unusually-long-name-that-goes-on-and-on-GGUF", 12, 0),
  repository("onnx-community/Qwen3-0.6B-ONNX", 88_000, 64, {
    tags: ["onnx", "text-generation"],
    formats: ["onnx"],
    parametersBillions: null,
    contextWindow: null,
    template: false,
  }),
  ...Array.from({ length: 14 }, (_, index) => repository(`people/finetune-${String(index + 1)}-GGUF`, 900 - index, 3)),
];

const QUANTS: readonly (readonly [string, number])[] = [
  ["Q2_K", 0.58],
  ["Q4_K_M", 0.81],
  ["Q8_0", 1.32],
  ["F16", 2.48],
];

export class FakeHub implements Api.ManagementHub {
  readonly #refuse: (failure: Failure) => never;

  constructor(refuse: (failure: Failure) => never) {
    this.#refuse = refuse;
  }

  async search({ query = "", format, after }: Api.HubSearch) {
    await sleep(400);
    if (query.includes("offline")) {
      this.#refuse({
        code: "network",
        message: "Hugging Face cannot be reached.",
        recovery: ["Check the network and search again."],
        retryable: true,
      });
    }
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const found = ALL.filter(
      (one) =>
        words.every((word) => one.id.toLowerCase().includes(word)) &&
        (format === undefined || one.formats.includes(format)),
    );
    const from = Number(after ?? 0);
    const next = from + PAGE < found.length ? String(from + PAGE) : null;
    return { repositories: found.slice(from, from + PAGE), next };
  }

  async repository(id: string): Promise<Api.HubDetails> {
    await sleep(400);
    const known = ALL.find((one) => one.id === id);
    if (known === undefined) {
      this.#refuse({
        code: "not_found",
        message: `Hugging Face has no repository ${id}, or it is private.`,
        recovery: ["Check its name."],
        retryable: false,
      });
    }
    if (known.gated !== "open") {
      this.#refuse({
        code: "unauthorized",
        message: `${id} is gated: its owner lets only people in who have accepted the terms.`,
        recovery: ["Accept them on Hugging Face, and add a token of your account under Providers."],
        retryable: false,
      });
    }
    const name = id.slice(id.indexOf("/") + 1).replace(/-GGUF$/, "");
    const isGguf = known.tags.includes("gguf");
    const models = (isGguf ? QUANTS : QUANTS.slice(1, 2)).map(([quantization, size]): Api.HubModel => {
      const sizeBytes = Math.round(size * GB);
      const isLarge = sizeBytes > 2 * GB;
      const why = isLarge
        ? "A page can hold no file of more than 2 GB."
        : isGguf
          ? null
          : "No engine of this page runs ONNX.";
      return {
        name: `${name} ${quantization}`,
        path: `${name}-${quantization}.gguf`,
        format: isGguf ? "gguf" : "onnx",
        quantization,
        parametersBillions: 1.24,
        sizeBytes,
        parts: isLarge ? 2 : 1,
        contextWindow: 131_072,
        manifest:
          why !== null
            ? null
            : {
                id: `hf/${id}/${quantization}`,
                name: `${name} ${quantization}`,
                engine: "wllama",
                contextWindow: 4096,
                files: [{ name: "model.gguf", url: `http://localhost/${id}/${quantization}.gguf`, sizeBytes }],
              },
        why,
      };
    });
    return {
      ...known,
      revision: "067b946cf014b7c697f3654f621d577a3e3afd1c",
      models,
      files: models.map(({ path, sizeBytes }) => ({ path, sizeBytes, sha256: null, role: "weights" })),
      leftOut: 0,
      moreFiles: false,
    };
  }
}
