/**
 * What the core is told of servers: which there are, what they have, whether they can be reached. The newest of each is
 * kept, so that a new core gets all of it at once.
 *
 * The invariant: a core that is ready knows the newest of everything as soon as `flushed()` resolves. Each list is told
 * in a task of its own, because a long one takes its time.
 */
import type { InstancePort } from "../attachment.js";
import type { ModelManifest, ServerReach } from "../generated/index.js";

export interface Feed {
  /** `models` is the JSON text of manifests. */
  listed(provider: string, models: string): void;
  removed(provider: string): void;
  reach(provider: string, reach: ServerReach): void;
  /** The providers there are; those that are new are told of. */
  configured(providers: readonly string[]): void;
  /** A core is made that starts with this. It is told nothing before `opened()`. */
  begin(): { readonly servers: readonly string[]; readonly served: readonly ModelManifest[] };
  opened(): void;
  flushed(): Promise<void>;
}

export function createFeed(port: InstancePort, pause: () => Promise<void>): Feed {
  // The newest list of each provider, as its text.
  const lists = new Map<string, string>();
  const reaches = new Map<string, ServerReach>();
  let servers: readonly string[] = [];
  // What there is to be told, by provider; a newer word of one replaces the older.
  const news = new Map<string, string>();
  let isOpen = false;
  let telling: Promise<void> | null = null;

  const tell = (json: string): void => port.tell((core) => void core.command(json));

  async function tellAll(): Promise<void> {
    for (;;) {
      await pause();
      const [next] = news;
      if (!isOpen || !next) return;
      news.delete(next[0]);
      tell(next[1]);
      tellReach(next[0]);
    }
  }

  function note(provider: string, json: string): void {
    // At the end of the line, also if it stands in it already.
    news.delete(provider);
    news.set(provider, json);
    flush();
  }

  function flush(): void {
    if (isOpen) {
      telling ??= tellAll().finally(() => {
        telling = null;
        if (isOpen && news.size > 0) flush();
      });
    }
  }

  // The manifests are a text already, and can be megabytes: they are not read here.
  const setServed = (provider: string, models: string): string =>
    `{"type":"setServed","engineId":${JSON.stringify(provider)},"models":${models}}`;

  /** The core must know a server before it hears how it is: after its list, while that waits. */
  function tellReach(engineId: string): void {
    const reach = reaches.get(engineId);
    if (isOpen && reach && servers.includes(engineId) && !news.has(engineId))
      tell(JSON.stringify({ type: "serverReach", engineId, reach }));
  }

  return {
    listed(provider, models) {
      lists.set(provider, models);
      note(provider, setServed(provider, models));
    },
    removed(provider) {
      lists.delete(provider);
      reaches.delete(provider);
      servers = servers.filter((one) => one !== provider);
      note(provider, JSON.stringify({ type: "removeServer", engineId: provider }));
    },
    reach(provider, reach) {
      reaches.set(provider, reach);
      tellReach(provider);
    },
    configured(providers) {
      const added = providers.filter((one) => !servers.includes(one));
      servers = providers;
      for (const provider of added) {
        if (!lists.has(provider)) note(provider, setServed(provider, "[]"));
      }
    },
    begin() {
      isOpen = false;
      news.clear();
      const served = servers.flatMap((provider) => JSON.parse(lists.get(provider) ?? "[]") as ModelManifest[]);
      return { servers, served };
    },
    opened() {
      isOpen = true;
      for (const provider of reaches.keys()) tellReach(provider);
      flush();
    },
    async flushed() {
      while (telling) await telling;
    },
  };
}
