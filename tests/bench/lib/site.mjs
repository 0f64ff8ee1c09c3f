/** Serves the pages of the benchmarks, the packed package and wllama, and takes what pages report. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL("..", import.meta.url));

const ROOTS = {
  "/pages/": join(HERE, "pages"),
  "/modelyard/": join(HERE, "node_modules/modelyard/dist"),
  "/wllama/": join(HERE, "node_modules/@wllama/wllama/esm"),
};

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/** With `isolated`, pages have clocks of 5 µs instead of 100. */
export async function startSite({ isolated = false } = {}) {
  const waiting = new Map();
  const made = new Map();

  async function answer(request, response) {
    const { pathname } = new URL(request.url, "http://localhost");
    if (request.method === "POST" && pathname.startsWith("/report/")) {
      const parts = [];
      for await (const part of request) parts.push(part);
      response.writeHead(204).end();
      waiting.get(pathname.slice("/report/".length))?.(JSON.parse(Buffer.concat(parts).toString()));
      return;
    }
    const prefix = Object.keys(ROOTS).find((root) => pathname.startsWith(root));
    const path = prefix && normalize(join(ROOTS[prefix], pathname.slice(prefix.length)));
    const file = path?.startsWith(ROOTS[prefix]) ? await readFile(path).catch(() => null) : null;
    const body = made.get(pathname) ?? file;
    if (!body) return response.writeHead(404).end();
    response.writeHead(200, {
      "Content-Type": TYPES[extname(pathname)] ?? "application/octet-stream",
      "Content-Length": body.length,
      // As a build serves files with a hash in their name; pages are asked for anew.
      "Cache-Control": pathname.endsWith(".html") ? "no-cache" : "public, max-age=31536000, immutable",
      ...(isolated && {
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
      }),
    });
    response.end(body);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://localhost:${server.address().port}`;
  let reports = 0;

  return {
    origin,
    /** Serves what a benchmark made itself. */
    serve(path, content) {
      made.set(path, Buffer.from(content));
    },
    /**
     * An address of a page that is told `options`, and the promises of what it reports. Each report has a `kind`; one
     * with an `error` rejects all.
     */
    page(name, options, patienceMs = 300_000) {
      const id = String(++reports);
      const url = `${origin}/pages/${name}.html#${encodeURIComponent(JSON.stringify({ ...options, report: id }))}`;
      const got = new Map();
      const wanted = new Map();
      let broken = null;
      waiting.set(id, (report) => {
        if (report.error) {
          broken = new Error(`${name}: ${report.error}`);
          for (const [, { reject }] of wanted) reject(broken);
        } else {
          got.set(report.kind, report);
          wanted.get(report.kind)?.resolve(report);
        }
      });
      return {
        url,
        reported(kind) {
          if (broken) return Promise.reject(broken);
          if (got.has(kind)) return Promise.resolve(got.get(kind));
          return new Promise((resolve, reject) => {
            const timer = setTimeout(() => reject(new Error(`${name} does not report "${kind}"`)), patienceMs);
            const settled = (settle) => (value) => {
              clearTimeout(timer);
              settle(value);
            };
            wanted.set(kind, { resolve: settled(resolve), reject: settled(reject) });
          });
        },
      };
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
