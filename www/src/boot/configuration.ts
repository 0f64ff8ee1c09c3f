/** The configuration that lies beside the page: whoever serves the demo can name providers in it. */

const TIMEOUT_MS = 5_000;

/** Its text; `null` where there is none. What is wrong with it, the package says. */
export async function loadConfiguration(): Promise<string | null> {
  try {
    const response = await fetch(new URL("config.json", document.baseURI), {
      cache: "no-cache",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    // Servers of single pages answer everything with the page.
    const isJson = response.headers.get("Content-Type")?.includes("json") === true;
    return response.ok && isJson ? await response.text() : null;
  } catch {
    return null;
  }
}
