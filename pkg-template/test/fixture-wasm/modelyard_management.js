/**
 * Stands in for wasm-bindgen's module of model management where the package itself is tested: it has the same exports
 * and the same way of starting, knows one provider, and answers with what it was asked.
 */
function __wbg_get_imports() {
  return {};
}

const provider = {
  id: "stand-in",
  kind: "ollama",
  host: null,
  state: "ok",
  failure: null,
  listedAt: 0,
  ageMs: 0,
  stale: false,
  offline: false,
  models: 0,
  leftOut: 0,
};

export class ManagementCore {
  async open() {}
  setLayers() {
    return { keys: [], warnings: [] };
  }
  storedConfig() {}
  settings() {
    return [];
  }
  settingsFor() {
    return [];
  }
  optionsFor(_, call) {
    return call;
  }
  coreSettings() {
    return "{}";
  }
  providers() {
    return [provider];
  }
  async list() {
    return { providers: [provider] };
  }
  async test(json) {
    if (json.includes("crash")) throw new WebAssembly.RuntimeError("unreachable");
    return { ok: true, finding: "reachable", message: json };
  }
  async close() {}
  free() {}
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
