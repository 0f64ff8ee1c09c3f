/**
 * Stands in for `modelyard/management`: a configuration that is checked a little, and servers whose state follows
 * their addresses. `http://localhost:11434` answers; hosts with `refused`, `down`, `error` or `slow` in them do not.
 *
 * `?providers=ollama,old,groq` has providers from the start, `?many=5000` so many models, `?env` variables of the app.
 */
import type { Failure } from "../../pkg-template/src/generated";
import type * as Api from "../../pkg-template/src/management/api";
import { FakeError, type FakeModelyard } from "../../pkg-template/test/react/fake";
import { effective, type Text, wrong } from "./fake-config";
import { FakeHub } from "./fake-hub";
import { FakeKeys, NO_KEY } from "./fake-keys";
import { detailsOf, modelsOf } from "./fake-models";
import { abilitiesOf, HOSTS, report } from "./fake-servers";

export type * from "../../pkg-template/src/management/api";

const STORED = "fake:config";
const query = new URLSearchParams(location.search);
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** An error with all that a failure says. */
function refuse(failure: Failure): never {
  throw Object.assign(new FakeError(failure), failure, { failure });
}

const plain = (code: Failure["code"], message: string, recovery: string[]): Failure => ({
  code,
  message,
  recovery,
  retryable: true,
});

class FakeManagement {
  #modelyard: FakeModelyard | null = null;
  #file: Text = {};
  #text: string | null = null;
  readonly #environment: Text = query.has("env") ? { "generation.temperature": "0.3" } : {};
  readonly #listeners = new Set<() => void>();
  #snapshot: Api.ManagementSnapshot = { status: "idle", failure: null, providers: [], settings: [], warnings: [] };
  readonly #removed = new Set<string>();
  readonly #pulled: { provider: string; name: string }[] = [];

  constructor() {
    const names = query.get("providers")?.split(",").filter(Boolean) ?? [];
    const providers = Object.fromEntries(
      names.map((name) => {
        if (name === "groq") return [name, { kind: "openai", host: "https://api.groq.com/openai/v1" }];
        const known = HOSTS[name];
        return [name, known === undefined ? { kind: "ollama", host: `http://${name}.example:11434` } : { kind: name }];
      }),
    );
    const given = names.length > 0 ? JSON.stringify({ providers }) : null;
    const text = localStorage.getItem(STORED) ?? given;
    if (text !== null) this.#read(text);
  }

  /** `createModelyard()` calls it. */
  attach(modelyard: FakeModelyard): void {
    this.#modelyard = modelyard;
    const stop = modelyard.subscribe(() => {
      if (modelyard.getSnapshot().status !== "ready") return;
      stop();
      this.#patch({ status: "ready" });
      this.#apply();
      void this.list();
    });
    modelyard.on("downloadReady", ({ modelId }) => {
      const at = modelId.indexOf("/");
      if (at > 0) this.#pulled.push({ provider: modelId.slice(0, at), name: modelId.slice(at + 1) });
      this.#touch();
    });
  }

  readonly keys = new FakeKeys(
    (provider) => this.#snapshot.providers.find((one) => one.id === provider)?.host ?? null,
    (provider) => {
      this.#setProvider(provider, { key: this.keys.state(provider), state: "unknown" });
      void this.list();
    },
    refuse,
  );
  readonly hub = new FakeHub(refuse);

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // Handed to React as they are.
  readonly getSnapshot = (): Api.ManagementSnapshot => this.#snapshot;
  readonly getServerSnapshot = this.getSnapshot;

  readonly config = {
    effective: () => this.#snapshot.settings,
    get: (path: string) => this.#snapshot.settings.find((one) => one.path === path) ?? null,
    forModel: () => new Map<string, Api.Setting>(),
    set: () => ({ keys: [], warnings: [] }),
    save: async (value: string | object) => {
      await sleep(80);
      const text = typeof value === "string" ? value : JSON.stringify(value);
      const failures = wrong(JSON.parse(text));
      const [first, ...others] = failures;
      if (first !== undefined) refuse({ ...first, others });
      this.#read(text);
      localStorage.setItem(STORED, text);
      this.#apply();
      return { keys: [], warnings: [] };
    },
    text: () => this.#text,
  };

  async list(options: Api.ListOptions = {}): Promise<Api.ModelList> {
    for (const one of this.#snapshot.providers) {
      if (options.provider !== undefined && options.provider !== one.id) continue;
      if (one.state !== "unknown" && options.refresh !== true) continue;
      if (one.abilities.includes("search")) continue;
      this.#setProvider(one.id, { state: "asking" });
      void this.#ask(one);
    }
    await sleep(350);
    return { models: this.#models(), providers: this.#snapshot.providers };
  }

  #keyOf(id: string): "none" | "good" | "bad" {
    if (this.keys.state(id).state !== "ready") return "none";
    return this.keys.isBad(id) ? "bad" : "good";
  }

  async #ask({ id, kind, host: at }: Api.ProviderState): Promise<void> {
    const host = at ?? "";
    await sleep(host.includes("slow") ? 4000 : 300);
    const found = report(kind, host, this.#keyOf(id));
    if (found.ok) {
      const models = this.#served(id);
      const has = new Set(this.#modelyard?.getSnapshot().models.map((one) => one.id));
      const added = models.filter((one) => !has.has(one.id));
      this.#modelyard?.addModels(added.map(({ id: modelId, name }) => ({ id: modelId, name, engine: id, files: [] })));
      this.#here(models.filter((one) => one.presence === "cached"));
      this.#setProvider(id, { state: "ok", failure: null, listedAt: Date.now(), ageMs: 0, models: models.length });
    } else {
      const isError = found.finding === "broken" || found.finding === "badKey";
      const code = found.finding === "badKey" ? "unauthorized" : isError ? "provider_error" : "network";
      const failure = plain(code, found.message, [found.advice]);
      const old = host.includes("old") || host.includes("down");
      this.#setProvider(id, {
        state: "failing",
        failure,
        offline: !isError,
        stale: old,
        listedAt: old ? Date.now() - 3_700_000 : null,
        models: old ? this.#served(id).length : 0,
      });
    }
  }

  async show(modelId: string): Promise<Api.ModelDetails> {
    await sleep(300);
    const model = this.#models().find((one) => one.id === modelId);
    if (model === undefined) refuse(plain("not_found", `There is no model ${modelId}.`, ["Refresh the list."]));
    return detailsOf(model);
  }

  status = () => Promise.reject(new Error("Nobody asks for it here."));

  async pull(model: string, options: { readonly provider?: string } = {}) {
    await sleep(150);
    const modelyard = this.#modelyard;
    if (modelyard === null) throw new Error("not open");
    const provider = options.provider ?? model.split("/")[0] ?? "";
    const name = model.startsWith(`${provider}/`) ? model.slice(provider.length + 1) : model;
    if (/\s/.test(name)) {
      refuse({
        ...plain("invalid_input", `“${name}” is no name of a model.`, ["Write it without blanks."]),
        field: "model",
      });
    }
    if (!this.#snapshot.providers.some((one) => one.id === provider)) return modelyard.download(model);
    const id = `${provider}/${name}`;
    if (!modelyard.getSnapshot().models.some((one) => one.id === id)) {
      modelyard.addModels([
        { id, name, engine: provider, files: [{ name: "m", url: "http://localhost/m", sizeBytes: 1_321_098_329 }] },
      ]);
    }
    this.#removed.delete(id);
    return modelyard.download(id);
  }

  async remove(modelId: string, options: { readonly unload?: boolean } = {}): Promise<{ freedBytes: number }> {
    const size = this.#models().find((one) => one.id === modelId)?.sizeBytes ?? 0;
    await this.#modelyard?.removeModel(modelId, options).catch((error: unknown) => {
      refuse(plain((error as FakeError).code, (error as FakeError).message, ["Unload it first."]));
    });
    this.#removed.add(modelId);
    this.#touch();
    return { freedBytes: size };
  }

  async clearCache(): Promise<void> {}

  async test(provider: string | Api.ProviderConfig): Promise<Api.ConnectionReport> {
    await sleep(700);
    if (typeof provider === "string") {
      const known = this.#snapshot.providers.find((one) => one.id === provider);
      return report(known?.kind ?? provider, known?.host ?? "", this.#keyOf(provider));
    }
    const { id, kind = id ?? "ollama", host = HOSTS[kind] ?? "", key } = provider;
    return report(kind, host, key === undefined ? "none" : key.includes("bad") ? "bad" : "good");
  }

  #models(): Api.ListedModel[] {
    const { models } = this.#modelyard?.getSnapshot() ?? { models: [] };
    const providers = this.#snapshot.providers;
    const page = models.filter((one) => !providers.some((provider) => provider.id === one.engine));
    const listed = providers.flatMap((one) =>
      this.#served(one.id).map((model) => ({ ...model, stale: one.stale, ageMs: one.ageMs })),
    );
    return [...modelsOf.page(page), ...(listed.length > 0 ? listed : [])].map((one) => ({
      ...one,
      inUse: models.find((model) => model.id === one.id)?.inUse ?? false,
    }));
  }

  #served(id: string): Api.ListedModel[] {
    const provider = this.#snapshot.providers.find((one) => one.id === id);
    if (provider === undefined || (provider.state === "failing" && !provider.stale)) return [];
    const all = [
      ...modelsOf.of(provider, Number(query.get("many") ?? 0)),
      ...this.#pulled.filter((one) => one.provider === id).map((one) => modelsOf.pulled(id, one.name)),
    ];
    return all.filter((one) => !this.#removed.has(one.id));
  }

  #here(models: readonly Api.ListedModel[]): void {
    const ids = new Map(models.map((one) => [one.id, one]));
    const all = this.#modelyard?.getSnapshot().models ?? [];
    this.#modelyard?.script.patch({
      models: all.map((one) => {
        const served = ids.get(one.id);
        if (served === undefined) return one;
        const { sizeBytes, contextWindow } = served;
        return { ...one, served: true, presence: "cached", sizeBytes, presentBytes: sizeBytes ?? 0, contextWindow };
      }),
    });
  }

  #read(text: string): void {
    this.#text = text;
    this.#file = JSON.parse(text) as Text;
  }

  #apply(): void {
    const configured = (this.#file["providers"] ?? {}) as Record<string, { kind?: string; host?: string }>;
    const known = new Map(this.#snapshot.providers.map((one) => [one.id, one]));
    const providers = Object.entries(configured).map(([id, { kind, host }]): Api.ProviderState => {
      const before = known.get(id);
      const protocol = kind ?? id;
      const at = host ?? HOSTS[protocol] ?? "http://localhost:11434";
      if (before !== undefined && before.host === at) return before;
      return {
        id,
        kind: protocol,
        abilities: abilitiesOf(protocol, at),
        key: NO_KEY,
        host: at,
        state: "unknown",
        failure: null,
        listedAt: null,
        ageMs: null,
        stale: false,
        offline: false,
        models: 0,
      };
    });
    const models = this.#modelyard?.getSnapshot().models ?? [];
    const engines = new Set(["wllama", ...providers.map((one) => one.id)]);
    this.#modelyard?.script.patch({ models: models.filter((one) => engines.has(one.engine)) });
    this.#patch({ providers, settings: effective(this.#file, this.#environment) });
    this.#patch({ providers: providers.map((one) => ({ ...one, key: this.keys.state(one.id) })) });
    void this.list();
  }

  #touch(): void {
    this.#patch({
      providers: this.#snapshot.providers.map((one) => ({
        ...one,
        models: this.#served(one.id).length,
        listedAt: one.listedAt === null ? null : one.listedAt + 1,
      })),
    });
  }

  #setProvider(id: string, changed: Partial<Api.ProviderState>): void {
    this.#patch({ providers: this.#snapshot.providers.map((one) => (one.id === id ? { ...one, ...changed } : one)) });
  }

  #patch(changed: Partial<Api.ManagementSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...changed };
    for (const listener of [...this.#listeners]) listener();
  }
}

export function createManagement(_options: Api.ManagementOptions): Api.Management {
  return new FakeManagement() as unknown as Api.Management;
}
