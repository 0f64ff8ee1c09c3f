/** What all pages share: their options, their reports, and a clean slate. */

/** What the benchmark wants of this page. */
export const options = JSON.parse(decodeURIComponent(location.hash.slice(1)));

/** Tells the benchmark. Never while something is being measured. */
export async function report(kind, facts = {}) {
  const body = JSON.stringify({ kind, ...facts });
  await fetch(`/report/${options.report}`, { method: "POST", body });
}

/** Runs `work` and reports what it throws. */
export function run(work) {
  addEventListener("error", (event) => void report("error", { error: event.message }));
  work().catch((error) => report("error", { error: `${error?.stack ?? error}` }));
}

const PIECE_BYTES = 64 << 10;

/** A body that lies in memory, in pieces of the size a network gives. */
export function body(bytes) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + PIECE_BYTES));
      at += PIECE_BYTES;
    },
  });
}

/** Removes all that this origin stores. */
export async function clean() {
  const root = await navigator.storage.getDirectory();
  for await (const name of root.keys()) await root.removeEntry(name, { recursive: true });
  for (const { name } of await indexedDB.databases()) {
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(name);
      request.onsuccess = resolve;
      request.onerror = () => reject(request.error);
    });
  }
}

/** The path and length of every file this origin stores. */
export async function storedFiles(directory, path = "") {
  const from = directory ?? (await navigator.storage.getDirectory());
  const files = [];
  for await (const [name, handle] of from.entries()) {
    if (handle.kind === "directory") files.push(...(await storedFiles(handle, `${path}${name}/`)));
    else files.push({ path: `${path}${name}`, sizeBytes: (await handle.getFile()).size });
  }
  return files;
}
