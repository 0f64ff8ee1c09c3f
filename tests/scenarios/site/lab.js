/** What the tests drive: an instance of the package, everything it says, and a look at what is really stored. */
import { createModelyard } from "/package/index.js";

/** Everything said so far, in order. */
const events = [];
const waiting = new Set();
const clocks = [];
/** What the engine was handed, by model: so that a test knows which bytes an answer came from. */
const loads = [];
let modelyard = null;
let namespace = "";
let commandId = 0;

/** Whether `value` has everything that `pattern` names. */
function matches(pattern, value) {
  if (typeof pattern !== "object" || pattern === null) return Object.is(pattern, value);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(pattern).every(([key, part]) => matches(part, value[key]));
}

function hear(event) {
  events.push(structuredClone(event));
  for (const check of waiting) check();
}

/** The first event at or after `from` that fits one of `patterns`. */
function when(patterns, from = 0) {
  return new Promise((resolve) => {
    let next = from;
    function check() {
      for (; next < events.length; next += 1) {
        if (!patterns.some((pattern) => matches(pattern, events[next]))) continue;
        waiting.delete(check);
        resolve({ index: next, event: events[next] });
        return;
      }
    }
    waiting.add(check);
    check();
  });
}

async function sha256(blob) {
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** An engine that answers with the name of its model, and reads its files as a real one would. */
const echo = {
  id: "echo",
  async load({ modelId, files, onProgress }) {
    const digests = [];
    for (const { file } of files) digests.push(await sha256(file));
    loads.push({ modelId, digests });
    onProgress(1);
    return {
      async *chat() {
        yield { type: "text", text: `I am ${modelId}` };
        yield { type: "end", reason: "stop" };
      },
      unload: async () => undefined,
    };
  },
};

/** How workers are made. The first script is the package's own choice: none. */
const WORKERS = { plain: null, clocked: "/clocked-worker.js", noFiles: "/no-files-worker.js" };

function makeWorker(script, clocked) {
  const worker = new Worker(script, { type: "module" });
  if (clocked) {
    const { port1, port2 } = new MessageChannel();
    worker.postMessage({ type: "clock", port: port2 }, [port2]);
    clocks.push(port1);
  }
  return worker;
}

/** Tells all workers' clocks something; the first worker transfers, and its time is given back. */
async function clock(command) {
  const answers = clocks.map((port) => {
    commandId += 1;
    const id = commandId;
    return new Promise((resolve) => {
      port.addEventListener("message", function hearing({ data }) {
        if (data.id !== id) return;
        port.removeEventListener("message", hearing);
        resolve(data.nowMs);
      });
      port.start();
      port.postMessage({ id, ...command });
    });
  });
  return (await Promise.all(answers))[0];
}

async function open({ worker = "plain", ...options }) {
  namespace = options.namespace;
  const script = WORKERS[worker];
  modelyard = createModelyard({
    ...options,
    engines: [echo],
    ...(script && { worker: () => makeWorker(script, worker === "clocked") }),
  });
  lab.modelyard = modelyard;
  modelyard.onAny(hear);
  await modelyard.open();
}

async function filesBelow(directory, path) {
  const found = [];
  for await (const [name, handle] of directory.entries()) {
    if (handle.kind === "directory") found.push(...(await filesBelow(handle, `${path}${name}/`)));
    else {
      const file = await handle.getFile();
      found.push({ path: path + name, size: file.size, sha256: path.endsWith("blobs/") ? await sha256(file) : null });
    }
  }
  return found;
}

/** All files of the namespace, whatever they are. */
async function files() {
  let directory = await navigator.storage.getDirectory();
  try {
    for (const name of ["modelyard", namespace]) directory = await directory.getDirectoryHandle(name);
  } catch (error) {
    if (error.name === "NotFoundError") return [];
    throw error;
  }
  return filesBelow(directory, "");
}

/** The directory of a path within the namespace, and the name at its end. */
async function locate(path) {
  const names = ["modelyard", namespace, ...path.split("/")];
  const name = names.pop();
  let directory = await navigator.storage.getDirectory();
  for (const step of names) directory = await directory.getDirectoryHandle(step);
  return { directory, name };
}

async function removeFile(path) {
  const { directory, name } = await locate(path);
  await directory.removeEntry(name);
}

async function writeFile(path) {
  const { directory, name } = await locate(path);
  const writable = await (await directory.getFileHandle(name, { create: true })).createWritable();
  await writable.write("left over");
  await writable.close();
}

/** The records of a store, as they are written. */
async function records(store) {
  const name = `modelyard-${namespace}`;
  // Opening it would make it.
  if ((await indexedDB.databases()).every((database) => database.name !== name)) return [];
  const request = (asked) =>
    new Promise((resolve, reject) => {
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  const database = await request(indexedDB.open(name));
  try {
    const from = database.transaction(store).objectStore(store);
    const [keys, values] = await Promise.all([request(from.getAllKeys()), request(from.getAll())]);
    return keys.map((key, index) => ({ key: String(key), value: JSON.parse(values[index]) }));
  } finally {
    database.close();
  }
}

async function chat(conversationId) {
  let text = "";
  for await (const delta of modelyard.chat({ conversationId, messages: [{ role: "user", content: "Who are you?" }] })) {
    if (delta.type === "text") text += delta.text;
  }
  return text;
}

const lab = { modelyard, events, loads, open, when, clock, files, records, removeFile, writeFile, chat };
globalThis.lab = lab;
