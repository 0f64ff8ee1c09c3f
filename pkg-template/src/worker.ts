/**
 * The script of both workers. It waits for the page's first message, which brings the compiled module and says which
 * of the two it is; what comes before Rust listens is kept and handed over then. Errors are thrown, so that the page's
 * `error` listener sees them, those of promises too.
 */
import { makeCore } from "./glue.js";
import type { WorkerInit } from "./workers.js";

const early: MessageEvent[] = [];
let begun = false;

function receive(event: MessageEvent): void {
  const first = event.data as Partial<WorkerInit> | null;
  // Rust's own listener hears this one too; it has nothing to do with it.
  if (!begun && first?.type === "init") {
    begun = true;
    void begin(first as WorkerInit);
  } else early.push(event);
}

async function begin({ role, module, port }: WorkerInit): Promise<void> {
  const core = makeCore();
  await core.default({ module_or_path: module });
  if (role === "transfer") core.runTransferWorker(port);
  else core.runHashWorker(port);
  removeEventListener("message", receive);
  for (const { data } of early.splice(0)) dispatchEvent(new MessageEvent("message", { data }));
}

addEventListener("message", receive);
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  // An error of a promise stays inside the worker; thrown anew it reaches the page.
  throw event.reason;
});
