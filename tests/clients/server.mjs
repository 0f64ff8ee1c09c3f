/** The test server as a child process, with a stand-in under a prefix of its own for each test. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const built = fileURLToPath(new URL("../../target/release/modelyard-testserver", import.meta.url));

/** Starts the server with these options, at a free port unless told; `stop` ends it. */
export async function startServer(options = ["--port", "0"]) {
  const child = spawn(process.env.MODELYARD_TESTSERVER ?? built, options, {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, "line"),
    once(child, "exit").then(() => Promise.reject(new Error("the test server ended"))),
    once(child, "error").then(([error]) => Promise.reject(error)),
  ]);
  const origin = line.replace("listening ", "");
  const said = async (answer) => {
    const body = await answer.json();
    if (!answer.ok) throw new Error(JSON.stringify(body));
    return body;
  };
  const control = async (command, body) =>
    said(await fetch(`${origin}/__control/${command}`, { method: "POST", body: JSON.stringify(body) }));
  let stands = 0;
  return {
    origin,
    control,
    /** Puts up a stand-in: its base URL and key, its requests, and how to make more go wrong. */
    async standIn(word, settings = {}) {
      stands += 1;
      const prefix = `/s${stands}`;
      const { url, urls, key } = await control(word, { prefix, ...settings });
      return {
        url,
        /** The same at the last port: another origin than the first. */
        elsewhere: urls.at(-1),
        key: key ?? "none-needed",
        prefix,
        faults: (...faults) => control(`${word}/faults`, { prefix, faults }),
        requests: async () => (await said(await fetch(`${origin}/__control/${word}/requests?prefix=${prefix}`))).requests,
      };
    },
    async stop() {
      child.kill();
      await once(child, "exit");
    },
  };
}

/** All parts of a stream. */
export async function collect(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return parts;
}
