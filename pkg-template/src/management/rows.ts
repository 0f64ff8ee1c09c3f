/**
 * The rows of a list: what the snapshot knows of a model (name, presence, use), what the core says of it when it is asked
 * to describe it (facts, merged from all who know something), and what only its provider's list says.
 */
import type { InstancePort } from "../attachment.js";
import type { Capabilities, Limit, Lookup, ModelManifest, ModelState } from "../generated/index.js";
import { putTogether } from "../routing.js";
import type { ListedModel, ModelFact, ProviderState } from "./api.js";

/** How many models are described at once: a millisecond or two of work. */
const PIECE = 250;
/** How long work may go on before the page gets its turn. */
const TASK_MS = 12;

/** What is asked of the surroundings. */
export interface RowPorts {
  readonly port: InstancePort;
  readonly now: () => number;
  readonly pause: () => Promise<void>;
  /** The text of a provider's newest list. */
  readonly textOf: (provider: string) => string | undefined;
}

/** Makes the rows of models, a piece at a time. */
export async function rowsOf(
  models: readonly ModelState[],
  providers: readonly ProviderState[],
  { port, now, pause, textOf }: RowPorts,
): Promise<ListedModel[]> {
  const rows: ListedModel[] = [];
  const states = new Map(providers.map((provider) => [provider.id, provider]));
  let since = now();

  async function turn(): Promise<void> {
    if (now() - since > TASK_MS) {
      await pause();
      since = now();
    }
  }

  const modified = new Map<string, string>();
  for (const provider of new Set(models.map((model) => model.engine))) {
    const text = textOf(provider);
    if (text === undefined) continue;
    await turn();
    for (const { id, served } of JSON.parse(text) as ModelManifest[]) {
      if (served?.modified) modified.set(id, served.modified);
    }
  }
  for (let at = 0; at < models.length; at += PIECE) {
    await turn();
    const piece = stillThere(port, models.slice(at, at + PIECE));
    const lookups = describe(port, piece);
    piece.forEach((model, index) => {
      const known = lookups[index];
      if (known) rows.push(rowOf(model, known, modified.get(model.id) ?? null, states.get(model.engine)));
    });
  }
  return rows;
}

/** Without those that went meanwhile: asked of one of them, the core would say nothing of the others. */
function stillThere(port: InstancePort, models: readonly ModelState[]): readonly ModelState[] {
  const ids = new Set(port.modelyard.getSnapshot().models.map((model) => model.id));
  return models.filter((model) => ids.has(model.id));
}

function describe(port: InstancePort, models: readonly ModelState[]): Lookup[] {
  if (models.length === 0) return [];
  const ids = models.map((model) => model.id);
  const reply = port.command({ type: "describe", modelIds: ids });
  return reply.type === "described" ? putTogether(ids, reply.lookups) : [];
}

export function rowOf(
  model: ModelState,
  known: Lookup,
  modified: string | null,
  provider: ProviderState | undefined,
): ListedModel {
  const served = servedWindow(known);
  const facts = {
    family: known.family === "unknown" ? null : known.family,
    sizeBytes: model.sizeBytes ?? known.sizeBytes,
    parametersBillions: known.parametersMillions === null ? null : known.parametersMillions / 1000,
    quantization: known.quantization,
    modified,
    contextWindow: tokensOf(known.context) ?? model.contextWindow,
    servedContextWindow: served,
    maxOutputTokens: tokensOf(known.maxOutput),
    capabilities: known.capabilities,
  };
  return Object.freeze({
    id: model.id,
    name: model.name,
    provider: model.engine,
    ...facts,
    presence: model.presence,
    served: model.served,
    inUse: model.inUse,
    stale: provider?.stale ?? false,
    ageMs: provider?.ageMs ?? null,
    unknown: unknownOf(facts),
  });
}

/** The facts that nobody knows. */
export function unknownOf(facts: Pick<ListedModel, ModelFact>): readonly ModelFact[] {
  const names = Object.keys(facts) as ModelFact[];
  return Object.freeze(
    names.filter((name) => (name === "capabilities" ? nothingOf(facts.capabilities) : facts[name] === null)),
  );
}

function nothingOf(capabilities: Capabilities): boolean {
  // Streaming is the provider's: it is no knowledge of the model.
  const { streaming: _, ...others } = capabilities;
  return Object.values(others).every((support) => support === "unknown");
}

function tokensOf({ tokens, source }: Limit): number | null {
  return source === "default" ? null : tokens;
}

/** The window it is served with, where somebody says one; otherwise the core repeats what it was made for. */
function servedWindow({ context, effectiveContext }: Lookup): number | null {
  const repeats = effectiveContext.source === context.source && effectiveContext.tokens === context.tokens;
  return repeats && effectiveContext.source !== "served" ? null : tokensOf(effectiveContext);
}
