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
  // The core may start, move or end an answer before the call that asked for it has returned its number.
  let asking = false;
  let early: Array<{ readonly answerId: number; readonly use: (sink: AnswerSink) => void }> = [];

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

  /** Hands the reader of an answer over, now or as soon as it is known whose answer that is. */
  function withSink(answerId: number, take: (sink: AnswerSink) => void, otherwise: () => void): void {
    const use = (sink: AnswerSink): void => {
      waiting.delete(answerId);
      take(sink);
    };
    const sink = waiting.get(answerId);
    if (sink) use(sink);
    else if (asking) early.push({ answerId, use });
    else otherwise();
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
      withSink(
        answerId,
        (sink) => start(answerId, attempt, loadId ? loads.get(loadId) : management?.served(engineId, modelId), sink),
        () => queueMicrotask(() => core.answerEnded(answerId, attempt, null)),
      );
    },
    fellBack(event) {
      const sink = tries.get(event.answerId)?.sink ?? waiting.get(event.answerId);
      if (sink) sink.fellBack(event);
      else if (asking) early.push({ answerId: event.answerId, use: (reader) => reader.fellBack(event) });
    },
    endAnswer(answerId, why) {
      const under = tries.get(answerId);
      if (under) {
        tries.delete(answerId);
        under.sink.failed(why);
        under.answer.stop(why);
        return;
      }
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
        answerId = core.requestAnswer(sink.chat);
      } finally {
        asking = false;
      }
      const missed = early.filter((one) => one.answerId === answerId);
      early = [];
      waiting.set(answerId, sink);
      for (const { use } of missed) use(sink);
      return () => giveUp(answerId);
    },
    async close(why) {
      for (const sink of waiting.values()) sink.failed(why);
      waiting.clear();
      for (const { sink, answer } of tries.values()) {
        sink.failed(why);
        answer.stop(why);
      }
      await Promise.all([...loads.values()].map((load) => load.end()));
    },
  };
}
