/** The model database and the router, as an instance shows them. Rust decides; here it is about what crosses, and how. */
import type { CatalogReader, Modelyard, RouteRequest, RouterQueries, Snapshot } from "./api.js";
import { ModelyardError } from "./errors.js";
import type { Command, Lookup, Reply, Wish } from "./generated/index.js";
import { finite, invalid, ownData } from "./input.js";
import { share } from "./share.js";

export interface RoutingPorts {
  command<T extends Reply["type"]>(wish: Command, expected: T): Extract<Reply, { type: T }>;
  snapshot(): Snapshot;
  /** Settings that are in force now; a new core hears of them too. */
  remember(settings: CheckedSettings): void;
  /** What is to be in force when the app says this: a configuration may stand under it. */
  inForce(settings: CheckedSettings): CheckedSettings;
}

/** Settings as Rust gets them. */
export type CheckedSettings = Omit<Extract<Command, { type: "configure" }>, "type">;

/** The names of {@link RoutingSettings}. */
export const SETTINGS = ["catalog", "profiles", "overrides"] as const;

/** Copies settings. What is in them, and what has no place there, is for Rust to judge. */
export function checkSettings(field: string, given: unknown): CheckedSettings {
  const copy = (ownData(field, given, finite) ?? {}) as Omit<CheckedSettings, "overrides"> & { overrides?: never };
  if (!copy.overrides) return copy;
  const pairs = Object.entries<string>(copy.overrides);
  return { ...copy, overrides: pairs.map(([profile, model]) => ({ profile, model })) };
}

/** A text of lookups, as `src/catalog/batch.rs` writes it. */
export type LookupText = [
  blank: Lookup,
  parts: Record<string, never>,
  templates: Partial<Lookup>[],
  dresses: [Partial<Lookup> | 0, Lookup["matched"]["stripped"]][],
  rows: number[],
];

/** Lookups from their text. They all have the same fields in the same order. */
function putTogether(names: readonly string[], text: string): Lookup[] {
  const [blank, manyParts, templates, manyDresses, rows] = JSON.parse(text) as LookupText;
  // Frozen: lookups have them in common.
  const [parts, dresses] = share(null, [manyParts, manyDresses] as const);
  const whole = templates.map((template) => {
    const lookup = { ...blank, ...template };
    for (const field in parts) lookup[field as "name"] = (parts[field] as never)[lookup[field as "name"]];
    return lookup;
  });
  return names.map((name, at) => {
    const template = whole[rows[2 * at] as number] as Lookup;
    const [said, stripped] = dresses[rows[2 * at + 1] as number] as [Lookup, never];
    return { ...template, ...said, name, matched: { ...template.matched, stripped } };
  });
}

export function createRouting(ports: RoutingPorts): Pick<Modelyard, "catalog" | "router" | "configure"> {
  function lookup(name: string): Lookup;
  function lookup(names: readonly string[]): readonly Lookup[];
  function lookup(names: string | readonly string[]): Lookup | readonly Lookup[] {
    const asked = ownData("names", [names].flat()) as string[];
    const found = putTogether(asked, ports.command({ type: "lookUp", names: asked }, "found").lookups);
    return Array.isArray(names) ? found : (found[0] as Lookup);
  }
  const catalog: CatalogReader = { lookup, family: (name) => lookup(name) };
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
      const checked = checkSettings("settings", settings);
      ports.command({ type: "configure", ...ports.inForce(checked) }, "done");
      ports.remember(checked);
    },
  };
}
