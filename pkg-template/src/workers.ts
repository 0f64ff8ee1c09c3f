/** Makes the two workers: one transfers, one hashes beside it. They run this package's `worker.js`. */
import type { WorkerHandle } from "./core.js";
import { wordsOf } from "./failure.js";

/** The first message to a worker. */
export interface WorkerInit {
  readonly type: "init";
  readonly role: "transfer" | "hash";
  /** Compiled once, in the page. */
  readonly module: WebAssembly.Module;
  /** Leads to the other worker. */
  readonly port: MessagePort;
}

/** What is used of the Trusted Types API. */
interface TrustedTypePolicies {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): {
    createScriptURL(url: string): string;
  };
}

let policy: ReturnType<TrustedTypePolicies["createPolicy"]> | null = null;

/** A script URL as `new Worker()` wants it: where Trusted Types are enforced, blessed by the policy `modelyard#worker`. */
function trusted(url: URL): string {
  const types = (globalThis as { trustedTypes?: TrustedTypePolicies }).trustedTypes;
  // The rule lets one thing through: a file beside this one, whose URL no input has a part in.
  policy ??= types?.createPolicy("modelyard#worker", { createScriptURL: (text) => text }) ?? null;
  return policy ? policy.createScriptURL(url.href) : url.href;
}

/** The package's own worker. */
function makeWorker(): Worker {
  // Bundlers look for `new Worker(new URL(…))` as it stands below. A parameter of that name keeps the literal and lets
  // the URL be blessed on the way.
  return ((Worker: new (url: URL, options: WorkerOptions) => Worker) =>
    new Worker(new URL("./worker.js", import.meta.url), { type: "module" }))(function blessed(
    url: URL,
    options: WorkerOptions,
  ) {
    return new globalThis.Worker(trusted(url), options);
  } as unknown as new (
    url: URL,
    options: WorkerOptions,
  ) => Worker);
}

/** Starts both workers with one compiled module. What they throw comes as a text, whoever of them it was. */
export function startWorkers(
  module: WebAssembly.Module,
  make: (() => Worker) | undefined,
  onMessage: (data: unknown) => void,
  onError: (message: string) => void,
): WorkerHandle {
  const link = new MessageChannel();
  const started: Worker[] = [];
  let ended = false;

  function terminate(): void {
    ended = true;
    for (const worker of started.splice(0)) worker.terminate();
  }

  function start(role: WorkerInit["role"], port: MessagePort): Worker {
    const worker = (make ?? makeWorker)();
    started.push(worker);
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      // A script that could not be fetched gives an event without a message.
      if (!ended) onError(`${role} worker: ${event.message || "its script could not be run"}`);
    });
    worker.addEventListener("messageerror", () => {
      if (!ended) onError(`${role} worker: a message could not be read`);
    });
    worker.postMessage({ type: "init", role, module, port } satisfies WorkerInit, [port]);
    return worker;
  }

  try {
    const transfer = start("transfer", link.port1);
    start("hash", link.port2);
    transfer.addEventListener("message", (event) => {
      if (!ended) onMessage(event.data);
    });
    return { post: (text) => transfer.postMessage(text), terminate };
  } catch (error) {
    terminate();
    // For instance a policy that forbids workers. Told later, as all errors of workers are.
    queueMicrotask(() => onError(wordsOf(error)));
    return { post: () => undefined, terminate };
  }
}
