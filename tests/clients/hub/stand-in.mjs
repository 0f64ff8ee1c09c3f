/** The test server as a child process with two ports, and a hub under a prefix of its own for each test. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const built = fileURLToPath(new URL("../../../target/release/modelyard-testserver", import.meta.url));

/** Starts the server; `stop` ends it. */
export async function startServer() {
  const child = spawn(process.env.MODELYARD_TESTSERVER ?? built, ["--port", "0", "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const failed = Promise.race([
    once(child, "exit").then(() => Promise.reject(new Error("the test server ended"))),
    once(child, "error").then(([error]) => Promise.reject(error)),
  ]);
  // Only looked at while it starts.
  failed.catch(() => undefined);
  const origin = async () => (await Promise.race([lines.next(), failed])).value.replace("listening ", "");
  const origins = [await origin(), await origin()];
  const control = async (command, body) => {
    const answer = await fetch(`${origins[0]}/__control/${command}`, { method: "POST", body: JSON.stringify(body) });
    const said = await answer.json();
    if (!answer.ok) throw new Error(JSON.stringify(said));
    return said;
  };
  let stands = 0;
  return {
    origins,
    control,
    /** Puts up a hub; `prefix` is where its questions are in the log. */
    async hub(settings) {
      stands += 1;
      return control("huggingface", { prefix: `/h${stands}`, ...settings });
    },
    async requests(prefix) {
      const answer = await fetch(`${origins[0]}/__control/huggingface/requests?prefix=${prefix}`);
      return (await answer.json()).requests;
    },
    async stop() {
      child.kill();
      await once(child, "exit");
    },
  };
}
