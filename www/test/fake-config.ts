/** A configuration for the fake: a few defaults, and the bounds that the page has to show errors of. */
import type { Failure } from "../../pkg-template/src/generated";
import type { ConfigLayer, Setting } from "../../pkg-template/src/management/api";

export type Text = Record<string, unknown>;

const DEFAULTS: Record<string, unknown> = {
  "cache.detailSeconds": 300,
  "cache.listSeconds": 60,
  "cache.maxEntries": 1000,
  "queue.superseded": "cancel",
  "routing.defaultProfile": "general",
  "routing.enabled": true,
  "storage.persist": "ask",
};

function flat(value: unknown, path: string, into: Map<string, unknown>): void {
  const isLeaf = typeof value !== "object" || value === null || Array.isArray(value) || path.endsWith(".options");
  if (isLeaf) into.set(path, value);
  else {
    for (const [key, one] of Object.entries(value)) {
      const step = /^[\w-]+$/.test(key) ? (path === "" ? key : `.${key}`) : `[${JSON.stringify(key)}]`;
      flat(one, path + step, into);
    }
  }
}

/** What is in force, with where it comes from. */
export function effective(file: Text, environment: Text): Setting[] {
  const all = new Map<string, Setting>();
  const put = (layer: ConfigLayer, path: string, value: unknown): void => {
    all.set(path, { path, layer, value, json: JSON.stringify(value) });
  };
  for (const [path, value] of Object.entries(DEFAULTS)) put("default", path, value);
  const written = new Map<string, unknown>();
  flat(file, "", written);
  for (const [path, value] of written) put("file", path, value);
  for (const [path, value] of Object.entries(environment)) put("environment", path, Number(value));
  return [...all.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
}

const NUMBERS: Record<string, readonly [number, number, string]> = {
  temperature: [0, 2, "a number from 0 to 2, for instance 0.7"],
  topP: [0, 1, "a number from 0 to 1, for instance 0.9"],
  topK: [1, 2 ** 31, "a whole number of at least 1, for instance 40"],
  repeatPenalty: [1e-9, 1e9, "a number above 0, for instance 1.1"],
  maxTokens: [1, 2 ** 31, "a whole number of at least 1, for instance 1024"],
};

/** What is wrong with a configuration, one failure for each value. */
export function wrong(text: Text): Failure[] {
  const failures: Failure[] = [];
  const say = (field: string, reason: string, value: unknown): void => {
    failures.push({
      code: "invalid_config",
      message: `${field} (file) ${reason}: ${String(value)}`,
      recovery: ["Correct the value."],
      retryable: false,
      field,
      value: String(value),
    });
  };
  for (const [name, value] of Object.entries((text["generation"] ?? {}) as Text)) {
    const [low, high, expected] = NUMBERS[name] ?? [-Infinity, Infinity, "a number"];
    if (typeof value !== "number") say(`generation.${name}`, `is of another type; it has to be ${expected}`, value);
    else if (value < low || value > high)
      say(`generation.${name}`, `is out of bounds; it has to be ${expected}`, value);
  }
  for (const [id, provider] of Object.entries((text["providers"] ?? {}) as Record<string, Text>)) {
    if (!/^[A-Za-z0-9][\w.-]*$/.test(id)) say(`providers["${id}"]`, "has a character that is not allowed there", id);
    const { host, timeoutSeconds, options } = provider;
    if (host !== undefined && !/^https?:\/\//.test(String(host))) {
      say(`providers.${id}.host`, "does not begin with http:// or https://", host);
    }
    if (timeoutSeconds !== undefined && typeof timeoutSeconds !== "number") {
      say(
        `providers.${id}.timeoutSeconds`,
        "is of another type; it has to be a whole number from 1 to 600",
        timeoutSeconds,
      );
    }
    if (options !== undefined && (typeof options !== "object" || Array.isArray(options))) {
      say(`providers.${id}.options`, "is of another type; it has to be an object", JSON.stringify(options));
    }
  }
  return failures;
}
