/** Stands in for `modelyard`: downloads that take twenty seconds and models that say their name. */

import type { ModelyardOptions } from "../../pkg-template/src/api";
import { FakeModelyard } from "../../pkg-template/test/react/fake";

export const isModelyardError = (error: unknown): boolean => error instanceof Error && error.name === "ModelyardError";

const TICK_MS = 200;
const DOWNLOAD_MS = 20_000;

/** `?cached=one,two` has models here from the start; `?speed=10` makes downloads ten times as fast. */
export function createModelyard(options: ModelyardOptions): FakeModelyard {
  const query = new URLSearchParams(location.search);
  const fake = new FakeModelyard({
    ...options,
    cached: query.get("cached")?.split(",") ?? [],
    wordMs: 60,
    answer: (request, modelId) =>
      `You wrote “${request.messages.at(-1)?.content ?? ""}”. I am ${modelId}, and this is a scripted answer that takes its time so that stopping it can be tried.`,
  });
  const step = (TICK_MS / DOWNLOAD_MS) * Number(query.get("speed") ?? 1);
  setInterval(() => {
    const job = fake.getSnapshot().jobs.find((one) => one.lifecycle === "downloading" || one.lifecycle === "compiling");
    if (job === undefined || query.has("still")) return;
    const fraction = (job.progress?.percentage ?? 0) / 100;
    if (job.lifecycle === "compiling") fake.script.finish(job.id);
    else if (fraction >= 1) fake.script.compile(job.id, 0.5);
    else fake.script.progress(job.id, Math.min(1, fraction + step * (0.6 + Math.random() * 0.8)), 1_270_000);
  }, TICK_MS);
  Object.assign(globalThis, { fake });
  return fake;
}
