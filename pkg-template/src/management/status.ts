/** What there is of models now (requirement M5): of the snapshot alone, so that it is known offline too. */
import type { Snapshot } from "../api.js";
import type { JobState } from "../generated/index.js";
import type { ModelStatus, ProviderState } from "./api.js";
import { closest } from "./closest.js";
import { idOf, servedName } from "./names.js";

const BUSY = ["queued", "downloading", "paused", "compiling"] as const;

type Busy = (typeof BUSY)[number];

const isBusy = (job: JobState): job is JobState & { lifecycle: Busy } => BUSY.includes(job.lifecycle as Busy);

/** The status of each id, in order. */
export function statusOf(
  modelIds: readonly string[],
  { models, jobs }: Snapshot,
  providers: readonly ProviderState[],
): readonly ModelStatus[] {
  const byId = new Map(models.map((model) => [model.id, model]));
  const busy = new Map(jobs.filter(isBusy).map((job) => [job.modelId, job]));
  return Object.freeze(modelIds.map((modelId) => Object.freeze(of(modelId))));

  function of(modelId: string): ModelStatus {
    const served = byId.has(modelId) ? null : servedName(modelId, providers);
    const id = served ? idOf(served) : modelId;
    const model = byId.get(id);
    const job = busy.get(id);
    if (job) {
      return { modelId, status: "downloading", jobId: job.id, lifecycle: job.lifecycle, progress: job.progress };
    }
    if (model && (model.presence === "cached" || model.residency !== "unloaded"))
      return { modelId, status: "available" };
    const like = model ? [] : closest(modelId, byId.keys());
    return { modelId, status: "not_found", known: model !== undefined, closest: Object.freeze(like) };
  }
}
