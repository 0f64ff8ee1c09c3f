/** The test server, with files that cost no disk and answers that may be cached, as CDNs send them. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export async function startModels() {
  const program = process.env.MODELYARD_TESTSERVER;
  if (!program) throw new Error("MODELYARD_TESTSERVER does not name the test server; run `cargo xtask bench`");
  const child = spawn(program, ["--port", "0", "--cache-control", "public, max-age=31536000", "--keep-alive"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.once("exit", () => child.kill());
  const origin = await listening(child);

  async function control(command, body) {
    const query = body ? { method: "POST", body: JSON.stringify(body) } : {};
    const answer = await fetch(`${origin}/__control/${command}`, query);
    const result = await answer.json();
    if (!answer.ok) throw new Error(`the test server answers ${answer.status}: ${JSON.stringify(result)}`);
    return result;
  }

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
    close: () => child.kill(),
  };
}

async function listening(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    const [, origin] = /^listening (\S+)/.exec(line) ?? [];
    if (origin) {
      child.stdout.resume();
      return origin;
    }
  }
  throw new Error("the test server ended while it started");
}
