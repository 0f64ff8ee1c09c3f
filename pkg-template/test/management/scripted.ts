/** Both wasm modules replaced by what a test says: a core (`../unit/scripted.ts`) and a model management. */
import type { ModelyardOptions } from "../../src/api.js";
import type { CoreModule, Host } from "../../src/core.js";
import type { Command, Lookup, ModelManifest, ModelState, Reply } from "../../src/generated/index.js";
import { createInstance } from "../../src/instance.js";
import type { ManagementOptions, ProviderState } from "../../src/management/api.js";
import type { ChatSink, ManagementCore, ManagementHost, ManagementModule } from "../../src/management/core.js";
import { createService } from "../../src/management/management.js";
import { manifest, modelState, type Script, ScriptedCore } from "../unit/scripted.js";

export interface ManagementScript {
  /** What a call gives; `undefined`: the usual. Throws to fail, or to trap. */
  call?: (name: string, rest: readonly unknown[], core: ScriptedManagement) => unknown;
  providers?: () => ProviderState[];
  settings?: string;
}

/** Calls that answer later. */
const LATER = [
  "open",
  "saveConfig",
  "list",
  "show",
  "clearCache",
  "remove",
  "test",
  "setKey",
  "forgetKey",
  "setPassphrase",
  "unlock",
  "hubSearch",
  "hubRepository",
  "close",
];

export class ScriptedManagement {
  readonly calls: Array<readonly [name: string, ...rest: unknown[]]> = [];
  readonly sinks: ChatSink[] = [];

  constructor(
    readonly optionsJson: string,
    readonly host: ManagementHost,
    readonly script: ManagementScript,
  ) {}

  count(name: string): number {
    return this.calls.filter(([called]) => called === name).length;
  }

  usual(name: string, rest: readonly unknown[]): unknown {
    if (name === "providers") return this.script.providers?.() ?? [];
    if (name === "list") return { providers: this.script.providers?.() ?? [] };
    if (name === "settings" || name === "settingsFor") return [];
    if (name === "coreSettings") return this.script.settings ?? "{}";
    if (name === "setLayers" || name === "saveConfig") return { keys: [], warnings: [] };
    if (name === "optionsFor") return rest[1];
    if (name === "chat") return this.sinks.push(rest[1] as ChatSink);
    if (name === "remove") return { freedBytes: 0 };
    if (name === "keyState" || name === "setKey") return { state: "none", keep: null, fingerprint: null };
    if (name === "isLocked") return false;
    return undefined;
  }
}

/** All calls of the class, each of which is noted. */
function asCore(scripted: ScriptedManagement): ManagementCore {
  return new Proxy(scripted, {
    get(target, name: string) {
      if (name in target || name === "then") return Reflect.get(target, name);
      const run = (rest: readonly unknown[]) => {
        target.calls.push([name, ...rest]);
        return target.script.call?.(name, rest, target) ?? target.usual(name, rest);
      };
      if (!LATER.includes(name)) return (...rest: unknown[]) => run(rest);
      return async (...rest: unknown[]) => run(rest);
    },
  }) as unknown as ManagementCore;
}

export const provider = (id: string, more: Partial<ProviderState> = {}): ProviderState & { leftOut: number } => ({
  id,
  kind: "ollama",
  host: "http://127.0.0.1:11434",
  state: "ok",
  failure: null,
  abilities: ["list", "chat"],
  listedAt: 1_000,
  ageMs: 0,
  stale: false,
  offline: false,
  models: 0,
  leftOut: 0,
  key: { state: "none", keep: null, fingerprint: null },
  ...more,
});

export const served = (engine: string, name: string, more: object = {}): ModelManifest => ({
  id: `${engine}/${name}`,
  name,
  engine,
  files: [],
  served: { name, here: true, ...more },
});

export const servedState = (engine: string, name: string, more: Partial<ModelState> = {}): ModelState =>
  modelState(`${engine}/${name}`, { name, engine, served: true, presence: "cached", ...more });

const nothing = { tokens: 4096, source: "default" } as const;
const unknown = {
  tools: "unknown",
  vision: "unknown",
  streaming: "unknown",
  reasoning: "unknown",
  structuredOutput: "unknown",
  embedding: "unknown",
  audio: "unknown",
  fillInMiddle: "unknown",
} as const;

/** What is known of a model nobody knows. */
export const blank: Lookup = {
  name: "",
  family: "unknown",
  class: null,
  context: nothing,
  effectiveContext: nothing,
  maxOutput: { tokens: 2048, source: "default" },
  capabilities: unknown,
  profiles: [],
  parametersMillions: null,
  activeParametersMillions: null,
  quantization: null,
  format: null,
  sizeBytes: null,
  gpuMemoryBytes: null,
  released: null,
  origin: { sources: [], date: null, contextSpread: null },
  matched: { step: "none", key: null, stripped: [], tiedWith: null },
  overridden: null,
};

const sources = ["user", "served", "advertised", "bundled", "default"] as const;
const names = Object.keys(unknown) as Array<keyof typeof unknown>;
const supports = ["unknown", "yes", "no"] as const;

/** Facts as the core writes them, all the same but for what is said of some. */
export function factsText(
  ids: readonly string[],
  said: Readonly<Record<string, Partial<Lookup> & { readonly modified?: string }>> = {},
): string {
  const facts = ids.flatMap((id) => {
    const { modified = null, ...known } = { ...blank, ...said[id] };
    const limit = ({ tokens, source }: Lookup["context"]) => [tokens, sources.indexOf(source)];
    const digits = names.reduceRight((all, name) => 3 * all + supports.indexOf(known.capabilities[name]), 0);
    return [
      known.family,
      ...[known.context, known.effectiveContext, known.maxOutput].flatMap(limit),
      digits,
      known.parametersMillions,
      known.quantization,
      known.sizeBytes,
      modified,
    ];
  });
  return JSON.stringify([sources, names, supports, facts]);
}

export interface World {
  readonly script?: Script;
  readonly management?: ManagementScript;
  readonly options?: Partial<ModelyardOptions>;
  readonly managementOptions?: ManagementOptions;
  readonly offline?: boolean;
  readonly files?: Readonly<Record<string, string>>;
}

export function scriptedWorld({
  script = {},
  management: managementScript = {},
  options = {},
  managementOptions = {},
  offline = false,
  files = {},
}: World = {}) {
  const cores: ScriptedCore[] = [];
  const managements: ScriptedManagement[] = [];
  const order: string[] = [];
  let now = 0;
  const surroundings = { pauses: 0, loads: 0, offline };
  const module = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
  const management = createService(managementOptions, {
    async loadWasm() {
      surroundings.loads += 1;
      return module;
    },
    makeManagement() {
      class Core {
        constructor(optionsJson: string, host: ManagementHost) {
          const made = new ScriptedManagement(optionsJson, host, managementScript);
          managements.push(made);
          order.push("management");
          // biome-ignore lint/correctness/noConstructorReturn: as the class of wasm-bindgen, but noted.
          return asCore(made);
        }
      }
      return { default: async () => undefined, ManagementCore: Core } as unknown as ManagementModule;
    },
    async fetchText(url) {
      const text = files[url.href];
      if (text === undefined) throw new Error(`There is no file at ${url.href}.`);
      return text;
    },
    place: () => ({ origin: "https://app.example", query: "?modelyard.temperature=1" }),
    isOffline: () => surroundings.offline,
    now: () => now,
    async pause() {
      surroundings.pauses += 1;
      await new Promise((resolve) => setImmediate(resolve));
    },
  });
  const withDescribe: Script = {
    ...script,
    command(command: Command, core: ScriptedCore): Reply | undefined {
      const reply = script.command?.(command, core);
      if (reply || command.type !== "describe") return reply;
      return { type: "described", facts: factsText(command.modelIds) };
    },
  };
  const modelyard = createInstance(
    { models: [manifest("one"), manifest("two")], engines: [], ...options, management },
    {
      missingFeature: () => null,
      loadWasm: async () => module,
      loadCatalog: async () => "",
      makeCore() {
        class Core extends ScriptedCore {
          constructor(optionsJson: string, host: Host) {
            super(optionsJson, host, withDescribe);
            cores.push(this);
            order.push("core");
          }
        }
        return { default: async () => undefined, PageCore: Core } as unknown as CoreModule;
      },
      now: () => now,
    },
  );
  return {
    modelyard,
    management,
    cores,
    managements,
    order,
    surroundings,
    core: () => cores.at(-1) as ScriptedCore,
    managed: () => managements.at(-1) as ScriptedManagement,
    pass: (ms: number) => {
      now += ms;
    },
  };
}
