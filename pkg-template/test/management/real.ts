/** Both real wasm files in Node: an instance with its management, against a server that speaks Ollama's protocol. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Modelyard, ModelyardOptions } from "../../src/api.js";
import type { CoreModule } from "../../src/core.js";
import { createInstance } from "../../src/instance.js";
import type { Management, ManagementOptions } from "../../src/management/api.js";
import type { ManagementModule } from "../../src/management/core.js";
import type { ManagementPorts } from "../../src/management/life.js";
import { createService } from "../../src/management/management.js";

const folder =
  process.env["MODELYARD_WASM_DIR"] ??
  join(dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))), "target/wasm");

/** Why these tests cannot run, or `null`. */
export const missing: string | null = ["modelyard", "modelyard_management"].every((name) =>
  existsSync(join(folder, `${name}_bg.wasm`)),
)
  ? null
  : "SKIPPED: there are no wasm files in target/wasm; `cargo xtask build` makes them";
if (missing) console.warn(missing);

async function glueOf<T>(name: string, made: string): Promise<() => T> {
  // Not typed: the scripts of the build are plain JavaScript.
  const { wrap } = (await import("../../scripts/glue.mjs" as string)) as {
    wrap: (text: string, name: string) => string;
  };
  const { slim } = (await import("../../scripts/slim.mjs" as string)) as { slim: (text: string) => string };
  const text = wrap(slim(readFileSync(join(folder, `${name}.js`), "utf8")), made);
  const module = (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(text)}`)) as Record<
    string,
    () => T
  >;
  return module[made] as () => T;
}

const loaded = new Map<string, Promise<WebAssembly.Module>>();

function moduleOf(name: string): Promise<WebAssembly.Module> {
  const known = loaded.get(name) ?? WebAssembly.compile(readFileSync(join(folder, `${name}_bg.wasm`)));
  loaded.set(name, known);
  return known;
}

/** A worker with an empty disk: these tests move no files of the page. */
function emptyWorker(): Worker {
  let hear: (event: { data: string }) => void = () => undefined;
  const worker = {
    addEventListener(type: string, listener: typeof hear) {
      if (type === "message") hear = listener;
    },
    postMessage(message: unknown) {
      if (typeof message !== "string" || !message.includes('"hello"')) return;
      const data = JSON.stringify({ ready: { weights: "memory", blobs: [], partials: [] } });
      setImmediate(() => hear({ data }));
    },
    terminate: () => undefined,
  };
  return worker as unknown as Worker;
}

export interface RealOptions {
  readonly management?: ManagementOptions;
  readonly modelyard?: Partial<ModelyardOptions>;
  readonly ports?: Partial<ManagementPorts>;
}

export interface Real {
  readonly modelyard: Modelyard;
  readonly management: Management;
}

/** An instance that is not open yet. */
export async function real({
  management: given = {},
  modelyard: more = {},
  ports = {},
}: RealOptions = {}): Promise<Real> {
  const makeCore = await glueOf<CoreModule>("modelyard", "makeCore");
  const makeManagement = await glueOf<ManagementModule>("modelyard_management", "makeManagement");
  const management = createService(given, {
    loadWasm: () => moduleOf("modelyard_management"),
    makeManagement,
    fetchText: async (url) => (await fetch(url)).text(),
    place: () => ({ origin: "https://app.example", query: "" }),
    isOffline: () => false,
    now: () => performance.now(),
    pause: () => new Promise((resolve) => setImmediate(resolve)),
    ...ports,
  });
  const modelyard = createInstance(
    { models: [], engines: [], worker: emptyWorker, ...more, management },
    {
      missingFeature: () => null,
      loadWasm: () => moduleOf("modelyard"),
      loadCatalog: async () =>
        readFileSync(new URL("../../../src/catalog/bundled/catalog.txt", import.meta.url), "utf8"),
      makeCore,
      now: () => performance.now(),
    },
  );
  return { modelyard, management };
}

/** Resolves as soon as something is true; it is looked at whenever one of the two changed or something happened. */
export function until(real: Real, isTrue: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!isTrue()) return;
      for (const stop of stops.splice(0)) stop();
      resolve();
    };
    const stops = [real.modelyard.subscribe(look), real.management.subscribe(look), real.modelyard.onAny(look)];
    look();
  });
}
