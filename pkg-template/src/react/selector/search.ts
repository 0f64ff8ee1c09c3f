/** Which models a query finds. */
import type { ModelState } from "../../generated/index.js";

/** Lower case, without accents, with hyphens, dots, colons and underscores as blanks: `llama-3.2` is `llama 3 2`. */
function plain(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[-_.:/\s]+/g, " ");
}

/** Whether each word of the query occurs in what a row says of the model, in any order. */
export function matches(model: ModelState, query: string): boolean {
  const text = plain([model.name, model.id, model.engine, model.description ?? ""].join(" "));
  return plain(query)
    .split(" ")
    .every((word) => text.includes(word));
}

/** Models under a heading. */
export type ModelGroup = { readonly label: string; readonly items: readonly string[] };

/** Puts models under the headings that `groupOf` gives, in the order in which the headings first occur. */
export function grouped(models: readonly ModelState[], groupOf: (model: ModelState) => string): ModelGroup[] {
  const groups = new Map<string, string[]>();
  for (const model of models) {
    const label = groupOf(model);
    const items = groups.get(label);
    if (items === undefined) groups.set(label, [model.id]);
    else items.push(model.id);
  }
  return [...groups].map(([label, items]) => ({ label, items }));
}
