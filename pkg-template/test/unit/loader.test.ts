import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { missingFeature } from "../../src/features.js";
import { loadWasm } from "../../src/loader.js";
import { errorOf } from "./scripted.js";

const WASM = Buffer.from([0, 97, 115, 109, 1, 0, 0, 0]);
let server: Server;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function at(answer: RequestListener): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/core.wasm?key=sk-canary`;
}

const loading = (signal = new AbortController().signal) => {
  const fractions: Array<number | null> = [];
  return { fractions, onFraction: (fraction: number | null) => fractions.push(fraction), signal };
};

test("the file is fetched and compiled, whatever its type is called, and tells how much has come", async () => {
  const url = await at((_, response) => {
    response.writeHead(200, { "content-length": 8, "content-type": "application/octet-stream" });
    response.write(WASM.subarray(0, 4));
    setTimeout(() => response.end(WASM.subarray(4)), 50);
  });
  const watched = loading();
  expect(await loadWasm(url, watched)).toBeInstanceOf(WebAssembly.Module);
  expect(watched.fractions).toEqual([0.5, 1]);
});

test("without a length the fraction is unknown", async () => {
  const url = await at((_, response) => {
    response.write(WASM.subarray(0, 4));
    setTimeout(() => response.end(WASM.subarray(4)), 50);
  });
  const watched = loading();
  await loadWasm(new URL(url), watched);
  expect(watched.fractions).toEqual([null, null]);
});

test("bytes and modules are taken as they are", async () => {
  const module = await loadWasm(new Uint8Array(WASM), loading());
  expect(await loadWasm(module, loading())).toBe(module);
  expect(await errorOf(() => loadWasm(new Uint8Array([1, 2]), loading()))).toMatchObject({ code: "load_failed" });
});

test("what goes wrong is told apart, and shows no query", async () => {
  const failing = async (answer: RequestListener) => {
    const url = await at(answer);
    const error = await errorOf(() => loadWasm(url, loading()));
    expect(JSON.stringify(error)).not.toContain("sk-canary");
    server.close();
    return error;
  };
  expect(await failing((_, response) => void response.writeHead(404).end())).toMatchObject({
    code: "not_found",
    httpStatus: 404,
    recovery: [expect.stringContaining("option `wasm`")],
  });
  expect(await failing((_, response) => void response.writeHead(503).end())).toMatchObject({
    code: "network",
    httpStatus: 503,
    retryable: true,
  });
  expect(await failing((_, response) => void response.end("<!doctype html>"))).toMatchObject({ code: "load_failed" });
  expect(await failing((_, response) => void response.destroy())).toMatchObject({ code: "network" });
  const cut: RequestListener = (_, response) => {
    response.writeHead(200, { "content-length": 8 });
    response.write(WASM.subarray(0, 4));
    setTimeout(() => response.destroy(), 20);
  };
  expect(await failing(cut)).toMatchObject({ code: "network" });
});

test("an abort ends it", async () => {
  const url = await at(() => undefined);
  const controller = new AbortController();
  const failed = errorOf(() => loadWasm(url, loading(controller.signal)));
  controller.abort();
  expect(await failed).toMatchObject({ code: "network" });
});

test("a missing feature is a sentence (group 100); on a server it says so", () => {
  expect(missingFeature()?.failure).toMatchObject({ code: "unsupported", message: expect.stringContaining("server") });
  const scope = { WebAssembly, Worker: class {} };
  const without = (name: string) => missingFeature({ ...scope, [name]: undefined } as never)?.message;
  expect(missingFeature(scope as never)).toBeNull();
  expect(without("WebAssembly")).toContain("no WebAssembly");
  expect(without("Worker")).toContain("web workers");
  const old = { ...scope, WebAssembly: { validate: () => false } };
  expect(missingFeature(old as never)?.message).toContain("reference types");
});
