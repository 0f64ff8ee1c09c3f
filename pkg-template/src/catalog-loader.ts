/** Gets the bundled model database: a script of its own, so that bundlers find it and an app that never opens pays nothing. */
import { modelyardError } from "./errors.js";
import { wordsOf } from "./failure.js";

/** The text of the database. Rejects with a `ModelyardError`. */
export async function loadCatalog(): Promise<string> {
  try {
    return (await import("./catalog.js")).default;
  } catch (error) {
    throw modelyardError("network", "The model database could not be fetched.", { cause: wordsOf(error) });
  }
}
