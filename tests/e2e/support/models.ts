/** What the stand-in for Ollama has: a model of which all is known, and one of which hardly anything is. */
export const MODELS = [
  {
    name: "llama3.2:3b",
    sizeBytes: 2_019_393_189,
    parameterSize: "3.2B",
    quantization: "Q4_K_M",
    capabilities: ["completion", "tools"],
    reply: { text: "I am three billion numbers." },
  },
  {
    name: "mystery:latest",
    sizeBytes: 300_000_000,
    family: "",
    parameterSize: "",
    quantization: "",
    contextLength: null,
    capabilities: ["completion"],
  },
];
