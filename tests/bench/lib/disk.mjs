import { spawn } from "node:child_process";

/** Waits until the disk has what was written, so that nobody pays for the one before. */
export function settleDisk() {
  return new Promise((resolve) => {
    const sync = spawn("sync", { stdio: "ignore" });
    sync.once("exit", resolve);
    sync.once("error", resolve);
  });
}
