/**
 * One try of one model to answer, from the core's word to the engine's last. In order: wait for the answer before it,
 * stream, report the end. What a failure means for the reader the core says: another model may take over.
 *
 * The invariant: the end is reported once, and only when the engine is done with it or had time enough to be; what the
 * engine says after the try was stopped goes nowhere.
 */

import type { EngineDelta, GenerationOptions, LoadedModel } from "../api.js";
import type { AnswerSink } from "../chat.js";
import { failureOf, modelyardError } from "../errors.js";
import { failure } from "../failure.js";
import type { Failure } from "../generated/index.js";
import type { EndReason, Load, Telling } from "./load.js";
import { GRACE_MS, outcomeOf, promised, settledWithin } from "./timing.js";

export interface Answer {
  /** Stops it. `null`: its reader wants no more, and then nothing else counts. Idempotent. */
  stop(why: Failure | null): void;
}

/**
 * Starts a try as soon as `turn` resolves. `shows` is called once, before the first piece of the answer is handed over;
 * `report` is called once; the promise resolves after that. `inForce` makes the options of the call those in force, and
 * may throw.
 */
export function startAnswer(
  load: Load,
  sink: AnswerSink,
  turn: Promise<unknown>,
  inForce: (modelId: string, options: GenerationOptions) => GenerationOptions,
  shows: () => void,
  report: (failure: Failure | null) => void,
): Answer & { readonly ended: Promise<void> } {
  const controller = new AbortController();
  const about = { model: load.modelId, provider: load.engineId };
  let stopped: { readonly why: Failure | null } | null = null;
  const { promise: left, resolve: leave } = promised<void>();

  function stop(why: Failure | null): void {
    if (stopped) {
      if (!why) stopped = { why };
      return;
    }
    stopped = { why };
    controller.abort(new DOMException("The answer was stopped.", "AbortError"));
    leave();
  }

  let shown = false;

  function put(delta: EngineDelta): void {
    if (stopped) return;
    if (!shown && isShown(delta)) {
      shown = true;
      shows();
    }
    sink.delta(delta);
  }

  async function run(): Promise<void> {
    await Promise.race([turn, left]);
    const model = load.model();
    if (!stopped && model) {
      sink.started(load.modelId, load.engineId);
      const streaming = outcomeOf(() => stream(model));
      const outcome = await Promise.race([streaming, left.then(() => null)]);
      if (!stopped && outcome) finish(outcome);
      // An engine that is gone has nothing to finish.
      await Promise.race([settledWithin(streaming, GRACE_MS), load.gone]);
    } else if (!stopped) {
      stop(await load.gone);
    }
    report(stopped?.why ?? null);
  }

  function finish(outcome: { value: EndReason } | { error: unknown }): void {
    if ("value" in outcome) sink.ended(outcome.value);
    else stop(failureOf(outcome.error, ...broken(outcome.error), about));
  }

  function broken(error: unknown): ["canceled" | "provider_error", string] {
    // The engine gave up by itself: nobody told it to.
    if (error instanceof Error && error.name === "AbortError")
      return ["canceled", `${load.engineId} stopped the answer.`];
    return ["provider_error", `${load.modelId} (${load.engineId}) could not answer.`];
  }

  async function stream(model: LoadedModel & Partial<Telling>): Promise<EndReason> {
    const { request, needs } = sink.chat;
    const lacking = needs.find((what) => !model.abilities?.includes(what));
    if (lacking) {
      throw modelyardError("unsupported", `${load.modelId} (${load.engineId}) cannot be asked for ${lacking}.`, {
        ...about,
        recovery: ["Choose another model."],
      });
    }
    const options = inForce(load.modelId, request.options);
    const asked = { ...request, options, signal: controller.signal };
    if (model.tell) return model.tell(asked, put);
    const deltas = model.chat(asked)[Symbol.asyncIterator]();
    for (;;) {
      const step = await deltas.next();
      if (step.done) return "stop";
      if (!stopped && step.value.type !== "end") {
        put(step.value);
        continue;
      }
      // Not awaited: an engine that tidies up for ever has answered all the same.
      void outcomeOf(() => deltas.return?.());
      return step.value.type === "end" ? step.value.reason : "stop";
    }
  }

  void load.gone.then((why) => {
    stop(
      why.code === "engine_crashed"
        ? why
        : failure("engine_crashed", "The model was unloaded while it answered.", about),
    );
  });
  return { stop, ended: run() };
}

/** Whether a reader sees something of the answer in it. */
function isShown(delta: EngineDelta): boolean {
  return delta.type === "toolCall" || ("text" in delta && delta.text !== "");
}
