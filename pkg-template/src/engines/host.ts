/**
 * Carries out what the core says about engines: load, unload, answer. Keeps one record a load and one an answer, and
 * forgets each when its end was reported. It decides nothing; it makes sure that engines which misbehave cannot keep
 * the core waiting.
 */
import type { EngineFile, InPageEngine } from "../api.js";
import type { Attached } from "../attachment.js";
import type { AnswerSink, FellBack } from "../chat.js";
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
  /** A try of an answer. Without a load, a server answers. One that is still under way is over. */
  startAnswer(answerId: number, attempt: number, loadId: number, engineId: string, modelId: string): void;
  /** The core says that another model takes over. */
  fellBack(event: FellBack & { readonly answerId: number }): void;
  /** The core ends an answer. */
  endAnswer(answerId: number, why: Failure): void;
  /** Asks the core for an answer; the function that comes back gives it up. */
  request(sink: AnswerSink): () => void;
  /** Stops all answers with `why` and frees all engines. */
  close(why: Failure): Promise<void>;
}

/** A try of an answer that is under way. */
interface Try {
  readonly attempt: number;
  readonly sink: AnswerSink;
  readonly answer: Answer;
}

export interface HostPorts extends CoreReports {
  /** Asks the core for an answer and gives its number. Throws a `ModelyardError`. */
  requestAnswer(chat: CheckedChat): number;
  abortAnswer(answerId: number): void;
}

export function createEngineHost(
  engines: readonly InPageEngine[],
  core: HostPorts,
  loadTimeoutMs: number,
  management?: Attached | null,
): EngineHost {
  const loads = new Map<number, Load>();
  const tries = new Map<number, Try>();
  // The end of the newest answer of each load: engines answer one after the other.
  const lastAnswers = new WeakMap<Load, Promise<void>>();
  // Readers whose next try has not begun.
  const waiting = new Map<number, AnswerSink>();
  // Who asks for an answer right now: the core may start, move or end it before it has told its number.
  let asking: AnswerSink | null = null;

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

  /** The reader of an answer. One that nobody waits for yet is the answer that is being asked for. */
  function readerOf(answerId: number): AnswerSink | undefined {
    const sink = tries.get(answerId)?.sink ?? waiting.get(answerId);
    if (sink || !asking) return sink;
    waiting.set(answerId, asking);
    asking = null;
    return waiting.get(answerId);
  }

  function start(answerId: number, attempt: number, load: Load | undefined, sink: AnswerSink): void {
    if (!load) {
      const why = failure("engine_crashed", "The model was gone when the answer was to start.");
      waiting.set(answerId, sink);
      queueMicrotask(() => core.answerEnded(answerId, attempt, why));
      return;
    }
    const inForce: Attached["optionsFor"] = (...asked) => management?.optionsFor(...asked) ?? asked[1];
    const answer = startAnswer(
      load,
      sink,
      lastAnswers.get(load) ?? Promise.resolve(),
      inForce,
      () => core.answerShown(answerId, attempt),
      (why) => {
        if (tries.get(answerId)?.attempt === attempt) {
          tries.delete(answerId);
          // The core says what comes now: another try, or the end.
          if (why) waiting.set(answerId, sink);
        }
        core.answerEnded(answerId, attempt, why);
      },
    );
    tries.set(answerId, { attempt, sink, answer });
    lastAnswers.set(load, answer.ended);
  }

  function endAnswer(answerId: number, why: Failure): void {
    readerOf(answerId)?.failed(why);
    waiting.delete(answerId);
    const under = tries.get(answerId);
    tries.delete(answerId);
    under?.answer.stop(why);
  }

  function giveUp(answerId: number): void {
    const under = tries.get(answerId);
    if (under) under.answer.stop(null);
    // Still waiting for its model: the core alone knows of it.
    else if (waiting.delete(answerId)) core.abortAnswer(answerId);
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
    startAnswer(answerId, attempt, loadId, engineId, modelId) {
      const before = tries.get(answerId);
      if (before) {
        // The core knows that its model is gone before the engine has said so of the answer.
        tries.delete(answerId);
        waiting.set(answerId, before.sink);
        before.answer.stop(null);
      }
      const sink = readerOf(answerId);
      waiting.delete(answerId);
      if (sink) start(answerId, attempt, loadId ? loads.get(loadId) : management?.served(engineId, modelId), sink);
      else queueMicrotask(() => core.answerEnded(answerId, attempt, null));
    },
    fellBack: (event) => readerOf(event.answerId)?.fellBack(event),
    endAnswer,
    request(sink) {
      asking = sink;
      try {
        const answerId = core.requestAnswer(sink.chat);
        if (asking) waiting.set(answerId, sink);
        return () => giveUp(answerId);
      } finally {
        asking = null;
      }
    },
    async close(why) {
      for (const answerId of [...waiting.keys(), ...tries.keys()]) endAnswer(answerId, why);
      await Promise.all([...loads.values()].map((load) => load.end()));
    },
  };
}
