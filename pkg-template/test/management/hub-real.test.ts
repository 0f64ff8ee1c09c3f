/**
 * The real wasm files in Node against the test server's stand-in for the Hub of Hugging Face: what is found, what of it
 * becomes a model, and how refusals are told.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { InPageEngine } from "../../src/api.js";
import { errorOf } from "../unit/scripted.js";
import { missing, type Real, real } from "./real.js";
import { noServer, type StandIn, TestServer } from "./stand-in.js";

const reason = missing ?? noServer;
if (noServer) console.warn(noServer);

const wllama: InPageEngine = { id: "wllama", load: () => Promise.reject(new Error("not here")) };

const weights = (path: string) => ({ path, noise: 4_096 });
const gguf = { total: 494_032_768, architecture: "qwen2", context_length: 32_768, chat_template: "{{ x }}" };
const lantern = {
  id: "acme/Lantern-0.5B-Instruct-GGUF",
  tags: ["gguf", "license:apache-2.0"],
  downloads: 9,
  gguf,
  files: [
    { path: "README.md", text: "# Lantern" },
    weights("Lantern-0.5B-Instruct-Q4_K_M.gguf"),
    weights("Lantern-0.5B-Instruct-F16-00002-of-00002.gguf"),
    weights("Lantern-0.5B-Instruct-F16-00001-of-00002.gguf"),
    weights("mmproj-Lantern-0.5B-Instruct-F16.gguf"),
  ],
};

describe.skipIf(reason !== null)(reason ?? "with both wasm files and the stand-in", () => {
  let server: TestServer;
  const ended: Array<() => Promise<void>> = [];

  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server?.stop());
  afterEach(async () => {
    for (const end of ended.splice(0).reverse()) await end();
  });

  async function opened(settings: object, config: object = {}): Promise<Real & { stand: StandIn }> {
    const stand = await server.hub(settings);
    const world = await real({
      management: { config: { providers: { huggingface: { host: stand.url, ...config } } } },
      modelyard: { engines: [wllama], allowPrivateHosts: true },
    });
    ended.push(() => world.modelyard.close());
    await world.modelyard.open();
    return { ...world, stand };
  }

  test("a search gives pages of repositories until there are no more", async () => {
    const { management, stand } = await opened({ repositories: [lantern], generate: 5 });
    const names: string[] = [];
    let after: string | null | undefined;
    do {
      const options = { format: "gguf", limit: 2, ...(after ? { after } : {}) } as const;
      const { repositories, next } = await management.hub.search(options);
      names.push(...repositories.map(({ id }) => id));
      after = next;
    } while (after);
    expect(names).toHaveLength(6);
    expect(new Set(names).size).toBe(6);
    expect(names.at(-1)).toBe(lantern.id);
    const requests = await server.requests(stand);
    expect(requests).toHaveLength(3);
    const [found] = (await management.hub.search({ query: "LANTERN" })).repositories;
    expect(found).toMatchObject({
      gated: "open",
      license: "apache-2.0",
      formats: ["gguf"],
      architecture: "qwen2",
      parametersBillions: 0.494,
      contextWindow: 32_768,
      template: true,
    });
  });

  test("what is found becomes a model of the page, pinned to a commit", async () => {
    const { management, modelyard, stand } = await opened({ repositories: [lantern] });
    const details = await management.hub.repository(`${stand.url}/${lantern.id}/tree/main`);
    expect(details).toMatchObject({ id: lantern.id, moreFiles: false, leftOut: 0 });
    expect(details.models.map(({ name, parts, why }) => [name, parts, why])).toEqual([
      ["Lantern-0.5B-Instruct Q4_K_M", 1, null],
      ["Lantern-0.5B-Instruct F16", 2, null],
    ]);
    expect(details.files.find(({ role }) => role === "projector")?.path).toContain("mmproj");
    const [, split] = details.models;
    expect(split?.manifest?.files.map(({ url }) => url)).toEqual(
      [1, 2].map(
        (part) =>
          `${stand.url}/${lantern.id}/resolve/${details.revision}/Lantern-0.5B-Instruct-F16-0000${part}-of-00002.gguf`,
      ),
    );
    const manifests = details.models.flatMap(({ manifest }) => manifest ?? []);
    modelyard.addModels(manifests);
    const models = modelyard.getSnapshot().models;
    expect(models.map(({ id, presence, sizeBytes }) => [id, presence, sizeBytes])).toEqual([
      [`hf/${lantern.id}/Q4_K_M`, "absent", 4_096],
      [`hf/${lantern.id}/F16`, "absent", 8_192],
    ]);
  });

  test("gated, missing, disabled and rate limited are told apart, each with what to do", async () => {
    const { management } = await opened({
      repositories: [
        { ...lantern, gated: "manual" },
        { ...lantern, id: "acme/Gone", disabled: true },
        { ...lantern, id: "acme/Secret", private: true },
      ],
      limit: 5,
    });
    const { hub } = management;
    const gated = await hub.repository(lantern.id);
    expect(gated.gated).toBe("manual");
    for (const { manifest, why } of gated.models) {
      expect(manifest).toBeNull();
      expect(why).toContain("gated");
    }
    const gone = await errorOf(() => hub.repository("acme/Gone"));
    expect(gone).toMatchObject({ code: "provider_error", httpStatus: 403, model: "acme/Gone" });
    const secret = await errorOf(() => hub.repository("acme/Secret"));
    expect(secret).toMatchObject({ code: "not_found", httpStatus: 401 });
    const none = await errorOf(() => hub.repository("acme/None"));
    expect(none["message"]).toBe(String(secret["message"]));
    const limited = await errorOf(() => hub.search());
    expect(limited).toMatchObject({ code: "rate_limited", retryable: true, retryAfterMs: 300_000 });
    for (const error of [gone, secret, limited]) expect(error["recovery"]).not.toEqual([]);
  });

  test("a refusal of the tree is that of the repository", async () => {
    const message = "Access to model acme/x is restricted. Please log in.";
    const fault = { on: "files", status: 401, code: "GatedRepo", message };
    const { management } = await opened({ repositories: [lantern], faults: [fault] });
    const error = await errorOf(() => management.hub.repository(lantern.id));
    expect(error).toMatchObject({ code: "unauthorized", httpStatus: 401 });
    expect(error["message"]).toContain("Please log in");
    await management.hub.repository(lantern.id);
  });

  test("an abort closes the connection", async () => {
    const { management, stand } = await opened({ repositories: [lantern] });
    const path = `${stand.prefix}/api/models`;
    await server.control("script", { path, steps: [{ faults: [{ at: 0, do: "stall" }] }] });
    const controller = new AbortController();
    const search = errorOf(() => management.hub.search({ signal: controller.signal }));
    await server.control("wait", { path, stalled: 1 });
    controller.abort();
    expect(await search).toMatchObject({ code: "canceled" });
    await server.control("wait", { path, aborted: 1, idle: true });
  });

  test("a hub that does not answer is a timeout after the time the configuration gives it", async () => {
    const { management, stand } = await opened({ repositories: [lantern] }, { timeoutSeconds: 1 });
    const path = `${stand.prefix}/api/models`;
    await server.control("script", { path, steps: [{ faults: [{ at: "start", do: "stall" }] }] });
    expect(await errorOf(() => management.hub.search())).toMatchObject({ code: "timeout", provider: "huggingface" });
    await server.control("wait", { path, aborted: 1, idle: true });
  });

  test("a question has no header a server has to be asked for first", async () => {
    const { management, stand } = await opened({ repositories: [lantern] });
    await management.hub.search({ query: "a&b=c#d" });
    const [request] = await server.requests(stand);
    const names = request?.headers.map(([name]) => name.toLowerCase()) ?? [];
    expect(names.filter((name) => /^(x-|authorization|content-type|cookie|referer)/.test(name))).toEqual([]);
    expect(new URLSearchParams(request?.query ?? "").get("search")).toBe("a&b=c#d");
  });

  test("with a key what is private is seen, and told to come without a manifest; no key goes anywhere else or into an error", async () => {
    const stand = await server.hub({
      keys: ["hf_canary_0123456789abcdef"],
      repositories: [{ ...lantern, private: true }],
      faults: [{ on: "search", status: 401, message: "Bad key", echoKey: true }],
    });
    const world = await real({
      management: { acknowledgeKeyInBrowser: true, config: { providers: { huggingface: { host: stand.url } } } },
      modelyard: { engines: [wllama], allowPrivateHosts: true },
    });
    ended.push(() => world.modelyard.close());
    await world.modelyard.open();
    const { hub, keys } = world.management;
    expect(await errorOf(() => hub.repository(lantern.id))).toMatchObject({ code: "not_found" });
    await keys.set("huggingface", stand.key);
    const details = await hub.repository(lantern.id);
    expect(details.private).toBe(true);
    expect(details.models.map(({ manifest }) => manifest)).toEqual([null, null]);
    expect(details.models[0]?.why).toContain("private");
    const error = await errorOf(() => hub.search());
    expect(error).toMatchObject({ code: "unauthorized" });
    expect(JSON.stringify([error, error["message"], details])).not.toContain("canary");
    const keyed = (await server.requests(stand)).map(({ headers }) => {
      const found = headers.find(([name]) => name.toLowerCase() === "authorization");
      return found?.[1] ?? null;
    });
    expect(keyed).toEqual([null, ...Array(3).fill(`Bearer ${stand.key}`)]);
  });

  test("what cannot be asked is refused by field before anything is sent", async () => {
    const { management, stand } = await opened({ repositories: [lantern] });
    const { hub } = management;
    expect(await errorOf(() => hub.search({ limit: 0 }))).toMatchObject({ code: "invalid_input", field: "limit" });
    expect(await errorOf(() => hub.search({ sort: "size" as never }))).toMatchObject({ code: "invalid_input" });
    expect(await errorOf(() => hub.repository("../x"))).toMatchObject({ code: "invalid_input", field: "id" });
    expect(await errorOf(() => hub.repository("a/b", { revision: "a..b" }))).toMatchObject({ field: "revision" });
    expect(await errorOf(() => hub.search({ provider: "nobody" }))).toMatchObject({ code: "not_found" });
    expect(await server.requests(stand)).toEqual([]);
  });
});
