/** The test server as a process, on as many ports as are wanted: each is an origin of its own. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export async function startTestServer({ ports = 1, options = [] } = {}) {
  const program = process.env.MODELYARD_TESTSERVER;
  if (!program) throw new Error("MODELYARD_TESTSERVER does not name the test server; run `cargo xtask bench`");
  const listen = Array.from({ length: ports }, () => ["--port", "0"]).flat();
  const child = spawn(program, [...listen, "--keep-alive", ...options], { stdio: ["ignore", "pipe", "inherit"] });
  process.once("exit", () => child.kill());
  const origins = await listening(child, ports);

  return {
    origins,
    async control(command, body) {
      const query = body ? { method: "POST", body: JSON.stringify(body) } : {};
      const answer = await fetch(`${origins[0]}/__control/${command}`, query);
      const result = await answer.json();
      if (!answer.ok) throw new Error(`the test server answers ${answer.status}: ${JSON.stringify(result)}`);
      return result;
    },
    close: () => child.kill(),
  };
}

async function listening(child, ports) {
  const origins = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const [, origin] = /^listening (\S+)/.exec(line) ?? [];
    if (origin) origins.push(origin);
    if (origins.length === ports) {
      child.stdout.resume();
      return origins;
    }
  }
  throw new Error("the test server ended while it started");
}
