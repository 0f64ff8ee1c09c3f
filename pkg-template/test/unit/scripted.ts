/** A core that does what a test says, in place of the wasm module. */
import type { ModelyardOptions } from "../../src/api.js";
import type { CoreModule, Host, PageCore } from "../../src/core.js";
import type {
  Command,
  ConversationState,
  Event,
  Failure,
  JobState,
  ModelState,
  Patch,
  Reply,
} from "../../src/generated/index.js";
import { createInstance } from "../../src/instance.js";
import type { LifePorts } from "../../src/life.js";

/** A wasm trap. */
export const trap = () => new WebAssembly.RuntimeError("unreachable");

type Told = readonly [name: string, ...rest: unknown[]];

export class ScriptedCore implements PageCore {
  readonly commands: Command[] = [];
  readonly told: Told[] = [];
  readonly devices: Command[] = [];
  /** Answers of which something was shown: number and try. */
  readonly shown: unknown[][] = [];
  freed = false;
  closed = false;

  constructor(
    readonly optionsJson: string,
    readonly host: Host,
    readonly script: Script,
  ) {
    script.construct?.(this);
  }

  /** A step: what changed, and what happened. */
  step(patch: Partial<Patch>, events: Event[] = []): void {
    this.host.changed({ ...nothing(), ...patch }, events);
  }

  async open(): Promise<void> {
    await this.script.open?.(this);
  }

  command(json: string): Reply {
    const command = JSON.parse(json) as Command;
    // The page's own, and no business of most tests.
    if (command.type === "describeDevice") {
      this.devices.push(command);
      return { type: "done" };
    }
    this.commands.push(command);
    return this.script.command?.(command, this) ?? { type: "done" };
  }

  loadProgressed = (...rest: unknown[]) => this.#hear("loadProgressed", rest);
  loaded = (...rest: unknown[]) => this.#hear("loaded", rest);
  loadFailed = (...rest: unknown[]) => this.#hear("loadFailed", rest);
  unloaded = (...rest: unknown[]) => this.#hear("unloaded", rest);
  answerShown = (...rest: unknown[]) => void this.shown.push(rest);
  answerEnded = (answerId: number, attempt: number, why: Failure | null) => {
    this.#hear("answerEnded", [answerId, attempt, why]);
    // As the core does where no other model takes over.
    if (why && !this.script.goesOn?.(answerId, attempt, why, this)) this.host.endAnswer(answerId, why);
  };
  pullReport = (...rest: unknown[]) => this.#hear("pullReport", rest);
  servedRemoved = (...rest: unknown[]) => this.#hear("servedRemoved", rest);
  persistenceGranted = (...rest: unknown[]) => this.#hear("persistenceGranted", rest);

  #hear(name: string, rest: unknown[]): void {
    this.told.push([name, ...rest]);
    this.script.hear?.(name, rest, this);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.script.close?.(this);
  }

  free(): void {
    this.freed = true;
  }
}

export interface Script {
  construct?: (core: ScriptedCore) => void;
  open?: (core: ScriptedCore) => Promise<void> | void;
  command?: (command: Command, core: ScriptedCore) => Reply | undefined;
  hear?: (name: string, rest: readonly unknown[], core: ScriptedCore) => void;
  /** Whether another model takes over an answer that failed. */
  goesOn?: (answerId: number, attempt: number, why: Failure, core: ScriptedCore) => boolean;
  close?: (core: ScriptedCore) => Promise<void> | void;
}

const nothing = (): Patch => ({
  models: [],
  conversations: [],
  jobs: [],
  engines: [],
  profiles: null,
  storage: null,
  staleDropped: null,
});

export const modelState = (id: string, more: Partial<ModelState> = {}): ModelState => ({
  id,
  name: id,
  description: null,
  engine: "fake",
  served: false,
  contextWindow: null,
  sizeBytes: 10,
  presence: "absent",
  presentBytes: 0,
  verified: null,
  residency: "unloaded",
  jobId: null,
  inUse: false,
  ...more,
});

export const conversationState = (id: string, more: Partial<ConversationState> = {}): ConversationState => ({
  id,
  activeModel: null,
  requestedModel: null,
  intent: 0,
  answering: false,
  route: null,
  ...more,
});

export const jobState = (id: number, more: Partial<JobState> = {}): JobState => ({
  id,
  modelId: `model-${id}`,
  epoch: 1,
  lifecycle: "queued",
  origin: "download",
  position: null,
  progress: null,
  waiting: null,
  failure: null,
  cancelReason: null,
  ...more,
});

export const manifest = (id: string) => ({
  id,
  name: id,
  engine: "fake",
  files: [{ name: "model.gguf", url: `https://models.example/${id}.gguf` }],
});

/** An instance on scripted cores, all made from one script, in the order they were made. */
export function scripted(script: Script = {}, options: Partial<ModelyardOptions> = {}) {
  const cores: ScriptedCore[] = [];
  let now = 0;
  const surroundings = {
    loads: 0,
    loadWasm: async (): Promise<WebAssembly.Module> =>
      new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
  };
  const ports: LifePorts = {
    missingFeature: () => null,
    loadWasm: () => {
      surroundings.loads += 1;
      return surroundings.loadWasm();
    },
    loadCatalog: async () => "",
    makeCore() {
      class Core extends ScriptedCore {
        constructor(optionsJson: string, host: Host) {
          super(optionsJson, host, script);
          cores.push(this);
        }
      }
      return { default: async () => undefined, PageCore: Core } as unknown as CoreModule;
    },
    now: () => now,
  };
  const modelyard = createInstance({ models: [manifest("one"), manifest("two")], engines: [], ...options }, ports);
  return {
    modelyard,
    cores,
    surroundings,
    core: () => cores.at(-1) as ScriptedCore,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

/** Lets everything that is due run. */
export const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** The error that a call throws or rejects with. */
export async function errorOf(run: () => unknown): Promise<Record<string, unknown>> {
  try {
    await run();
  } catch (error) {
    return error as Record<string, unknown>;
  }
  throw new Error("nothing was thrown");
}
