/** Stands in for the list of a model server. */
import { foundModels } from "../src/boot/found";

const file = (id: string, sizeBytes: number) => ({ name: "model.gguf", url: `http://localhost/${id}.gguf`, sizeBytes });

export async function loadCatalog() {
  const model = (id: string, name: string, description: string, sizeBytes: number, contextWindow = 512) => ({
    id,
    name,
    description,
    engine: "wllama",
    contextWindow,
    files: [file(id, sizeBytes)],
  });
  return {
    models: [
      model(
        "one",
        "Llama One",
        "A friendly host. Answers at once and keeps you company while others download.",
        25_400_000,
      ),
      model("two", "Llama Two", "A careful librarian. Explains what happens to files, bytes and digests.", 25_400_000),
      model("three", "Llama Three", "A small poet. Says the same things more beautifully.", 25_400_000),
      model("smollm2-135m", "SmolLM2 135M Instruct", "Tiny and quick; English only.", 144_811_456, 8192),
      model("qwen2.5-0.5b", "Qwen2.5 0.5B Instruct", "Small, many languages.", 491_400_032, 32768),
      ...foundModels(),
    ],
    defaultModel: "one",
    hub: new Set<string>(),
  };
}
