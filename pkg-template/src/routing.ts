/** The model database and the router, as an instance shows them. Rust decides; here it is about what crosses, and how. */
import type { CatalogReader, Modelyard, RouteRequest, RouterQueries, RoutingSettings, Snapshot } from "./api.js";
import { ModelyardError } from "./errors.js";
import type { Command, Lookup, Reply, Wish } from "./generated/index.js";
import { fieldsOf, finite, invalid, ownData } from "./input.js";

export interface RoutingPorts {
  command<T extends Reply["type"]>(wish: Command, expected: T): Extract<Reply, { type: T }>;
  snapshot(): Snapshot;
  /** Settings that are in force now; a new core hears of them too. */
  remember(settings: CheckedSettings): void;
}

/** Settings as Rust gets them. */
export type CheckedSettings = Omit<Extract<Command, { type: "configure" }>, "type">;

/** The names of {@link RoutingSettings}. */
export const SETTINGS = ["catalog", "profiles", "overrides"] as const;

/** Copies settings. What is in them is for Rust to judge. */
export function checkSettings(field: string, { catalog, profiles, overrides }: Unchecked): CheckedSettings {
  const copy = ownData(field, { catalog, profiles, overrides }, finite) as Copied;
  if (!copy.overrides) return copy;
  return { ...copy, overrides: Object.entries(copy.overrides).map(([profile, model]) => ({ profile, model: model as string })) };
}

type Unchecked = { readonly [name in keyof RoutingSettings]?: unknown };
type Copied = Omit<CheckedSettings, "overrides"> & { readonly overrides?: never };

export function createRouting(ports: RoutingPorts): Pick<Modelyard, "catalog" | "router" | "configure"> {
  function lookup(name: string): Lookup;
  function lookup(names: readonly string[]): readonly Lookup[];
  function lookup(names: string | readonly string[]): Lookup | readonly Lookup[] {
    const asked = ownData("names", [names].flat()) as string[];
    const found = JSON.parse(ports.command({ type: "lookUp", names: asked }, "found").lookups) as Lookup[];
    return Array.isArray(names) ? found : (found[0] as Lookup);
  }
  const catalog: CatalogReader = {
    lookup,
    family(name) {
      const { family, class: kind } = lookup(name);
      return { family, class: kind };
    },
  };
  const router: RouterQueries = {
    route(request) {
      const { profile, model, ...rest } = (ownData("request", request, finite) ?? {}) as Partial<RouteRequest>;
      if ((profile === undefined) === (model === undefined)) {
        throw invalid("request", "must name either a profile or a model", request);
      }
      const named: Wish = typeof profile === "object" ? { inline: profile } : { profile: profile as string };
      const wish: Wish = model === undefined ? named : { model };
      const reply = ports.command({ type: "route", request: { wish, ...rest } }, "decided");
      const { decision, explanation, failure } = reply;
      if (failure) throw Object.assign(new ModelyardError(failure), { decision });
      const { id, provider } = decision.chosen as NonNullable<typeof decision.chosen>;
      return { model: id, provider, decision, explanation };
    },
    profiles: () => ports.snapshot().profiles,
  };
  return {
    catalog: Object.freeze(catalog),
    router: Object.freeze(router),
    configure(settings) {
      const checked = checkSettings("settings", fieldsOf("settings", settings, SETTINGS));
      ports.command({ type: "configure", ...checked }, "done");
      ports.remember(checked);
    },
  };
}
