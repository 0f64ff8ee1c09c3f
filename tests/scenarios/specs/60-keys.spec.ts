/** Keys of several providers in one page: each goes to its own origin, and none is found anywhere else. */
import type { Page } from "@playwright/test";
import { Canaries, type Canary, canary, spellings } from "../../canaries/canaries.js";
import { expect, test } from "../support/test.js";

interface State {
  readonly state: string;
  readonly keep: string | null;
  readonly fingerprint: string | null;
}

/** What the page at `site/keys.html` offers. */
declare const keys: {
  open(options: { namespace: string; acknowledge?: boolean }): Promise<void>;
  save(config: object): Promise<unknown>;
  set(provider: string, key: string, keep?: string): Promise<State & { failed?: string }>;
  state(provider: string): State;
  list(provider: string): Promise<{ models: { id: string; provider: string }[] } & { failed?: string }>;
  test(provider: string | object): Promise<{ ok: boolean; finding: string } & { failed?: string }>;
  call(name: string, ...rest: unknown[]): Promise<unknown>;
  chat(provider: string, model: string, content: string): Promise<string | { failed: string }>;
};

interface Server {
  readonly id: string;
  readonly kind: string;
  readonly host: string;
  readonly key: Canary;
  readonly keep: "session" | "device" | "passphrase";
}

const PASSPHRASE = "canary of four words";

async function go(page: Page, origin: string, namespace: string, options: object = {}): Promise<void> {
  await page.goto(`${origin}/keys.html`);
  await page.waitForFunction(() => "keys" in globalThis);
  await page.evaluate((given) => keys.open(given), { namespace, ...options });
}

/** The first model a provider lists. */
async function modelOf(page: Page, provider: string): Promise<string> {
  const { models } = await page.evaluate((id) => keys.list(id), provider);
  return models.find((model) => model.provider === provider)?.id.slice(provider.length + 1) ?? "";
}

test("60 keys of several providers go to their own origins alone and are found nowhere", async ({ scene, chromium }) => {
  test.setTimeout(120_000);
  const origins = scene.server.origins.slice(2);
  const kinds = [
    ["openai", "openai", "sk-", "device"],
    ["anthropic", "anthropic", "sk-ant-", "session"],
    ["gemini", "gemini", "AIza", "passphrase"],
    ["openrouter", "openrouter", "sk-or-", "device"],
    ["groq", "openai", "gsk_", "session"],
  ] as const;
  const servers: Server[] = [];
  for (const [at, [word, kind, prefix, keep]] of kinds.entries()) {
    const origin = origins[at] as string;
    const key = canary(prefix, [origin]);
    const made = await scene.server.standIn(word, { prefix: `${scene.prefix}${word}`, keys: [key.key] });
    const host = made.urls.find((url) => new URL(url).origin === origin) as string;
    servers.push({ id: word, kind, host, key, keep });
  }
  // It is tried at each of them, and kept nowhere.
  const tried = canary("sk-", servers.map(({ host }) => new URL(host).origin));
  const passphrase = { key: PASSPHRASE, origins: [] };
  const canaries = new Canaries(...servers.map(({ key }) => key), tried, passphrase);

  const page = await chromium.context.newPage();
  await canaries.watch(page);
  await go(page, scene.origin, scene.name);
  const providers = Object.fromEntries(servers.map(({ id, kind, host }) => [id, { kind, host }]));
  expect(await page.evaluate((config) => keys.save(config), { providers })).not.toHaveProperty("failed");
  expect(await page.evaluate((text) => keys.call("setPassphrase", text), PASSPHRASE)).toBeUndefined();

  const models = new Map<string, string>();
  for (const { id, key, keep } of servers) {
    const set = await page.evaluate(([id, key, keep]) => keys.set(id, key, keep), [id, key.key, keep] as const);
    expect(set).toMatchObject({ state: "ready", keep });
    expect(await page.evaluate((id) => keys.test(id), id)).toMatchObject({ ok: true });
    models.set(id, await modelOf(page, id));
    const answer = await page.evaluate(([id, model]) => keys.chat(id, model, "Hello"), [id, models.get(id) ?? ""] as const);
    expect(answer, id).toEqual(expect.stringContaining("Hello"));
  }

  // What is refused, and what servers echo.
  for (const { id, kind, host } of servers) {
    const asked = { id: `${id}-new`, kind, host, key: tried.key };
    canaries.note(`test of ${id}`, JSON.stringify(await page.evaluate((one) => keys.test(one), asked)));
    const faults = [{ error: "badKey", echoKey: true, times: 0, on: "any" }];
    await scene.server.faults(id, `${scene.prefix}${id}`, faults);
    await page.evaluate((id) => keys.list(id), id);
    const refused = await page.evaluate(([id, model]) => keys.chat(id, model, "Hello"), [id, models.get(id) ?? ""] as const);
    expect(refused, id).toEqual({ failed: "unauthorized" });
    await page.evaluate((id) => keys.test(id), id);
  }
  expect(await page.evaluate((key) => keys.set("openai", `${key}\r\nX-Evil: 1`), tried.key)).toEqual({
    failed: "invalid_input",
  });
  expect(await page.evaluate(() => keys.call("unlock", "canary of four wrong"))).toEqual({ failed: "unauthorized" });

  // A second tab, a reload, a provider that moved, a key that was forgotten.
  const other = await chromium.context.newPage();
  await canaries.watch(other);
  await go(other, scene.origin, scene.name);
  expect((await other.evaluate(() => keys.state("openai"))).state).toBe("ready");
  expect((await other.evaluate(() => keys.state("gemini"))).state).toBe("locked");
  expect((await other.evaluate(() => keys.state("anthropic"))).state).toBe("none");
  await other.evaluate(() => keys.call("forget", "openrouter"));
  await expect.poll(() => page.evaluate(() => keys.state("openrouter").state)).toBe("none");
  await page.evaluate(() => keys.call("lock"));
  await page.reload();
  await go(page, scene.origin, scene.name);
  expect((await page.evaluate(() => keys.state("gemini"))).state).toBe("locked");
  expect(await page.evaluate((text) => keys.call("unlock", text), PASSPHRASE)).toBeUndefined();
  expect((await page.evaluate(() => keys.state("gemini"))).state).toBe("ready");
  const elsewhere = (host: string) => host.replace(new URL(host).origin, origins.at(-1) as string);
  const moved = Object.fromEntries(servers.map(({ id, kind, host }) => [id, { kind, host: elsewhere(host) }]));
  await page.evaluate((config) => keys.save(config), { providers: moved });
  for (const id of ["openai", "gemini"]) {
    expect((await page.evaluate((id) => keys.state(id), id)).state).toBe("otherOrigin");
    await page.evaluate((id) => keys.list(id), id);
    await page.evaluate((id) => keys.test(id), id);
    await page.evaluate(([id, model]) => keys.chat(id, model, "Hello"), [id, models.get(id) ?? ""] as const);
  }

  const sent = await canaries.sent();
  expect(sent.slice(0, servers.length).every((count) => count > 0), `each was used: ${sent}`).toBe(true);
  expect(await canaries.search(page)).toEqual([]);
  expect(await canaries.search(other)).toEqual([]);
  await page.close();
  await other.close();
});

test("60 a redirect to another origin is not followed with a key", async ({ scene, chromium }) => {
  const key = canary("sk-ant-", [scene.server.models]);
  const canaries = new Canaries(key);
  const prefix = `${scene.prefix}anthropic`;
  const { urls } = await scene.server.standIn("anthropic", { prefix, keys: [key.key] });
  const host = urls.find((url) => new URL(url).origin === scene.server.models) as string;
  const page = await chromium.context.newPage();
  await canaries.watch(page);
  await go(page, scene.origin, scene.name);
  await page.evaluate((config) => keys.save(config), { providers: { anthropic: { host } } });
  await scene.server.faults("anthropic", prefix, [{ redirect: `{origin:3}${prefix}/v1/models`, on: "any", times: 0 }]);
  await page.evaluate((key) => keys.set("anthropic", key), key.key);
  await page.evaluate(() => keys.list("anthropic"));
  await page.evaluate(() => keys.chat("anthropic", "any", "Hello"));
  expect(await canaries.sent()).not.toEqual([0]);
  expect(await canaries.search(page)).toEqual([]);
  // The search for the reason follows it, without a key: what the server itself saw says so too.
  const { requests } = await scene.server.log(`${prefix}/v1/models`);
  const signed = requests.filter(({ headers }) => JSON.stringify(headers).includes(key.key));
  const ports = new Set(signed.map((request) => String((request as unknown as { port: number }).port)));
  expect([...ports]).toEqual([new URL(host).port]);
  await page.close();
});

test("60 without the app's word no key is taken", async ({ scene, chromium }) => {
  const key = canary("sk-");
  const canaries = new Canaries(key);
  const page = await chromium.context.newPage();
  await canaries.watch(page);
  await go(page, scene.origin, scene.name, { acknowledge: false });
  await page.evaluate((host) => keys.save({ providers: { openai: { host } } }), scene.server.models);
  expect(await page.evaluate((key) => keys.set("openai", key), key.key)).toEqual({ failed: "unsupported" });
  expect(await canaries.search(page)).toEqual([]);
  await page.close();
});

/** A search that looks at nothing finds nothing: so each place gets a key first. */
test("60 the search finds a key in each place where one could be", async ({ scene, chromium }) => {
  const planted = canary("sk-", []);
  const canaries = new Canaries(planted);
  const page = await chromium.context.newPage();
  await canaries.watch(page);
  await page.goto(`${scene.origin}/index.html`);
  expect(await canaries.search(page)).toEqual([]);
  await page.evaluate(
    async ([key, other]) => {
      console.log("the key is", key);
      localStorage.setItem("planted", key);
      sessionStorage.setItem("planted", btoa(`user:${key}`));
      // biome-ignore lint/suspicious/noDocumentCookie: where it is looked for.
      document.cookie = `planted=${encodeURIComponent(key)}; path=/`;
      document.body.title = key;
      new BroadcastChannel("planted").postMessage({ key });
      const directory = await navigator.storage.getDirectory();
      const file = await (await directory.getFileHandle("planted", { create: true })).createWritable();
      await file.write(new TextEncoder().encode(`\0${key}`));
      await file.close();
      await (await caches.open("planted")).put("/planted", new Response(key));
      await new Promise((resolve, reject) => {
        const request = indexedDB.open("planted", 1);
        request.onupgradeneeded = () => request.result.createObjectStore("s").put({ deep: [new TextEncoder().encode(key)] }, 1);
        request.onsuccess = () => resolve(request.result.close());
        request.onerror = reject;
      });
      await fetch(`${other}/planted?key=${key}`, { mode: "no-cors" }).catch(() => undefined);
      await fetch(`${other}/planted`, { method: "POST", body: key, mode: "no-cors" }).catch(() => undefined);
      await fetch(`${location.origin}/planted`, { headers: { "x-api-key": key } }).catch(() => undefined);
      setTimeout(() => {
        throw new Error(`thrown with ${key}`);
      });
    },
    [planted.key, scene.server.models] as const,
  );
  await expect.poll(async () => (await canaries.search(page)).some(({ place }) => place === "error")).toBe(true);
  const places = new Set((await canaries.search(page)).map(({ place }) => place));
  for (const place of [
    "console",
    "error",
    "localStorage",
    "sessionStorage",
    "cookies",
    "document",
    "messages between tabs and workers",
    "file /planted",
    "cache planted",
    "IndexedDB planted s",
    `address of GET ${scene.server.models}`,
    `body of POST ${scene.server.models}`,
    `headers of GET ${scene.origin}`,
  ]) {
    expect([...places], `it looks at: ${place}`).toContain(place);
  }
  expect(spellings(planted.key).size).toBeGreaterThan(10);
  await page.evaluate(async () => {
    localStorage.clear();
    sessionStorage.clear();
    // biome-ignore lint/suspicious/noDocumentCookie: it was set here.
    document.cookie = "planted=; path=/; max-age=0";
    await caches.delete("planted");
    await (await navigator.storage.getDirectory()).removeEntry("planted");
    indexedDB.deleteDatabase("planted");
  });
  await page.close();
});
