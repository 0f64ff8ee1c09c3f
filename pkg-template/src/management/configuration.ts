/** The configuration as an app sees and changes it, and what of it the core is told. */

import type * as generated from "../generated/index.js";
import { invalid, oneOf, text } from "../input.js";
import type { CheckedOptions } from "../options.js";
import type { CheckedSettings } from "../routing.js";
import { share } from "../share.js";
import type { ConfigChange, ConfigSettings, Setting, WritableLayer } from "./api.js";
import type { Life } from "./life.js";
import { layerText } from "./options.js";

const LAYERS = ["file", "environment", "options", "page"] as const satisfies readonly WritableLayer[];

/** The core's command `configure`, without its type. */
export type CoreSettings = CheckedSettings;

export interface ConfigurationPorts {
  readonly life: Life;
  readonly settings: () => readonly Setting[];
  /** Something changed. */
  changed(change: ConfigChange): void;
}

export function createConfiguration({ life, settings, changed }: ConfigurationPorts): ConfigSettings {
  function told(change: generated.Changed): ConfigChange {
    const frozen: ConfigChange = share(null, change);
    changed(frozen);
    return frozen;
  }

  return Object.freeze({
    effective() {
      life.session();
      return settings();
    },
    get(path: string) {
      life.session();
      const wanted = text("path", path);
      return settings().find((setting) => setting.path === wanted) ?? null;
    },
    forModel(modelId: string) {
      const id = text("modelId", modelId);
      return new Map(
        life
          .session()
          .call((core) => core.settingsFor(id))
          .map(([name, of]) => [name, settingOf(of)]),
      );
    },
    set(layer: WritableLayer, value: string | object) {
      const given = { layer: oneOf("layer", layer, LAYERS), text: layerText("value", layer, value) };
      const change = life.session().call((core) => core.setLayers(JSON.stringify([given])));
      life.remember(given);
      return told(change);
    },
    async save(value: string | object) {
      const given = layerText("value", "file", value);
      const session = life.session();
      try {
        const change = await session.wait((core) => core.saveConfig(given));
        life.remember({ layer: "file", text: given });
        return told(change);
      } catch (error) {
        // It is in force all the same, until the page is left.
        if (["storage_unavailable", "storage_full"].includes((error as generated.Failure).code)) {
          life.remember({ layer: "file", text: given });
          changed({ keys: [], warnings: [] });
        }
        throw error;
      }
    },
    text: () => life.session().call((core) => core.storedConfig()) ?? null,
  });
}

/** A setting with its value read. */
export function settingOf({ path, layer, json }: generated.Setting): Setting {
  return Object.freeze({ path, layer, json, value: share(null, JSON.parse(json) as unknown) });
}

/** A model for a profile, a profile, an entry of the catalog: what an app says of one replaces what stands under it. */
function over<T>(own: readonly T[] = [], under: readonly T[] = [], nameOf: (item: T) => string): T[] {
  const names = new Set(own.map(nameOf));
  return [...own, ...under.filter((item) => !names.has(nameOf(item)))];
}

/** What the core is to be told: the app's own settings with the configuration's under them. */
export function laidOver(own: CheckedSettings, under: CoreSettings, options: CheckedOptions): CoreSettings {
  const start = options.defaultModel ?? options.defaultProfile;
  return {
    ...own,
    catalog: over(own.catalog, under.catalog, (entry) => entry.name),
    profiles: over(own.profiles, under.profiles, (profile) => profile.name),
    overrides: over(own.overrides, under.overrides, (one) => one.profile),
    // What a conversation starts with is one thing, which a model or a profile says.
    ...(start === null && pick(under, "defaultModel", "defaultProfile")),
    ...(options.superseded === null && pick(under, "superseded")),
  };
}

function pick<T extends object, K extends keyof T>(from: T, ...names: K[]): Partial<Pick<T, K>> {
  const given = names.filter((name) => from[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, from[name]])) as Partial<Pick<T, K>>;
}

/** Checks what names a provider to be tested. */
export function providerText(provider: unknown): string {
  if (typeof provider === "string") return JSON.stringify({ provider: text("provider", provider) });
  if (typeof provider !== "object" || provider === null)
    throw invalid("provider", "must be a name or an object", provider);
  const { id, kind, host, server } = provider as { id?: unknown; kind?: unknown; host?: unknown; server?: unknown };
  const named = { provider: id, kind, host, server };
  for (const [name, value] of Object.entries(named)) if (value !== undefined) text(`provider.${name}`, value);
  return JSON.stringify(named);
}
