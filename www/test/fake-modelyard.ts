/** Stands in for `modelyard`: downloads that take twenty seconds and models that say their name. */

import type { ChatDelta, ChatRequest, ModelyardOptions } from "../../pkg-template/src/api";
import type { Failure } from "../../pkg-template/src/generated";
import { type FakeError, FakeModelyard } from "../../pkg-template/test/react/fake";

export type * from "../../pkg-template/src/api";
export type {
  Capabilities,
  Capability,
  Failure,
  JobState,
  ModelManifest,
  ModelState,
} from "../../pkg-template/src/generated";

export const isModelyardError = (error: unknown): error is FakeError & { readonly failure: Failure } =>
  error instanceof Error && error.name === "ModelyardError";

/** A question with “limit” in it meets a provider that is rate limited, with “break” one that breaks off. */
class Falling extends FakeModelyard {
  override async *chat(request: ChatRequest): AsyncIterable<ChatDelta> {
    const question = request.messages.at(-1)?.content ?? "";
    const { conversations, models } = this.getSnapshot();
    const active = conversations.find((one) => one.id === request.conversationId)?.activeModel;
    const from = models.find((one) => one.id === active);
    const to = models.find((one) => one.presence === "cached" && one.id !== active);
    if (!/limit|break/.test(question) || from === undefined || to === undefined) return yield* super.chat(request);
    const afterText = question.includes("break");
    if (afterText) {
      for await (const delta of super.chat(request)) {
        if (delta.type === "end") break;
        yield delta;
      }
    }
    const failure: Failure = {
      code: afterText ? "network" : "rate_limited",
      message: afterText
        ? `The connection to ${from.engine} broke off.`
        : `${from.engine} takes no more requests for ${from.name}; it said to wait 20 s.`,
      recovery: ["Wait a little."],
      retryable: true,
    };
    yield {
      type: "fallback",
      failure,
      from: { modelId: from.id, provider: from.engine },
      to: { modelId: to.id, provider: to.engine },
      afterText,
      explanation: [
        `“${to.name}” is the next one the profile “general” leads to.`,
        `“${from.name}” was left out: it failed a moment ago.`,
      ],
    };
    for (const word of "I am another model, and I answer in its place.".split(/(?<= )/)) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      yield { type: "text", text: word };
    }
    const tried = [{ modelId: from.id, provider: from.engine, failure }];
    yield { type: "end", reason: "stop", modelId: to.id, provider: to.engine, tried };
  }
}

const TICK_MS = 200;
const DOWNLOAD_MS = 20_000;

/** `?cached=one,two` has models here from the start; `?speed=10` makes downloads ten times as fast. */
export function createModelyard(options: ModelyardOptions & { readonly management?: unknown }): FakeModelyard {
  const query = new URLSearchParams(location.search);
  const fake = new Falling({
    models: options.models,
    ...(options.defaultModel === undefined ? {} : { defaultModel: options.defaultModel }),
    cached: query.get("cached")?.split(",") ?? [],
    wordMs: 60,
    answer: (request: ChatRequest, modelId: string) =>
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
  (options.management as { attach?: (modelyard: FakeModelyard) => void } | undefined)?.attach?.(fake);
  Object.assign(globalThis, { fake });
  return fake;
}
