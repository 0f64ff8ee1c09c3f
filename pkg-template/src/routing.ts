/** The model database and the router, as an instance shows them. Rust decides; here it is about what crosses, and how. */
import type { CatalogReader, Modelyard, RouteRequest, RouterQueries, Snapshot } from "./api.js";
import { ModelyardError } from "./errors.js";
import type { Command, Lookup, ProfileSpec, Reply, Wish } from "./generated/index.js";
import { fieldsOf, finite, invalid, itemsOf, ownData, text } from "./input.js";

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
export function checkSettings(field: string, given: { readonly [name in (typeof SETTINGS)[number]]?: unknown }) {
  const checked: Record<string, unknown> = {};
  const { catalog, profiles, overrides } = given;
  if (catalog !== undefined)
    checked["catalog"] = ownData(`${field}.catalog`, itemsOf(`${field}.catalog`, catalog), finite);
  if (profiles !== undefined)
    checked["profiles"] = ownData(`${field}.profiles`, itemsOf(`${field}.profiles`, profiles), finite);
  if (overrides !== undefined) {
    const path = `${field}.overrides`;
    const named = ownData(path, overrides);
    if (typeof named !== "object" || named === null || Array.isArray(named))
      throw invalid(path, "must be an object", named);
    checked["overrides"] = Object.entries(named).map(([profile, model]) => ({
      profile,
      model: text(`${path}.${profile}`, model),
    }));
  }
  return checked as CheckedSettings;
}

export function createRouting(ports: RoutingPorts): Pick<Modelyard, "catalog" | "router" | "configure"> {
  function lookup(name: string): Lookup;
  function lookup(names: readonly string[]): readonly Lookup[];
  function lookup(names: string | readonly string[]): Lookup | readonly Lookup[] {
    const isOne = typeof names === "string";
    const asked = isOne ? [names] : itemsOf("names", names);
    asked.forEach((name, index) => void text(isOne ? "name" : `names[${index}]`, name));
    const found = JSON.parse(ports.command({ type: "lookUp", names: asked as string[] }, "found").lookups) as Lookup[];
    return isOne ? (found[0] as Lookup) : found;
  }
  const catalog: CatalogReader = {
    lookup,
    family(name) {
      const { family, class: kind } = lookup(text("name", name));
      return { family, class: kind };
    },
  };
  const router: RouterQueries = {
    route(request) {
      const given = fieldsOf("request", request, ["profile", "model", "needs", "strict"]);
      const { decision, explanation, failure } = ports.command(
        {
          type: "route",
          request: {
            wish: wishOf(given),
            needs: ownData("request.needs", given.needs ?? {}) as NonNullable<RouteRequest["needs"]>,
            strict: ownData("request.strict", given.strict ?? false) as boolean,
          },
        },
        "decided",
      );
      if (failure) throw Object.assign(new ModelyardError(failure), { decision });
      const { id: model, provider } = decision.chosen as NonNullable<typeof decision.chosen>;
      return { model, provider, decision, explanation };
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

function wishOf({ profile, model }: { readonly profile: unknown; readonly model: unknown }): Wish {
  if (model !== undefined) {
    if (profile !== undefined) throw invalid("request.model", "cannot be given together with a profile", model);
    return { model: text("request.model", model) };
  }
  if (typeof profile === "string") return { profile: text("request.profile", profile) };
  return { inline: ownData("request.profile", profile ?? null, finite) as ProfileSpec };
}
