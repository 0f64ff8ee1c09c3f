import { expect, test } from "vitest";
import { failure } from "../../src/failure.js";
import { errorOf, settle, trap } from "../unit/scripted.js";
import { type ManagementScript, scriptedWorld } from "./scripted.js";

const page = { repositories: [{ id: "acme/One", tags: ["gguf"] }], next: "abc" };

async function opened(management: ManagementScript = {}) {
  const world = scriptedWorld({ management });
  await world.modelyard.open();
  const asked = () => world.managed().calls.filter(([name]) => /hub/i.test(name));
  return { ...world, hub: world.management.hub, asked };
}

/** A management whose hub answers when told. */
function slow() {
  const open: Array<{ resolve: (value: unknown) => void; reject: (why: unknown) => void }> = [];
  const call: NonNullable<ManagementScript["call"]> = (name) =>
    name === "hubSearch" || name === "hubRepository"
      ? new Promise((resolve, reject) => open.push({ resolve, reject }))
      : undefined;
  return { call, open };
}

test("a question crosses as JSON text under a number of its own, and its answer is frozen", async () => {
  const { hub, asked } = await opened({ call: (name) => (name === "hubSearch" ? structuredClone(page) : undefined) });
  const found = await hub.search({ query: "one", format: "gguf", sort: "likes", limit: 5, after: "x", provider: "m" });
  expect(found).toEqual(page);
  expect(Object.isFrozen(found) && Object.isFrozen(found.repositories[0]?.tags)).toBe(true);
  await hub.search();
  await hub.repository("acme/One", { revision: "v1" });
  expect(asked()).toEqual([
    ["hubSearch", 1, '{"query":"one","format":"gguf","sort":"likes","limit":5,"after":"x","provider":"m"}'],
    ["hubSearch", 2, "{}"],
    ["hubRepository", 3, '{"revision":"v1","id":"acme/One"}'],
  ]);
});

test("an abort rejects at once, closes the connection, and what comes after it is dropped", async () => {
  const { call, open } = slow();
  const { hub, asked } = await opened({ call });
  const controller = new AbortController();
  const search = errorOf(() => hub.search({ signal: controller.signal }));
  await settle();
  const other = hub.search({ query: "other" });
  await settle();
  controller.abort();
  expect(await search).toMatchObject({ code: "canceled" });
  expect(asked().at(-1)).toEqual(["stopHub", 1]);
  open[0]?.reject(failure("canceled", "It was given up."));
  open[1]?.resolve(page);
  expect(await other).toEqual(page);
  await settle();
  const late = new AbortController();
  const answered = hub.repository("acme/One", { signal: late.signal });
  await settle();
  open[2]?.resolve({ id: "acme/One" });
  await answered;
  late.abort();
  await settle();
  expect(asked().filter(([name]) => name === "stopHub")).toHaveLength(1);
});

test("groups 35 to 40 and 98: what is no plain data, no signal or not known never reaches Rust", async () => {
  const { hub, asked } = await opened();
  const wrong = async (given: unknown, field: RegExp) => {
    const error = await errorOf(() => hub.search(given as never));
    expect(error).toMatchObject({ code: "invalid_input" });
    expect(String(error["field"])).toMatch(field);
  };
  await wrong(null, /options/);
  await wrong("x", /options/);
  await wrong([], /options/);
  await wrong({ querry: "x" }, /querry/);
  await wrong({ query: 5n }, /query/);
  await wrong({ query: () => "x" }, /query/);
  await wrong({ query: Symbol("x") }, /query/);
  await wrong({ query: "\ud800" }, /query/);
  await wrong({ limit: 1.5 }, /limit/);
  await wrong({ limit: Number.NaN }, /limit/);
  await wrong({ signal: {} }, /signal/);
  await wrong({ signal: null }, /signal/);
  await wrong(
    {
      get query() {
        throw new Error("no");
      },
    },
    /options/,
  );
  const cyclic: Record<string, unknown> = {};
  cyclic["query"] = cyclic;
  await wrong(cyclic, /query/);
  expect(await errorOf(() => hub.repository(5 as never))).toMatchObject({ code: "invalid_input", field: "id" });
  const aborted = AbortSignal.abort("because");
  expect(await errorOf(() => hub.search({ signal: aborted }))).toMatchObject({ code: "canceled" });
  expect(asked()).toEqual([]);
});

test("before it is open it is not ready, afterwards it is closed", async () => {
  const world = scriptedWorld();
  expect(await errorOf(() => world.management.hub.search())).toMatchObject({ code: "not_ready" });
  await world.modelyard.open();
  await world.modelyard.close();
  expect(await errorOf(() => world.management.hub.repository("a/b"))).toMatchObject({ code: "closed" });
});

test("a trap fails the question, and the next one goes to the next instance", async () => {
  let broken = true;
  const { hub, managements } = await opened({
    call(name) {
      if (name !== "hubSearch") return undefined;
      if (broken) throw trap();
      return page;
    },
  });
  expect(await errorOf(() => hub.search())).toMatchObject({ code: "engine_crashed" });
  broken = false;
  expect(await hub.search()).toEqual(page);
  expect(managements).toHaveLength(2);
});
