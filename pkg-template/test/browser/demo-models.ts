/** The three demo models of the repository, made once. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The folder they are in. MODELYARD_DEMO_MODELS names one that has them already. */
export function demoModels(): string {
  const folder = process.env["MODELYARD_DEMO_MODELS"] ?? join(root, "target/demo-models");
  if (!existsSync(join(folder, "parts"))) {
    execFileSync("cargo", ["run", "--release", "-q", "-p", "modelyard-demo-models", "--", folder], { cwd: root });
  }
  return folder;
}

/** What a model answers to some of its prompts. */
export function replies(folder: string): Readonly<Record<string, Readonly<Record<string, string>>>> {
  return JSON.parse(readFileSync(join(folder, "replies.json"), "utf8"));
}
