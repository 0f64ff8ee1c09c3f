/** Which models are in the list, in which order and groups. */
import type { JobState, ModelState } from "modelyard";
import type { ListedModel, ProviderState } from "modelyard/management";
import { isRunning } from "modelyard/react";
import { isSource } from "../words";

/** A model of the list, or one that is on its way and that no list names yet. */
export interface Row {
  readonly id: string;
  readonly name: string;
  /** `null` while nothing but its name is known. */
  readonly listed: ListedModel | null;
  readonly job: JobState | null;
  /** Whether its provider can delete it. */
  readonly canRemove: boolean;
  /** Whether it has files somewhere one can know of; a hosted model has not. */
  readonly hasFiles: boolean;
}

export interface Group {
  /** The provider's name; `null` for models of the page. */
  readonly provider: ProviderState | null;
  readonly rows: readonly Row[];
  /** How many there are without the search. */
  readonly count: number;
}

/** Every word has to occur in what is searched. */
function matches(row: Row, words: readonly string[]): boolean {
  const { listed } = row;
  const text = [row.name, row.id, listed?.family, listed?.quantization, listed?.provider].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

/** The groups with those of their rows that match a search. */
export function searched(groups: readonly Group[], query: string): readonly Group[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return groups;
  return groups.map((group) => ({ ...group, rows: group.rows.filter((row) => matches(row, words)) }));
}

/** The models in groups: the page's first, then those of each provider, in its order. */
export function groupsOf(
  listed: readonly ListedModel[],
  models: readonly ModelState[],
  jobs: readonly JobState[],
  providers: readonly ProviderState[],
): readonly Group[] {
  const running = new Map(
    jobs.filter((job) => isRunning(job) || job.lifecycle === "failed").map((job) => [job.modelId, job]),
  );
  // A source has no models of its own: what came from it is the page's.
  const serving = providers.filter((one) => !isSource(one));
  const ids = new Set(serving.map((one) => one.id));
  const rows = new Map<string | null, Row[]>([[null, []], ...serving.map((one) => [one.id, []] as [string, Row[]])]);
  const abilities = new Map(serving.map((one) => [one.id, one.abilities]));
  const put = (provider: string, row: Pick<Row, "id" | "name" | "listed" | "job">): void => {
    const can = abilities.get(provider);
    rows.get(can === undefined ? null : provider)?.push({
      ...row,
      canRemove: can?.includes("remove") ?? true,
      hasFiles: can?.includes("pull") ?? true,
    });
  };
  const known = new Set<string>();
  for (const one of listed) {
    // A list is older than the configuration for a moment: what a removed provider had is not the page's.
    if (one.served && !ids.has(one.provider)) continue;
    known.add(one.id);
    put(one.provider, { id: one.id, name: one.name, listed: one, job: running.get(one.id) ?? null });
  }
  for (const one of models) {
    const job = running.get(one.id);
    if (job !== undefined && !known.has(one.id)) put(one.engine, { id: one.id, name: one.name, listed: null, job });
  }
  const group = (provider: ProviderState | null): Group => {
    const all = rows.get(provider?.id ?? null) ?? [];
    return { provider, rows: all, count: all.length };
  };
  return [null, ...serving].map(group);
}
