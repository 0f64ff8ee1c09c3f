/** The test server, with files that cost no disk and answers that may be cached, as CDNs send them. */
import { startTestServer } from "./testserver.mjs";

export async function startModels() {
  const server = await startTestServer({ options: ["--cache-control", "public, max-age=31536000"] });
  const [origin] = server.origins;
  const { control } = server;

  return {
    /** A file at a path nobody has asked for yet. */
    async file(path, sizeBytes) {
      const file = await control("file", { path, sparse: { seed: 1, sizeBytes } });
      return { url: `${origin}${path}`, path, sizeBytes, sha256: file.sha256 };
    },
    /** The same bytes at another path, which no cache knows. */
    async copy(file, path) {
      await control("file", { path, sameAs: file.path });
      return { ...file, url: `${origin}${path}`, path };
    },
    bandwidth: (file, bytesPerSecond) => control("bandwidth", { prefix: file.path, bytesPerSecond }),
    waitForBytes: (file, bytesSent) => control("wait", { path: file.path, bytesSent, timeoutMs: 120_000 }),
    waitUntilIdle: (file) => control("wait", { path: file.path, idle: true, timeoutMs: 30_000 }),
    async sentBytes(file) {
      return (await control(`log?path=${encodeURIComponent(file.path)}`)).totals.bytesSent;
    },
    close: server.close,
  };
}
