/**
 * Stands in for wasm-bindgen's module where the package itself is tested, not the core: it has the same exports and the
 * same way of starting, and a core that knows one conversation at a time and answers from the first model at once.
 */
function __wbg_get_imports() {
  return {};
}

const nothing = () => ({ models: [], conversations: [], jobs: [], engines: [], storage: null, staleDropped: null });

export class PageCore {
  constructor(optionsJson, host) {
    this.options = JSON.parse(optionsJson);
    this.host = host;
  }

  /** Resolves when both workers have answered, so that a page that opens has proved them. */
  async open() {
    await new Promise((resolve) => {
      const say = (said) => {
        this.describe(said);
        resolve();
      };
      this.worker = this.host.startWorker(say, say);
      this.worker.post("hello");
    });
  }

  /** Shows a text as the description of every model. */
  describe(said) {
    const { models } = this.options;
    this.host.changed(
      { ...nothing(), models: models.map(({ id, name, engine }) => [id, { id, name, engine, description: said }]) },
      [],
    );
  }

  command(json) {
    const command = JSON.parse(json);
    if (command.type === "removeConversation") throw new WebAssembly.RuntimeError("unreachable");
    if (command.type === "unloadEngine") this.worker.post(command.engineId);
    if (command.type === "openConversation") {
      const id = command.conversationId;
      const activeModel = this.options.defaultModel;
      const state = { id, activeModel, requestedModel: activeModel, intent: 0, answering: false };
      this.host.changed({ ...nothing(), conversations: [[id, state]] }, []);
    }
    return { type: "done" };
  }

  loadProgressed() {}
  loaded() {}
  loadFailed() {}
  unloaded() {}
  answerEnded() {}
  persistenceGranted() {}

  async close() {
    this.worker?.terminate();
  }

  free() {}
}

/** Asks the hash worker, and tells the page what both say. */
export function runTransferWorker(hash) {
  globalThis.onmessage = ({ data }) => {
    if (data === "throw") throw new Error("thrown");
    if (data === "reject") return void Promise.reject(new Error("rejected"));
    hash.onmessage = (answer) => postMessage(`${data}, ${answer.data}`);
    hash.postMessage("transfer");
  };
}

export function runHashWorker(port) {
  port.onmessage = ({ data }) => port.postMessage(`${data} and hash`);
}

let wasm;
function __wbg_finalize_init(instance) {
  wasm = instance.exports;
  return wasm;
}

async function __wbg_load(module, imports) {
  return { instance: await WebAssembly.instantiate(module, imports), module };
}

async function __wbg_init({ module_or_path }) {
  const { instance, module } = await __wbg_load(module_or_path, __wbg_get_imports());
  return __wbg_finalize_init(instance, module);
}

function initSync() {
  return wasm;
}

export { __wbg_init as default, initSync };
