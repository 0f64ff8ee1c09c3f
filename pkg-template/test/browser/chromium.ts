/** A real browser and a small server for the tests that need them. */
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

/** Starts the browser of the system; CHROMIUM says where it is, if not where Debian puts it. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export interface Site {
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves folders, by the prefixes of their paths, with the same headers for all. */
export async function serve(
  folders: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Site> {
  const server: Server = createServer((request, response) => {
    const path = normalize(decodeURIComponent((request.url ?? "/").replace(/[?#].*/, "")));
    const prefix = Object.keys(folders).find((candidate) => path.startsWith(candidate));
    const folder = prefix === undefined ? "" : (folders[prefix] ?? "");
    const file =
      path === prefix && existsSync(folder) && statSync(folder).isFile()
        ? folder
        : join(folder, path.slice(prefix?.length) || "index.html");
    if (!existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      "content-length": statSync(file).size,
      ...headers,
    });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** What a page said to its console and threw, but for what is expected. */
export function listen(page: Page, expected = /^$/): string[] {
  const said: string[] = [];
  const note = (words: string) => {
    if (!expected.test(words)) said.push(words);
  };
  page.on("console", (message) => note(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => note(`thrown: ${error.message}`));
  return said;
}
