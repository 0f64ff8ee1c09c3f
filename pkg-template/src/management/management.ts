/**
 * What `createManagement()` gives. In order: an instance takes it (`attach`); opening that opens this; what servers say
 * goes to the core, which alone knows which models there are; and what the core wants of servers comes back here.
 *
 * The invariant: nothing here is needed for the models of the page. When this breaks down, calls fail, servers' models
 * do not answer, and all else goes on.
 */

import type { GenerationOptions } from "../api.js";
import { ATTACH, type Attachable, type Attached, type InstancePort } from "../attachment.js";
import { ModelyardError, modelyardError } from "../errors.js";
import type { ModelOptions, ProviderState as ProviderNews } from "../generated/index.js";
import { invalid, itemsOf, text } from "../input.js";
import type { CheckedSettings } from "../routing.js";
import { servedModel } from "./answers.js";
import type { KeyState, ListOptions, Management, ModelStatus } from "./api.js";
import { type CoreSettings, createConfiguration, laidOver, providerText, settingOf } from "./configuration.js";
import { showModel } from "./details.js";
import { createFeed, type Feed } from "./feed.js";
import { createHub } from "./hub.js";
import { createKeys, keyToTry, lostKeys } from "./keys.js";
import { createLife, type ManagementPorts } from "./life.js";
import { createListing, type Listing } from "./listing.js";
import { servedName } from "./names.js";
import { checkManagement } from "./options.js";
import { startPull } from "./pulling.js";
import { createPulls, type Pulls } from "./pulls.js";
import type { Session } from "./session.js";
import { statusOf } from "./status.js";
import { createManagementStore, EMPTY_SNAPSHOT } from "./store.js";

/** What there is once an instance has taken it. */
interface Taken {
  readonly port: InstancePort;
  readonly feed: Feed;
  readonly pulls: Pulls;
  readonly listing: Listing;
}

/** Makes one on given surroundings. Throws `invalid_input`; has no other effect. */
export function createService(given: unknown, ports: ManagementPorts): Management & Attachable {
  const options = checkManagement(given);
  const store = createManagementStore();
  let taken: Taken | null = null;

  const whose = () => {
    const { namespace, engines } = taken?.port.options ?? { namespace: "default", engines: [] };
    return { namespace, engines: engines.map((engine) => engine.id) };
  };

  const life = createLife(
    options,
    ports,
    store,
    whose,
    {
      listed(provider, models, count, stale) {
        taken?.feed.listed(provider, models);
        store.set({}, [{ type: "modelsListed", provider, count, stale }]);
      },
      removed(provider) {
        taken?.feed.removed(provider);
      },
      providerChanged(json) {
        const provider = JSON.parse(json) as ProviderNews;
        const { providers } = store.snapshot();
        const known = providers.some((one) => one.id === provider.id);
        const next = known
          ? providers.map((one) => (one.id === provider.id ? provider : one))
          : [...providers, provider];
        store.set({ providers: next }, [{ type: "providerChanged", provider }]);
      },
      keyChanged(id, json) {
        const key = JSON.parse(json) as KeyState;
        const providers = store.snapshot().providers.map((one) => (one.id === id ? { ...one, key } : one));
        store.set({ providers }, [{ type: "keyChanged", provider: id, key }]);
      },
      pullReport: (json) => taken?.pulls.report(json),
      reach: (provider, reach) => taken?.feed.reach(provider, reach),
    },
    {
      began(session, warnings, failure) {
        const before = store.snapshot().providers;
        show(session);
        const lost = lostKeys(before, store.snapshot().providers);
        store.set({ status: "ready", failure, warnings: [...warnings, ...lost.warnings] }, lost.events);
        taken?.pulls.resume(session);
        if (isCoreReady) {
          configureCore();
          refresh();
        }
      },
      gaveUp: (why) => taken?.pulls.failAll(why),
    },
  );
  let isCoreReady = false;

  /** Takes over what is in force now. */
  function show(session: Session): void {
    const [settings, providers] = session.call((core) => [core.settings(), core.providers()] as const);
    store.set({ settings: settings.map(settingOf), providers });
    taken?.feed.configured(providers.map((provider) => provider.id));
    taken?.listing.forget();
  }

  /** The core hears of the configuration. */
  function configureCore(): void {
    try {
      if (isCoreReady) taken?.port.configure();
    } catch (error) {
      if (!(error instanceof ModelyardError)) throw error;
      store.set({ warnings: [...store.snapshot().warnings, error.failure] });
    }
  }

  /** Asks the providers whose lists are not fresh; nobody waits for it. */
  function refresh(): void {
    void life
      .ready()
      .then((session) => session.wait((core) => core.list("{}")))
      .catch(() => undefined);
  }

  function configured(): CoreSettings {
    try {
      return JSON.parse(life.session().call((core) => core.coreSettings())) as CoreSettings;
    } catch {
      // Without it the app's own settings count.
      return {};
    }
  }

  function attach(port: InstancePort): Attached {
    if (taken) throw invalid("options.management", "belongs to another instance already", "a management");
    const feed = createFeed(port, ports.pause);
    const pulls = createPulls(port, life.ready, life.session);
    taken = { port, feed, pulls, listing: createListing({ port, feed, life, store, ports }) };
    const under = (own: CheckedSettings): CheckedSettings => {
      const said = configured();
      const { defaultModel, ...rest } = said;
      return laidOver(own, defaultModel && !isModel(defaultModel, port) ? rest : said, port.options);
    };
    return {
      // When it cannot be opened, the snapshot says so; the models of the page do without it.
      open: () => life.open().catch(() => undefined),
      close: () => life.close(),
      prepare(given) {
        isCoreReady = false;
        pulls.stopAll();
        const settings = under(given as CheckedSettings);
        // Empty says that nobody says it any more; here that goes without saying.
        const { defaultModel, defaultProfile } = settings;
        return {
          ...settings,
          defaultModel: defaultModel || null,
          defaultProfile: defaultProfile || null,
          ...feed.begin(),
        };
      },
      opened() {
        isCoreReady = true;
        feed.opened();
        if (store.snapshot().status === "ready") refresh();
      },
      under<T extends object>(settings: T): T {
        taken?.listing.forget();
        return under(settings as CheckedSettings) as T;
      },
      host: pulls.host,
      served: (provider, modelId) => servedModel(life.session, provider, modelId),
      optionsFor(modelId, own) {
        const session = sessionOrNull();
        if (!session) return own;
        const call = JSON.stringify(own);
        return JSON.parse(session.call((core) => core.optionsFor(modelId, call))) as ModelOptions & GenerationOptions;
      },
      contextWindow(modelId, own) {
        const size = sessionOrNull()
          ?.call((core) => core.settingsFor(modelId))
          .find(([name]) => name === "contextSize")?.[1];
        if (!size) return own;
        return Math.min(JSON.parse(size.json) as number, own ?? Number.POSITIVE_INFINITY);
      },
    };
  }

  /** Whether it can be the model of a new conversation: the core refuses one that is neither of the page nor of a server. */
  function isModel(id: string, { modelyard, manifests }: InstancePort): boolean {
    const { snapshot } = store;
    if (servedName(id, snapshot().providers)) return true;
    return (
      manifests().some((model) => model.id === id) || modelyard.getSnapshot().models.some((model) => model.id === id)
    );
  }

  /** For what has to go on without one. */
  function sessionOrNull(): Session | null {
    try {
      return life.session();
    } catch {
      return null;
    }
  }

  function inUse(): Taken {
    if (taken && (isCoreReady || store.snapshot().status === "closed")) return taken;
    throw modelyardError("not_ready", "Model management is not ready: its instance of Modelyard is not open.");
  }

  const config = createConfiguration({
    life,
    settings: () => store.snapshot().settings,
    changed(change) {
      show(life.session());
      store.set({ failure: null, warnings: change.warnings }, [{ type: "configChanged", ...change }]);
      configureCore();
      refresh();
    },
  });

  function status(modelId: string): Promise<ModelStatus>;
  function status(modelIds: readonly string[]): Promise<readonly ModelStatus[]>;
  async function status(asked: string | readonly string[]): Promise<ModelStatus | readonly ModelStatus[]> {
    const { port } = inUse();
    const ids = typeof asked === "string" ? [asked] : itemsOf("modelIds", asked);
    const all = statusOf(
      ids.map((id, index) => text(typeof asked === "string" ? "modelId" : `modelIds[${index}]`, id)),
      port.modelyard.getSnapshot(),
      store.snapshot().providers,
    );
    return typeof asked === "string" ? (all[0] as ModelStatus) : all;
  }

  const management: Management & Attachable = {
    [ATTACH]: attach,
    subscribe: (listener) => store.outbox.subscribe(callable("listener", listener)),
    getSnapshot: () => store.snapshot(),
    getServerSnapshot: () => EMPTY_SNAPSHOT,
    on: (type, listener) => store.outbox.on(text("type", type) as typeof type, callable("listener", listener) as never),
    list: async (asked: ListOptions = {}) => inUse().listing.list(asked),
    async show(modelId, asked = {}) {
      const { port } = inUse();
      return showModel(text("modelId", modelId), asked, { port, life, store, ports });
    },
    status,
    async pull(model, asked = {}) {
      const { port, feed } = inUse();
      return startPull(text("model", model), asked, { port, life, store, ports, feed });
    },
    async remove(modelId, asked = {}) {
      return inUse().port.modelyard.removeModel(modelId, asked);
    },
    async clearCache(provider) {
      const { listing } = inUse();
      const asked = provider === undefined ? {} : { provider: text("provider", provider) };
      await (await life.ready()).wait((core) => core.clearCache(JSON.stringify(asked)));
      listing.forget();
    },
    async test(provider) {
      const [asked, key] = [providerText(provider), keyToTry(provider)];
      return (await life.ready()).wait((core) => core.test(asked, key));
    },
    config,
    keys: createKeys(life),
    hub: createHub(life),
  };
  return Object.freeze(management);
}

function callable<F>(field: string, value: F): F {
  if (typeof value !== "function") throw invalid(field, "must be a function", value);
  return value;
}
