/** The hub's own client against the stand-in: what it cannot use, no test of ours should. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "node:test";
import {
  checkRepoAccess,
  downloadFile,
  fileDownloadInfo,
  fileExists,
  listFiles,
  listModels,
  modelInfo,
  whoAmI,
} from "@huggingface/hub";
import { startServer } from "./stand-in.mjs";

let server;

before(async () => {
  server = await startServer();
});
after(() => server?.stop());

const weights = "GGUF".repeat(5_000);
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

const one = (more) => ({
  id: "acme/One-1B-GGUF",
  tags: ["gguf", "license:mit"],
  downloads: 50,
  likes: 4,
  pipelineTag: "text-generation",
  libraryName: "gguf",
  gguf: { total: 1_000_000_000, architecture: "llama", context_length: 4096 },
  files: [
    { path: "README.md", text: "# One\n" },
    { path: "One-1B-Q4_0.gguf", text: weights },
    { path: "sub/a b.txt", text: "blank" },
  ],
  ...more,
});

async function collect(list) {
  const items = [];
  for await (const item of list) items.push(item);
  return items;
}

async function start(settings = { repositories: [one()] }) {
  const { url, key, prefix } = await server.hub(settings);
  return { hubUrl: url, key, prefix };
}

/** The error of a client's call. */
async function refused(call) {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: "it was not refused" });
}

describe("a search", () => {
  it("gives repositories with what was asked for", async () => {
    const { hubUrl } = await start();
    const [found, ...others] = await collect(
      listModels({ hubUrl, search: { query: "one", tags: ["gguf"] }, sort: "downloads", additionalFields: ["tags", "sha"] }),
    );
    assert.deepEqual(others, []);
    assert.equal(found.name, "acme/One-1B-GGUF");
    assert.equal(found.downloads, 50);
    assert.equal(found.likes, 4);
    assert.equal(found.gated, false);
    assert.equal(found.private, false);
    assert.equal(found.task, "text-generation");
    assert.match(found.sha, /^[0-9a-f]{40}$/);
    assert.deepEqual(found.tags, ["gguf", "license:mit"]);
    assert.ok(found.updatedAt.getTime() > 0);
  });

  it("goes on over the links between its pages, most fetched first", async () => {
    const { hubUrl, prefix } = await start({ repositories: [], generate: 250, page: 100 });
    const found = await collect(listModels({ hubUrl, sort: "downloads" }));
    assert.equal(new Set(found.map(({ name }) => name)).size, 250);
    assert.ok(found.every(({ downloads }, at) => at === 0 || downloads < found[at - 1].downloads));
    assert.equal((await server.requests(prefix)).length, 3);
  });

  it("of an author finds no other's", async () => {
    const { hubUrl } = await start({ repositories: [one(), one({ id: "other/One-1B-GGUF" })] });
    const found = await collect(listModels({ hubUrl, search: { owner: "other" } }));
    assert.deepEqual(found.map(({ name }) => name), ["other/One-1B-GGUF"]);
  });

  it("for what nobody can ask for is refused in words", async () => {
    const { hubUrl } = await start();
    const error = await refused(collect(listModels({ hubUrl, additionalFields: ["nothing"] })));
    assert.equal(error.statusCode, 400);
    assert.match(error.message, /nothing/);
  });
});

describe("a repository", () => {
  it("is found by branch and by commit, with its files", async () => {
    const { hubUrl } = await start();
    const main = await modelInfo({ hubUrl, name: "acme/One-1B-GGUF", additionalFields: ["sha", "filePaths"] });
    assert.deepEqual(main.filePaths, ["README.md", "One-1B-Q4_0.gguf", "sub/a b.txt"]);
    const pinned = await modelInfo({ hubUrl, name: "acme/One-1B-GGUF", revision: main.sha });
    assert.equal(pinned.id, main.id);
    const error = await refused(modelInfo({ hubUrl, name: "acme/One-1B-GGUF", revision: "v9" }));
    assert.equal(error.statusCode, 404);
  });

  it("under the name it had is led on to the one it has", async () => {
    const { hubUrl } = await start({ repositories: [one()], renamed: { "acme/Old": "acme/One-1B-GGUF" } });
    assert.equal((await modelInfo({ hubUrl, name: "acme/Old" })).name, "acme/One-1B-GGUF");
  });

  it("lists its files with sizes and digests, all of them over pages", async () => {
    const { hubUrl, prefix } = await start({ repositories: [one()], page: 2 });
    const files = await collect(listFiles({ hubUrl, repo: "acme/One-1B-GGUF", recursive: true }));
    assert.deepEqual(files.map(({ path, type }) => [path, type]), [
      ["README.md", "file"],
      ["One-1B-Q4_0.gguf", "file"],
      ["sub", "directory"],
      ["sub/a b.txt", "file"],
    ]);
    const [readme, gguf] = files;
    assert.equal(readme.lfs, undefined);
    assert.equal(gguf.size, 20_000);
    assert.deepEqual([gguf.lfs.oid, gguf.lfs.size], [sha256(weights), 20_000]);
    assert.match(gguf.xetHash, /^[0-9a-f]{64}$/);
    assert.equal((await server.requests(prefix)).length, 2);
    const top = await collect(listFiles({ hubUrl, repo: "acme/One-1B-GGUF", path: "sub", expand: true }));
    assert.equal(top[0].lastCommit.title, "Upload");
  });
});

describe("a file", () => {
  it("kept outside is described without being fetched", async () => {
    const { hubUrl, prefix } = await start();
    const info = await fileDownloadInfo({ hubUrl, repo: "acme/One-1B-GGUF", path: "One-1B-Q4_0.gguf" });
    assert.equal(info.size, 20_000);
    assert.equal(info.etag, `"${sha256(weights)}"`);
    assert.match(info.xet.hash, /^[0-9a-f]{64}$/);
    assert.equal((await server.requests(prefix)).length, 1);
  });

  it("comes whole or in part, from another origin if it is kept outside", async () => {
    const { hubUrl } = await start();
    const file = (path) => downloadFile({ hubUrl, repo: "acme/One-1B-GGUF", path, xet: false });
    assert.equal(await (await file("README.md")).text(), "# One\n");
    const gguf = await file("One-1B-Q4_0.gguf");
    assert.equal(gguf.size, 20_000);
    assert.equal(sha256(await gguf.text()), sha256(weights));
    assert.equal(await gguf.slice(3, 9).text(), "FGGUFG");
    const plain = await fetch(`${hubUrl}/acme/One-1B-GGUF/resolve/main/One-1B-Q4_0.gguf`);
    assert.equal(new URL(plain.url).origin, server.origins[1]);
    assert.equal(await file("none.gguf"), null);
  });

  it("is there or is not", async () => {
    const { hubUrl } = await start();
    assert.equal(await fileExists({ hubUrl, repo: "acme/One-1B-GGUF", path: "README.md" }), true);
    assert.equal(await fileExists({ hubUrl, repo: "acme/One-1B-GGUF", path: "none" }), false);
  });
});

describe("what is not for everybody", () => {
  const gated = one({ id: "bigcorp/Closed", gated: "manual", granted: ["hf_granted"] });
  const keys = ["hf_standin", "hf_granted"];

  it("is gated for its files, not for its facts", async () => {
    const { hubUrl } = await start({ keys, repositories: [gated] });
    const repo = "bigcorp/Closed";
    assert.equal((await modelInfo({ hubUrl, name: repo })).gated, "manual");
    const file = (accessToken) => fileDownloadInfo({ hubUrl, repo, path: "README.md", accessToken });
    assert.equal((await refused(file())).statusCode, 401);
    assert.equal((await refused(file("hf_standin"))).statusCode, 403);
    assert.equal((await file("hf_granted")).size, 6);
  });

  it("is missing for strangers if it is private", async () => {
    const { hubUrl, key } = await start({ repositories: [one({ private: true })] });
    const repo = "acme/One-1B-GGUF";
    assert.equal((await refused(checkRepoAccess({ hubUrl, repo }))).statusCode, 401);
    await checkRepoAccess({ hubUrl, repo, accessToken: key });
    assert.equal((await refused(checkRepoAccess({ hubUrl, repo: "a/none", accessToken: key }))).statusCode, 404);
    assert.equal((await collect(listModels({ hubUrl }))).length, 0);
    assert.equal((await collect(listModels({ hubUrl, accessToken: key }))).length, 1);
  });

  it("is taken down for all", async () => {
    const { hubUrl, key } = await start({ repositories: [one({ disabled: true })] });
    const error = await refused(checkRepoAccess({ hubUrl, repo: "acme/One-1B-GGUF", accessToken: key }));
    assert.equal(error.statusCode, 403);
    assert.match(error.message, /Access to this resource is disabled/);
  });
});

describe("a key", () => {
  it("is somebody's, or is refused", async () => {
    const { hubUrl, key } = await start();
    assert.equal((await whoAmI({ hubUrl, accessToken: key })).name, "standin");
    const error = await refused(collect(listModels({ hubUrl, accessToken: "hf_other" })));
    assert.equal(error.statusCode, 401);
    assert.match(error.message, /Invalid credentials/);
  });
});

describe("too many questions", () => {
  it("are asked to slow down", async () => {
    const { hubUrl } = await start({ repositories: [one()], limit: 1 });
    await collect(listModels({ hubUrl }));
    const error = await refused(collect(listModels({ hubUrl })));
    assert.equal(error.statusCode, 429);
    assert.match(error.message, /rate limit/);
  });
});
