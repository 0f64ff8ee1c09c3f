/**
 * Answers that go on with another model: both real wasm files, in Node, against two servers that fail on command. Needs
 * `target/wasm`.
 */
import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import type { ChatDelta, ModelyardEvent } from "../../src/api.js";
import { errorOf } from "../unit/scripted.js";
import { type Ollama, startOllama, stream } from "./ollama.js";
import { missing, type Real, real, until } from "./real.js";

const ended: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

const SMALL = "llama3.2:1b";
const hi = [{ role: "user" as const, content: "hi" }];

interface Two extends Real {
  readonly home: Ollama;
  readonly work: Ollama;
  readonly heard: ModelyardEvent[];
  /** All deltas of an answer of conversation `c`; the error it ends with, if it does. */
  ask(more?: object): Promise<{ deltas: ChatDelta[]; error: unknown }>;
}

/** Two servers with the same model, and a conversation with it: that of `home`, chosen by a profile or by its name. */
async function two(by: "profile" | "name" = "profile"): Promise<Two> {
  const [home, work] = [await startOllama([SMALL]), await startOllama([SMALL])];
  const providers = { home: { kind: "ollama", host: home.host }, work: { kind: "ollama", host: work.host } };
  const world = await real({
    management: { config: { providers } as never },
    modelyard: { profiles: [{ name: "any", minContext: 1 }] },
  });
  const { modelyard } = world;
  ended.push(home.close, work.close, () => modelyard.close());
  await modelyard.open();
  await world.management.list();
  modelyard.openConversation("c");
  const chosen = by === "profile" ? modelyard.selectProfile("c", "any") : modelyard.select("c", `home/${SMALL}`);
  expect(chosen.modelId).toBe(`home/${SMALL}`);
  await chosen.settled;
  const heard: ModelyardEvent[] = [];
  modelyard.onAny((event) => heard.push(event));
  return {
    ...world,
    home,
    work,
    heard,
    async ask(more = {}) {
      const deltas: ChatDelta[] = [];
      const answer = modelyard.chat({ conversationId: "c", messages: hi, ...more })[Symbol.asyncIterator]();
      const error = await errorOf(async () => {
        for (let step = await answer.next(); !step.done; step = await answer.next()) deltas.push(step.value);
        throw undefined;
      });
      return { deltas, error };
    },
  };
}

type Handler = (response: ServerResponse) => void;

const chats =
  (handle: Handler): Ollama["instead"] =>
  (path, response) => {
    if (path !== "/api/chat") return false;
    handle(response);
    return true;
  };

const says =
  (status: number, error: string, headers: Record<string, string> = {}): Handler =>
  (response) => {
    response.writeHead(status, {
      "content-type": "application/json",
      "access-control-expose-headers": "retry-after",
      ...headers,
    });
    response.end(JSON.stringify({ error }));
  };

const textOf = (deltas: readonly ChatDelta[]) =>
  deltas.map((delta) => (delta.type === "text" ? delta.text : "")).join("");

const HOME = { modelId: `home/${SMALL}`, provider: "home" };
const WORK = { modelId: `work/${SMALL}`, provider: "work" };

describe.skipIf(missing)("answers that go on with another model", () => {
  test("a busy server is followed by the next; the stream says why, and the end who answered and who was tried", async () => {
    const world = await two();
    const { home, work, heard, ask, modelyard } = world;
    home.instead = chats(says(503, "server busy", { "retry-after": "7" }));
    const { deltas, error } = await ask();
    expect(error).toBeUndefined();
    const failure = { code: "overloaded", provider: "home", httpStatus: 503, retryAfterMs: 7000 };
    expect(deltas[0]).toMatchObject({ type: "fallback", from: HOME, to: WORK, afterText: false, failure });
    const [first] = deltas;
    expect(first?.type === "fallback" && first.explanation[0]).toContain(SMALL);
    expect(textOf(deltas)).toBe("Hello there.");
    expect(deltas.at(-1)).toMatchObject({ type: "end", reason: "stop", ...WORK, tried: [{ ...HOME, failure }] });
    await until(world, () => heard.some(({ type }) => type === "answerEnded"));
    expect(heard.map(({ type }) => type)).toEqual(["answerStarted", "answerFellBack", "answerStarted", "answerEnded"]);
    expect(heard.at(-1)).toMatchObject({ failure: null, provider: "work", tried: [{ failure }] });
    // The conversation keeps its model, and the server what it asked for.
    const { conversations, engines } = modelyard.getSnapshot();
    expect(conversations[0]?.activeModel).toBe(HOME.modelId);
    expect(engines.find(({ id }) => id === "home")?.coolDowns).toMatchObject([{ modelId: HOME.modelId, asked: true }]);
    const again = await ask();
    expect(again.deltas[0]).toMatchObject({ type: "fallback", failure: { code: "rate_limited" }, to: WORK });
    expect(textOf(again.deltas)).toBe("Hello there.");
    expect([home.count("/api/chat"), work.count("/api/chat")]).toEqual([1, 2]);
  });

  test("a model a person chose is not replaced unasked, and when asked only by itself elsewhere", async () => {
    const { home, work, ask, modelyard } = await two("name");
    home.instead = chats(says(503, "server busy"));
    expect((await ask()).error).toMatchObject({ name: "ModelyardError", code: "overloaded", retryable: true });
    expect(work.count("/api/chat")).toBe(0);
    const asked = await ask({ fallback: "beforeText" });
    // What was only guessed keeps nobody from being asked.
    expect(asked.deltas.at(-1)).toMatchObject({ type: "end", ...WORK });
    work.models = ["other:1b"];
    await modelyard.select("c", `home/${SMALL}`).settled;
    expect(await errorOf(() => modelyard.chat({ messages: hi, model: "x", fallback: "often" } as never))).toMatchObject(
      {
        code: "invalid_input",
        field: "request.fallback",
      },
    );
  });

  test("peace a server asked for is kept: an explicit choice hears when to try again", async () => {
    const { home, ask } = await two("name");
    home.instead = chats(says(429, "slow down", { "retry-after": "60" }));
    expect((await ask()).error).toMatchObject({ code: "rate_limited", retryAfterMs: 60_000 });
    home.instead = () => false;
    const { error } = await ask();
    expect(error).toMatchObject({ code: "rate_limited", retryable: true, provider: "home", model: HOME.modelId });
    expect((error as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(50_000);
    expect(home.count("/api/chat")).toBe(1);
  });

  test("after text nothing goes on unless the app asks; then what came stays, and is marked", async () => {
    const { home, ask } = await two();
    home.instead = chats((response) => {
      stream(response, [{ model: SMALL, message: { role: "assistant", content: "Half an" }, done: false }], false);
      setImmediate(() => response.destroy());
    });
    const cut = await ask();
    expect(textOf(cut.deltas)).toBe("Half an");
    expect(cut.error).toMatchObject({ name: "ModelyardError", provider: "home" });
    const whole = await ask({ fallback: "afterText" });
    expect(whole.error).toBeUndefined();
    // The server that broke off is left in peace by now, so this time nothing came before.
    expect(whole.deltas[0]).toMatchObject({ type: "fallback", afterText: false });
    const fresh = await two();
    fresh.home.instead = home.instead;
    const marked = await fresh.ask({ fallback: "afterText" });
    const place = marked.deltas.findIndex(({ type }) => type === "fallback");
    expect(textOf(marked.deltas.slice(0, place))).toBe("Half an");
    expect(marked.deltas[place]).toMatchObject({ afterText: true, to: WORK });
    expect(textOf(marked.deltas.slice(place))).toBe("Hello there.");
  });

  test("when all fail the first failure is thrown, with the others attached", async () => {
    const world = await two();
    const { home, work, ask, heard } = world;
    home.instead = chats(says(500, "out of memory"));
    work.instead = chats(says(429, "slow down"));
    const { error, deltas } = await ask();
    expect(error).toMatchObject({ code: "provider_error", provider: "home", others: [{ code: "rate_limited" }] });
    expect(deltas.map(({ type }) => type)).toEqual(["fallback"]);
    await until(world, () => heard.some(({ type }) => type === "answerEnded"));
    expect(heard.at(-1)).toMatchObject({ type: "answerEnded", tried: [HOME, WORK] });
  });

  test("an overflow says by how much, and is not sent to a model that holds no more", async () => {
    const { home, work, ask } = await two();
    home.instead = chats(says(400, "prompt is too long: 5000 tokens > 4096 maximum"));
    const counts = { code: "context_exceeded", neededTokens: 5000, contextTokens: 4096 };
    expect((await ask()).deltas[0]).toMatchObject({ type: "fallback", to: WORK, failure: counts });
    home.instead = chats(says(400, "prompt is too long: 200000 tokens > 131072 maximum"));
    expect((await ask()).error).toMatchObject({ code: "context_exceeded", neededTokens: 200_000 });
    expect(work.count("/api/chat")).toBe(1);
  });

  test("a model that is gone moves a routed conversation, with the reasons", async () => {
    const { home, ask, modelyard } = await two();
    home.models = [];
    const { deltas } = await ask();
    expect(deltas[0]).toMatchObject({ type: "fallback", failure: { code: "not_found" }, to: WORK });
    const [conversation] = modelyard.getSnapshot().conversations;
    expect(conversation).toMatchObject({ activeModel: WORK.modelId, route: { profile: "any", modelId: WORK.modelId } });
  });

  test("an abort ends the chain: the second server is let go, and nobody else is asked", async () => {
    const world = await two();
    const { home, work, modelyard, heard } = world;
    home.instead = chats(says(503, "server busy"));
    let closed = Promise.resolve();
    const reached = new Promise<void>((resolve) => {
      work.instead = chats((response) => {
        closed = new Promise((isClosed) => response.on("close", isClosed));
        resolve();
      });
    });
    const controller = new AbortController();
    const answer = modelyard
      .chat({ conversationId: "c", messages: hi, signal: controller.signal })
      [Symbol.asyncIterator]();
    expect((await answer.next()).value).toMatchObject({ type: "fallback" });
    await reached;
    controller.abort();
    expect((await answer.next()).value).toMatchObject({ type: "end", reason: "aborted", ...WORK, tried: [HOME] });
    expect((await answer.next()).done).toBe(true);
    await closed;
    await until(world, () => heard.some(({ type }) => type === "answerEnded"));
    expect([home.count("/api/chat"), work.count("/api/chat")]).toEqual([1, 1]);
  });
});
