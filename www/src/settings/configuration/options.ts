/** The general generation options and the context size: what they are for, and where the configuration has them. */
export interface Option {
  readonly name: string;
  readonly path: readonly string[];
  readonly label: string;
  readonly text: string;
}

const generation = (name: string, label: string, text: string): Option => ({
  name,
  path: ["generation", name],
  label,
  text,
});

/** The bounds are the package's: it says when a value is out of them, and what it may be. */
export const OPTIONS: readonly Option[] = [
  generation("temperature", "Temperature", "0 to 2. How much chance there is in an answer."),
  generation("topP", "Top P", "0 to 1. Only the likeliest tokens that have this probability together."),
  generation("topK", "Top K", "1 or more. Only so many of the likeliest tokens."),
  generation("repeatPenalty", "Repeat penalty", "More than 0. How unlikely repetitions are made; 1 is not at all."),
  generation("maxTokens", "Longest answer", "1 or more tokens."),
  generation("seed", "Seed", "A whole number. The same seed gives the same chance."),
  {
    name: "contextSize",
    path: ["contextSize"],
    label: "Context size",
    text: "1 or more tokens, sent to servers with each chat.",
  },
];
