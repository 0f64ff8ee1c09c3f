/**
 * What holds of rows, states and errors whatever there is: a thousand cases each, made from their numbers, so that one
 * that fails can be made again.
 */
import { expect, test } from "vitest";
import type { Limit, ModelState } from "../../src/generated/index.js";
import { isModelyardError } from "../../src/index.js";
import { rowOf } from "../../src/management/rows.js";
import { statusOf } from "../../src/management/status.js";
import { EMPTY_SNAPSHOT } from "../../src/store.js";
import { jobState, modelState } from "../unit/scripted.js";
import { blank, provider, scriptedWorld, servedState } from "./scripted.js";

const CASES = 1000;

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function dice(seed: number) {
  let state = seed;
  const roll = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const pick = <T>(of: readonly T[]): T => of[Math.floor(roll() * of.length)] as T;
  const maybe = <T>(value: () => T): T | null => (roll() < 0.5 ? value() : null);
  const count = (most: number) => Math.floor(roll() * (most + 1));
  return { pick, maybe, count };
}

const NAMES = ["llama3.2:1b", "llama3.2:3b", "phi4", "qwen3:8b", "ünïcode", "a/b:c"];

test("a row is of one shape whatever is known: what is null stands in unknown, and nothing else does", () => {
  for (let seed = 1; seed <= CASES; seed += 1) {
    const { pick, maybe, count } = dice(seed);
    const limit = (): Limit => ({ tokens: count(200_000), source: pick(["default", "bundled", "advertised", "user"]) });
    const context = limit();
    const known = {
      ...blank,
      modified: maybe(() => "2026-01-02T03:04:05Z"),
      family: pick(["unknown", "llama", "phi"]),
      context,
      effectiveContext: pick<Limit>([context, { tokens: count(8192), source: "served" }]),
      maxOutput: limit(),
      parametersMillions: maybe(() => count(70_000)),
      quantization: maybe(() => pick(["Q4_K_M", "F16"])),
      sizeBytes: maybe(() => count(2 ** 40)),
      capabilities: { ...blank.capabilities, tools: pick(["yes", "no", "unknown"] as const) },
    };
    const model = servedState("ollama", pick(NAMES), {
      sizeBytes: maybe(() => count(2 ** 40)),
      contextWindow: maybe(() => count(200_000)),
      presence: pick(["absent", "cached"]),
      inUse: pick([true, false]),
    });
    const state = pick([undefined, provider("ollama", { stale: pick([true, false]), ageMs: maybe(() => count(1e6)) })]);
    const row = rowOf(model, known, state);
    const facts = {
      family: row.family,
      sizeBytes: row.sizeBytes,
      parametersBillions: row.parametersBillions,
      quantization: row.quantization,
      modified: row.modified,
      contextWindow: row.contextWindow,
      servedContextWindow: row.servedContextWindow,
      maxOutputTokens: row.maxOutputTokens,
      capabilities: known.capabilities.tools === "unknown" ? null : row.capabilities,
    };
    const missing = Object.entries(facts).flatMap(([name, value]) => (value === null ? [name] : []));
    expect([...row.unknown].sort(), `seed ${seed}`).toEqual(missing.sort());
    expect(Object.values(row), `seed ${seed}`).not.toContain(undefined);
    expect(row, `seed ${seed}`).toMatchObject({ id: model.id, provider: "ollama", served: true, inUse: model.inUse });
    expect(row.family, `seed ${seed}`).not.toBe("unknown");
    // A default is no knowledge.
    const said = ({ source, tokens }: Limit) => (source === "default" ? null : tokens);
    expect(row.contextWindow, `seed ${seed}`).toBe(said(context) ?? model.contextWindow);
    expect(row.maxOutputTokens, `seed ${seed}`).toBe(said(known.maxOutput));
    expect(Object.isFrozen(row) && Object.isFrozen(row.unknown), `seed ${seed}`).toBe(true);
  }
});

test("a status is one of three, in the order of the question, and says what is so", () => {
  for (let seed = 1; seed <= CASES; seed += 1) {
    const { pick, count } = dice(seed);
    const models: ModelState[] = [];
    for (const name of NAMES) {
      if (count(2) === 0) continue;
      const presence = pick(["absent", "partial", "cached"] as const);
      const residency = pick(["unloaded", "unloaded", "loading", "resident"] as const);
      models.push(
        pick([modelState, (id: string, more: object) => servedState("ollama", id, more)])(name, {
          presence,
          residency,
        }),
      );
    }
    const lifecycles = ["queued", "downloading", "paused", "compiling", "ready", "failed", "canceled"] as const;
    const jobs = models
      .filter(() => count(2) === 0)
      .map((model, at) => jobState(at + 1, { modelId: model.id, lifecycle: pick(lifecycles) }));
    const asked = Array.from({ length: count(12) }, () => pick([...NAMES, ...models.map(({ id }) => id), "no such"]));
    const found = statusOf(asked, { ...EMPTY_SNAPSHOT, models, jobs }, [provider("ollama")]);
    expect(
      found.map(({ modelId }) => modelId),
      `seed ${seed}`,
    ).toEqual(asked);
    for (const one of found) {
      const model = models.find(({ id }) => id === one.modelId);
      const job = jobs.find(({ modelId }) => modelId === one.modelId);
      const isBusy = job !== undefined && !["ready", "failed", "canceled"].includes(job.lifecycle);
      const isHere = model !== undefined && (model.presence === "cached" || model.residency !== "unloaded");
      if (!model && one.status !== "not_found") {
        // A bare name of a server's model: it stands for the whole one.
        expect(
          models.some(({ id }) => id.startsWith(`ollama/${one.modelId}`)),
          `seed ${seed}`,
        ).toBe(true);
      } else {
        const expected = isBusy ? "downloading" : isHere ? "available" : "not_found";
        expect(one.status, `seed ${seed}, ${one.modelId}`).toBe(expected);
      }
      if (one.status === "not_found")
        expect(one.closest.every((id) => models.some((known) => known.id === id))).toBe(true);
    }
  }
});

test("whatever it is called with, an error says what happened to what and what to do, and changes nothing", async () => {
  const world = scriptedWorld({ management: { providers: () => [provider("ollama")] } });
  const { management, modelyard } = world;
  await modelyard.open();
  await management.list();
  const before = management.getSnapshot();
  const commands = world.core().commands.length;
  const junk = [
    0,
    -1,
    Number.NaN,
    "",
    " ",
    "a b",
    "..",
    "\u0000",
    null,
    [],
    [7],
    { provider: 7 },
    { refresh: "yes" },
    () => 1,
  ];
  const calls: Array<(value: never, other: never) => unknown> = [
    (value) => management.list(value),
    (value, other) => management.show(value, other),
    (value) => management.status(value),
    (value, other) => management.pull(value, other),
    (value, other) => management.remove(value, other),
    (value) => management.test(value),
    (value) => management.clearCache(value),
    (value, other) => management.config.set(value, other),
    (value) => management.config.save(value),
    (value) => management.config.get(value),
    (value) => management.config.forModel(value),
    (value, other) => management.on(value, other),
  ];
  let refused = 0;
  for (let seed = 1; seed <= CASES; seed += 1) {
    const { pick } = dice(seed);
    const call = pick(calls);
    const [value, other] = [pick(junk), pick(junk)];
    const thrown = await Promise.resolve()
      .then(() => call(value as never, other as never))
      .then(
        () => null,
        (error: unknown) => error,
      );
    if (thrown === null) continue;
    refused += 1;
    if (!isModelyardError(thrown)) throw new Error(`seed ${seed}: ${String(thrown)}`);
    expect(thrown.message, `seed ${seed}`).toMatch(/\S.*[.!?…]$/s);
    expect(thrown.recovery.length, `seed ${seed}: ${thrown.message}`).toBeGreaterThan(0);
    expect(thrown.code, `seed ${seed}`).not.toBe("engine_crashed");
  }
  expect(refused).toBeGreaterThan(CASES / 2);
  expect(management.getSnapshot()).toEqual(before);
  const later = world
    .core()
    .commands.slice(commands)
    .map(({ type }) => type);
  // The scripted module takes every configuration, and what it takes is told to the core; nothing else may be.
  expect(later.filter((type) => type !== "describe" && type !== "configure")).toEqual([]);
});
