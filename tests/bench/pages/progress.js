/**
 * How long the page is busy with one report of progress: from the worker's message to the new snapshot in the hands
 * of a subscriber. All of it is real (wasm core, patch, store, outbox) but the worker, which only says what it is told
 * to, so that nothing else is in the measured time.
 */
import { instance, manifest } from "./modelyard.js";
import { clean, options, report, run } from "./page.js";

const MANY = 1_000;
const TOTAL_BYTES = 4 * 2 ** 30;
const COUNT = 600;
const GAP_MS = 20;

/** A worker that speaks the real one's language: texts of JSON, to and fro. */
class ScriptedWorker extends EventTarget {
  static started;

  postMessage(data) {
    if (typeof data !== "string") return;
    const message = JSON.parse(data);
    if (message.hello) queueMicrotask(() => this.say({ ready: { weights: "opfs", blobs: [], partials: [] } }));
    if (message.start) ScriptedWorker.started.resolve({ worker: this, ticket: message.start.ticket });
  }

  say(message) {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) }));
  }

  terminate() {}
}

run(async () => {
  await clean();
  const start = new Promise((resolve) => {
    ScriptedWorker.started = { resolve };
  });
  const models = Array.from({ length: MANY }, (_, index) => ({
    ...manifest({ url: `https://models.example/${index}.bin`, sizeBytes: TOTAL_BYTES, sha256: "a".repeat(64) }),
    id: `model-${index}`,
  }));
  const modelyard = instance(models, { worker: () => new ScriptedWorker() });
  await modelyard.open();
  for (let index = 0; index < MANY; index++) modelyard.openConversation(`conversation-${index}`);
  modelyard.download("model-0");
  const { worker, ticket } = await start;

  let seen;
  modelyard.subscribe(() => seen?.(modelyard.getSnapshot()));
  let downloadedBytes = 0;

  /** One report; milliseconds. */
  async function step() {
    downloadedBytes += 1_000_000;
    const progress = { ticket, downloadedBytes, totalBytes: TOTAL_BYTES, restarted: false };
    const data = JSON.stringify({ progress });
    const delivered = new Promise((resolve) => {
      seen = (snapshot) => {
        resolve({ snapshot, at: performance.now() });
      };
    });
    const begun = performance.now();
    worker.dispatchEvent(new MessageEvent("message", { data }));
    const { snapshot, at } = await delivered;
    if (snapshot.jobs[0].progress.downloadedBytes !== downloadedBytes) throw new Error("the snapshot is an old one");
    return at - begun;
  }

  // Apart from each other as in life, where nothing of it is warm any more when the next one comes.
  const apart = [];
  for (let index = 0; index < COUNT; index++) {
    await new Promise((resolve) => setTimeout(resolve, GAP_MS));
    apart.push(await step());
  }
  const together = [];
  for (let index = 0; index < COUNT; index++) together.push(await step());
  await report("done", { apart, together, isolated: crossOriginIsolated });
  await modelyard.close();
});
