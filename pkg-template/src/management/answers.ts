/**
 * Models of servers as something that answers: what `engines/` makes of a model in the page, made of a server's. The
 * stream is fed by Rust; an abort ends it there at once.
 */
import type { ChatAbility, EngineChatRequest, EngineDelta, LoadedModel } from "../api.js";
import type { EndReason, Load, Telling } from "../engines/load.js";
import { ModelyardError } from "../errors.js";
import type { ChatDelta, ChatEnd } from "../generated/index.js";
import type { Session } from "./session.js";

/** What can be asked; what a model does not take its server refuses. */
const ABILITIES: readonly ChatAbility[] = ["tools", "images", "think", "format"];

/** A model of a server. `session` throws while there is none; then the answer fails with that. */
export function servedModel(session: () => Session, provider: string, modelId: string): Load {
  // `<provider>/<name>`
  const name = modelId.slice(provider.length + 1);
  const model: LoadedModel & Telling = {
    abilities: ABILITIES,
    tell: async (request, put) => ask(session(), provider, name, request, put),
    chat() {
      throw new TypeError("A model of a server tells.");
    },
    unload: async () => undefined,
  };
  return {
    engineId: provider,
    modelId,
    model: () => model,
    // A server's model is never gone from here: an answer that is cut says so itself.
    gone: new Promise(() => undefined),
    end: async () => undefined,
  };
}

function ask(
  session: Session,
  provider: string,
  name: string,
  request: EngineChatRequest,
  put: (delta: EngineDelta) => void,
): Promise<EndReason> {
  const { signal } = request;
  return new Promise((resolve, reject) => {
    let isOver = false;
    let forget: () => void = () => undefined;
    function end(how: () => void): void {
      if (isOver) return;
      isOver = true;
      signal.removeEventListener("abort", abort);
      forget();
      how();
    }
    function abort(): void {
      end(() => reject(new DOMException("The answer was stopped.", "AbortError")));
      try {
        session.call((core) => core.abort(chatId));
      } catch {
        // It broke down meanwhile: nothing is left to be stopped.
      }
    }
    const chatId = session.call((core) =>
      core.chat(textOf(provider, name, request), {
        delta(json) {
          // What comes too late is dropped by the stream, which ends once.
          for (const delta of JSON.parse(json) as ChatDelta[]) put(deltaOf(delta));
        },
        ended(how, why) {
          end(() => (why ? reject(new ModelyardError(why)) : resolve(reasonOf(JSON.parse(how ?? "{}") as ChatEnd))));
        },
      }),
    );
    signal.addEventListener("abort", abort);
    forget = session.whenGone((why) => end(() => reject(new ModelyardError(why))));
    if (signal.aborted) abort();
  });
}

/** The chat as Rust reads it: what it hands on unread is a text inside of the text. */
function textOf(provider: string, model: string, request: EngineChatRequest): string {
  const { messages, tools, think, format, options } = request;
  return JSON.stringify({
    provider,
    model,
    messages: messages.map(({ content, toolCalls, ...message }) => ({
      ...message,
      text: content,
      ...(toolCalls && {
        toolCalls: toolCalls.map((call) => ({ ...call, arguments: JSON.stringify(call.arguments) })),
      }),
    })),
    ...(tools && {
      tools: tools.map(({ name, description = "", parameters = {} }) => ({
        name,
        description,
        parameters: JSON.stringify(parameters),
      })),
    }),
    options: JSON.stringify(options),
    ...(think === undefined ? {} : { think: JSON.stringify(think) }),
    ...(format === undefined ? {} : { format: JSON.stringify(format) }),
  });
}

function deltaOf(delta: ChatDelta): EngineDelta {
  switch (delta.type) {
    case "toolCall": {
      const { id, name, signature } = delta;
      return {
        type: "toolCall",
        ...(id === null ? {} : { id }),
        name,
        arguments: JSON.parse(delta.arguments) as object,
        ...(typeof signature === "string" ? { signature } : {}),
      };
    }
    case "usage":
      return {
        type: "usage",
        promptTokens: delta.usage.promptTokens,
        completionTokens: delta.usage.completionTokens,
      };
    default:
      return delta;
  }
}

/** Reasons that are the provider's own business count as an end like any other. */
function reasonOf({ reason }: ChatEnd): EndReason {
  return reason === "length" || reason === "toolCalls" || reason === "contentFilter" ? reason : "stop";
}
