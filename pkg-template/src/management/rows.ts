/**
 * The rows of a list: what the snapshot knows of a model (name, presence, use), what the core says of it when it is asked
 * to describe it (facts, merged from all who know something), and what only its provider's list says.
 */
import type { InstancePort } from "../attachment.js";
import type { Capabilities, Limit, Lookup, ModelState } from "../generated/index.js";
import type { LookupText } from "../routing.js";
import { share } from "../share.js";
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
  /** When the models of a provider were last changed, by id, as its newest list says. */
  readonly modifiedOf: (provider: string) => ReadonlyMap<string, string>;
}

/** Makes the rows of models, a piece at a time. */
export async function rowsOf(
  models: readonly ModelState[],
  providers: readonly ProviderState[],
  { port, now, pause, modifiedOf }: RowPorts,
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

  const stillThere = createCheck(port);
  for (let at = 0; at < models.length; at += PIECE) {
    await turn();
    const piece = models.slice(at, at + PIECE).filter(stillThere);
    const lookups = describe(port, piece);
    piece.forEach((model, index) => {
      const known = lookups[index];
      const modified = modifiedOf(model.engine).get(model.id) ?? null;
      if (known) rows.push(rowOf(model, known, modified, states.get(model.engine)));
    });
  }
  return rows;
}

/** Tells those that went meanwhile: asked of one of them, the core would say nothing of the others. */
function createCheck({ modelyard }: InstancePort): (model: ModelState) => boolean {
  let now = modelyard.getSnapshot().models;
  let ids: ReadonlySet<string> | null = null;
  return (model) => {
    const { models } = modelyard.getSnapshot();
    if (models !== now) {
      now = models;
      ids = new Set(models.map(({ id }) => id));
    }
    return ids === null || ids.has(model.id);
  };
}

/** What a row is made of. */
type Known = Pick<
  Lookup,
  | "family"
  | "context"
  | "effectiveContext"
  | "maxOutput"
  | "capabilities"
  | "parametersMillions"
  | "quantization"
  | "sizeBytes"
>;

/** Some fields of the lookups in a text. To put all of each together takes several times as long. */
function knownIn(text: string): Known[] {
  const [blank, manyParts, templates, dresses, rows] = JSON.parse(text) as LookupText;
  // Frozen: rows have them in common.
  const parts: Readonly<Record<string, readonly unknown[]>> = share(null, manyParts);
  return Array.from({ length: rows.length / 2 }, (_, at) => {
    const template = templates[rows[2 * at] as number] as Lookup;
    const said = dresses[rows[2 * at + 1] as number]?.[0] || null;
    const of = <K extends keyof Known>(name: K): Known[K] => {
      if (said && said[name] !== undefined) return said[name] as Known[K];
      const value = name in template ? template[name] : blank[name];
      return (name in parts ? parts[name]?.[value as unknown as number] : value) as Known[K];
    };
    return {
      family: of("family"),
      context: of("context"),
      effectiveContext: of("effectiveContext"),
      maxOutput: of("maxOutput"),
      capabilities: of("capabilities"),
      parametersMillions: of("parametersMillions"),
      quantization: of("quantization"),
      sizeBytes: of("sizeBytes"),
    };
  });
}

function describe(port: InstancePort, models: readonly ModelState[]): Known[] {
  if (models.length === 0) return [];
  const ids = models.map((model) => model.id);
  const reply = port.command({ type: "describe", modelIds: ids });
  return reply.type === "described" ? knownIn(reply.lookups) : [];
}

export function rowOf(
  model: ModelState,
  known: Known,
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
  for (const name in capabilities) {
    if (name !== "streaming" && capabilities[name as keyof Capabilities] !== "unknown") return false;
  }
  return true;
}

function tokensOf({ tokens, source }: Limit): number | null {
  return source === "default" ? null : tokens;
}

/** The window it is served with, where somebody says one; otherwise the core repeats what it was made for. */
function servedWindow({ context, effectiveContext }: Known): number | null {
  const repeats = effectiveContext.source === context.source && effectiveContext.tokens === context.tokens;
  return repeats && effectiveContext.source !== "served" ? null : tokensOf(effectiveContext);
}
