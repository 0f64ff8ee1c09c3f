/**
 * Carries out what the core says about engines: load, unload, answer. Keeps one record a load and one an answer, and
 * forgets each when its end was reported. It decides nothing; it makes sure that engines which misbehave cannot keep
 * the core waiting.
 */
import type { EngineFile, InPageEngine } from "../api.js";
import type { Attached } from "../attachment.js";
import type { AnswerSink } from "../chat.js";
import type { CheckedChat } from "../chat-request.js";
import { failure } from "../failure.js";
import type { Failure } from "../generated/index.js";
import { type Answer, startAnswer } from "./answer.js";
import { type CoreReports, type Load, startLoad } from "./load.js";

export interface EngineHost {
  load(
    loadId: number,
    engineId: string,
    modelId: string,
    contextWindow: number | null,
    files: readonly EngineFile[],
  ): void;
  /** `abortLoad` and `unload` alike: whatever the load is doing, it ends. */
  end(loadId: number): void;
  /** Without a load, a server answers. */
  startAnswer(answerId: number, loadId: number, engineId: string, modelId: string): void;
  /** The core ends an answer. */
  endAnswer(answerId: number, why: Failure): void;
  /** Asks the core for an answer; the function that comes back gives it up. */
  request(sink: AnswerSink): () => void;
  /** Stops all answers with `why` and frees all engines. */
  close(why: Failure): Promise<void>;
}

export interface HostPorts extends CoreReports {
  /** Asks the core for an answer and gives its number. Throws a `ModelyardError`. */
  requestAnswer(whom: CheckedChat["whom"]): number;
  abortAnswer(answerId: number): void;
}

export function createEngineHost(
  engines: readonly InPageEngine[],
  core: HostPorts,
  loadTimeoutMs: number,
  management?: Attached | null,
): EngineHost {
  const loads = new Map<number, Load>();
  const answers = new Map<number, Answer>();
  // The end of the newest answer of each load: engines answer one after the other.
  const lastAnswers = new WeakMap<Load, Promise<void>>();
  const sinks = new Map<number, AnswerSink>();
  // The core may start, or end, an answer before the call that asked for it has returned its number.
  let asking = false;
  const early = new Map<number, (sink: AnswerSink) => void>();

  const reports: CoreReports = {
    ...core,
    loadFailed(loadId, why) {
      loads.delete(loadId);
      core.loadFailed(loadId, why);
    },
    unloaded(loadId) {
      loads.delete(loadId);
      core.unloaded(loadId);
    },
  };

  function withSink(answerId: number, use: (sink: AnswerSink) => void, otherwise: () => void): void {
    const sink = sinks.get(answerId);
    sinks.delete(answerId);
    if (sink) use(sink);
    else if (asking) early.set(answerId, use);
    else otherwise();
  }

  function start(answerId: number, load: Load | undefined, sink: AnswerSink): void {
    if (!load) {
      const why = failure("engine_crashed", "The model was gone when the answer was to start.");
      sink.failed(why);
      queueMicrotask(() => core.answerEnded(answerId, why));
      return;
    }
    const inForce: Attached["optionsFor"] = (...asked) => management?.optionsFor(...asked) ?? asked[1];
    const answer = startAnswer(load, sink, lastAnswers.get(load) ?? Promise.resolve(), inForce, (why) => {
      answers.delete(answerId);
      core.answerEnded(answerId, why);
    });
    answers.set(answerId, answer);
    lastAnswers.set(load, answer.ended);
  }

  function giveUp(answerId: number): void {
    const answer = answers.get(answerId);
    if (answer) answer.stop(null);
    // Still waiting for its model: the core alone knows of it.
    else if (sinks.delete(answerId)) core.abortAnswer(answerId);
  }

  return {
    load(loadId, engineId, modelId, ownWindow, files) {
      const engine = engines.find((candidate) => candidate.id === engineId);
      if (!engine) {
        const why = failure("unsupported", `There is no engine ${engineId} for ${modelId}.`, { provider: engineId });
        queueMicrotask(() => core.loadFailed(loadId, why));
        return;
      }
      const contextWindow = management ? management.contextWindow(modelId, ownWindow) : ownWindow;
      loads.set(loadId, startLoad({ loadId, modelId, contextWindow, files }, engine, reports, loadTimeoutMs));
    },
    end(loadId) {
      const load = loads.get(loadId);
      if (load) void load.end();
      else queueMicrotask(() => core.unloaded(loadId));
    },
    startAnswer(answerId, loadId, engineId, modelId) {
      withSink(
        answerId,
        (sink) => start(answerId, loadId ? loads.get(loadId) : management?.served(engineId, modelId), sink),
        () => queueMicrotask(() => core.answerEnded(answerId, null)),
      );
    },
    endAnswer(answerId, why) {
      const answer = answers.get(answerId);
      if (answer) return answer.stop(why);
      withSink(
        answerId,
        (sink) => sink.failed(why),
        () => undefined,
      );
    },
    request(sink) {
      asking = true;
      let answerId: number;
      try {
        answerId = core.requestAnswer(sink.chat.whom);
      } finally {
        asking = false;
      }
      const begin = early.get(answerId);
      early.clear();
      if (begin) begin(sink);
      else sinks.set(answerId, sink);
      return () => giveUp(answerId);
    },
    async close(why) {
      for (const sink of sinks.values()) sink.failed(why);
      sinks.clear();
      for (const answer of [...answers.values()]) answer.stop(why);
      await Promise.all([...loads.values()].map((load) => load.end()));
    },
  };
}
