/**
 * Keys through both real wasm files, in Node: what a server gets, and what comes back of one that echoes. Node has no database,
 * so only keys of the session are taken here; the others are tested in browsers. Needs `target/wasm`.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { errorOf } from "../unit/scripted.js";
import { missing, type Real, type RealOptions, real, until } from "./real.js";

const KEY = 'sk-canary/with+odd"ones\\%41';
const ended: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

interface Echo {
  readonly host: string;
  readonly requests: IncomingMessage[];
}

/** A server that says what it was sent: in the list of its models, and in every error. */
async function echo(): Promise<Echo> {
  const requests: IncomingMessage[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(request);
    const said = request.headers.authorization ?? "nobody";
    const isList = request.url === "/api/tags";
    response.writeHead(isList ? 200 : 401, { "Content-Type": "application/json" });
    const model = { name: "tiny", details: { family: said, format: encodeURIComponent(said) } };
    response.end(JSON.stringify(isList ? { models: [model] } : { error: `no: ${said} or ${btoa(said)}` }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ended.push(() => new Promise((resolve) => server.close(resolve)));
  return { host: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

async function opened(options: RealOptions): Promise<Real> {
  const world = await real(options);
  ended.push(() => world.modelyard.close());
  await world.modelyard.open();
  return world;
}

const at = (...hosts: string[]) => ({
  acknowledgeKeyInBrowser: true,
  config: { providers: Object.fromEntries(hosts.map((host, index) => [`p${index}`, { kind: "ollama", host }])) },
});

describe.skipIf(missing !== null)(missing ?? "keys with the real wasm files", () => {
  test("a key goes to its provider, and an echo of it gets nowhere", async () => {
    const [one, other] = [await echo(), await echo()];
    const world = await opened({ management: at(one.host, other.host) });
    const { management, modelyard } = world;
    const said: unknown[] = [];
    for (const type of ["keyChanged", "providerChanged", "modelsListed", "configChanged"] as const) {
      management.on(type, (event) => said.push(event));
    }
    modelyard.onAny((event) => said.push(event));
    const ready = await management.keys.set("p0", `${KEY}\n`);
    expect(ready).toMatchObject({ state: "ready", keep: "session" });
    expect(management.keys.state("p0")).toEqual(ready);
    said.push(await management.list({ refresh: true }));
    said.push(await management.test("p0"), await management.keys.test("p1"));
    said.push(await errorOf(() => management.show("p0/tiny")));
    await until(world, () => said.some((event) => JSON.stringify(event).includes("keyChanged")));
    const texts = [said, management.getSnapshot(), modelyard.getSnapshot()].map((part) => JSON.stringify(part)).join();
    expect(texts).toContain("[redacted]");
    for (const spelling of [KEY, JSON.stringify(KEY).slice(1, -1), encodeURIComponent(KEY), btoa(KEY), "canary"]) {
      expect(texts).not.toContain(spelling);
    }
    const signed = ({ requests }: Echo) => new Set(requests.map((request) => request.headers.authorization));
    expect(signed(one)).toContain(`Bearer ${KEY}`);
    expect(signed(other)).toEqual(new Set([undefined]));
  });

  test("a key is refused without the app's word, where it cannot be kept, and when it is none; all without a word of it", async () => {
    const server = await echo();
    const { management } = await opened({ management: { ...at(server.host), acknowledgeKeyInBrowser: false } });
    const refused = await errorOf(() => management.keys.set("p0", KEY));
    expect(refused).toMatchObject({ code: "unsupported" });
    expect(JSON.stringify(refused)).toContain("acknowledgeKeyInBrowser");

    const { management: willing } = await opened({ management: at(server.host) });
    const wrong: Array<readonly [() => Promise<unknown>, string]> = [
      [() => willing.keys.set("p0", KEY, { keep: "device" }), "storage_unavailable"],
      [() => willing.keys.set("p0", KEY, { keep: "passphrase" }), "invalid_input"],
      [() => willing.keys.set("p0", `${KEY}\r\nX-Evil: 1`), "invalid_input"],
      [() => willing.keys.set("p0", "“canary”"), "invalid_input"],
      [() => willing.keys.set("p0", "canary".repeat(200_000)), "invalid_input"],
      [() => willing.keys.set("nobody", KEY), "not_found"],
      [() => willing.keys.unlock("canary of four words"), "invalid_input"],
    ];
    for (const [call, code] of wrong) {
      const error = await errorOf(call);
      expect(error).toMatchObject({ code });
      expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain("canary");
    }
    expect(willing.keys.has("p0")).toBe(false);
    expect(server.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  test("a key that is only tried is not kept, and a forgotten one is not sent", async () => {
    const server = await echo();
    const { management } = await opened({ management: at(server.host) });
    await management.test({ kind: "ollama", host: server.host, key: KEY });
    expect(server.requests.some(({ headers }) => headers.authorization === `Bearer ${KEY}`)).toBe(true);
    expect(management.keys.has("p0")).toBe(false);
    await management.keys.set("p0", KEY);
    // What was on its way is there before the key goes.
    await management.list({ refresh: true });
    await management.keys.forget("p0");
    const before = server.requests.length;
    await management.list({ refresh: true });
    expect(server.requests.length).toBeGreaterThan(before);
    expect(server.requests.slice(before).every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });
});
