/**
 * The rows of a list: what the snapshot knows of a model (name, presence, use), and what the core says of it when it is
 * asked to describe it (facts, merged from all who know something).
 */
import type { InstancePort } from "../attachment.js";
import type { Capabilities, Capability, Limit, LimitSource, Lookup, ModelState, Support } from "../generated/index.js";
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
}

/** Makes the rows of models, a piece at a time. */
export async function rowsOf(
  models: readonly ModelState[],
  providers: readonly ProviderState[],
  { port, now, pause }: RowPorts,
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
    describe(port, piece).forEach((known, index) => {
      const model = piece[index] as ModelState;
      rows.push(rowOf(model, known, states.get(model.engine)));
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
interface Known
  extends Pick<
    Lookup,
    | "family"
    | "context"
    | "effectiveContext"
    | "maxOutput"
    | "capabilities"
    | "parametersMillions"
    | "quantization"
    | "sizeBytes"
  > {
  readonly modified: string | null;
}

/** The facts of one model, as they follow each other in the text. */
type Facts = [
  family: string,
  ...context: [tokens: number, source: number],
  ...effective: [tokens: number, source: number],
  ...output: [tokens: number, source: number],
  capabilities: number,
  parametersMillions: number | null,
  quantization: string | null,
  sizeBytes: number | null,
  modified: string | null,
];
const FACTS = 12;

/** What `described` holds as a text. */
export type FactsText = [
  sources: readonly LimitSource[],
  capabilities: readonly Capability[],
  supports: readonly Support[],
  facts: unknown[],
];

/** Takes the facts of models out of their text. */
function knownIn(text: string): Known[] {
  const [sources, capabilities, supports, facts] = JSON.parse(text) as FactsText;
  // Models have few of them between them; frozen, because rows have them in common.
  const abilities = new Map<number, Capabilities>();
  function abilitiesOf(digits: number): Capabilities {
    let said = abilities.get(digits);
    if (!said) {
      let rest = digits;
      const pairs = capabilities.map((name) => {
        const support = supports[rest % 3] as Support;
        rest = Math.trunc(rest / 3);
        return [name, support] as const;
      });
      said = Object.freeze(Object.fromEntries(pairs)) as unknown as Capabilities;
      abilities.set(digits, said);
    }
    return said;
  }
  const limit = (tokens: number, source: number): Limit => ({ tokens, source: sources[source] as LimitSource });
  const all: Known[] = [];
  for (let at = 0; at < facts.length; at += FACTS) {
    const said = facts.slice(at, at + FACTS) as Facts;
    all.push({
      family: said[0],
      context: limit(said[1], said[2]),
      effectiveContext: limit(said[3], said[4]),
      maxOutput: limit(said[5], said[6]),
      capabilities: abilitiesOf(said[7]),
      parametersMillions: said[8],
      quantization: said[9],
      sizeBytes: said[10],
      modified: said[11],
    });
  }
  return all;
}

function describe(port: InstancePort, models: readonly ModelState[]): Known[] {
  if (models.length === 0) return [];
  const ids = models.map((model) => model.id);
  const reply = port.command({ type: "describe", modelIds: ids });
  return reply.type === "described" ? knownIn(reply.facts) : [];
}

export function rowOf(model: ModelState, known: Known, provider: ProviderState | undefined): ListedModel {
  const row = {
    id: model.id,
    name: model.name,
    provider: model.engine,
    family: known.family === "unknown" ? null : known.family,
    sizeBytes: model.sizeBytes ?? known.sizeBytes,
    parametersBillions: known.parametersMillions === null ? null : known.parametersMillions / 1000,
    quantization: known.quantization,
    modified: known.modified,
    contextWindow: tokensOf(known.context) ?? model.contextWindow,
    servedContextWindow: servedWindow(known),
    maxOutputTokens: tokensOf(known.maxOutput),
    capabilities: known.capabilities,
    presence: model.presence,
    served: model.served,
    inUse: model.inUse,
    stale: provider?.stale ?? false,
    ageMs: provider?.ageMs ?? null,
    unknown: NOTHING,
  };
  row.unknown = unknownOf(row);
  return Object.freeze(row);
}

const NOTHING: readonly ModelFact[] = [];
const FACT_NAMES: readonly ModelFact[] = [
  "family",
  "sizeBytes",
  "parametersBillions",
  "quantization",
  "modified",
  "contextWindow",
  "servedContextWindow",
  "maxOutputTokens",
  "capabilities",
];

/** The facts that nobody knows. */
export function unknownOf(facts: Pick<ListedModel, ModelFact>): readonly ModelFact[] {
  return Object.freeze(
    FACT_NAMES.filter((name) => (name === "capabilities" ? nothingOf(facts.capabilities) : facts[name] === null)),
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
