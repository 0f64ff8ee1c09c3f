/** The test server as a child process, with a stand-in for Ollama under a prefix of its own for each test. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const built = fileURLToPath(new URL("../../target/release/modelyard-testserver", import.meta.url));

/** Starts the server; `stop` ends it. */
export async function startServer() {
  const child = spawn(process.env.MODELYARD_TESTSERVER ?? built, ["--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, "line"),
    once(child, "exit").then(() => Promise.reject(new Error("the test server ended"))),
    once(child, "error").then(([error]) => Promise.reject(error)),
  ]);
  const origin = line.replace("listening ", "");
  const control = async (command, body) => {
    const answer = await fetch(`${origin}/__control/${command}`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(JSON.stringify(said));
    return said;
  };
  let stands = 0;
  return {
    control,
    /** Puts up an Ollama; `path` is where its calls are in the log. */
    async ollama(settings) {
      stands += 1;
      const prefix = `/o${stands}`;
      const { url } = await control("ollama", { prefix, ...settings });
      return { url, path: (call) => `${prefix}/api/${call}` };
    },
    async stop() {
      child.kill();
      await once(child, "exit");
    },
  };
}
