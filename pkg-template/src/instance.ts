/** What `createModelyard()` gives: every call of the public interface, checked and handed to the session that lives. */

import type { Modelyard } from "./api.js";
import { ATTACH } from "./attachment.js";
import { type AnswerSink, createChatStream } from "./chat.js";
import { checkChat } from "./chat-request.js";
import { type ModelyardError, modelyardError } from "./errors.js";
import type { Command, Failure, JobState, ModelManifest, Needs, Reply } from "./generated/index.js";
import { count, fieldsOf, invalid, manifests, ownData, text } from "./input.js";
import { createLife, type LifePorts } from "./life.js";
import { checkFlag, checkOptions } from "./options.js";
import { createOutbox } from "./outbox.js";
import { createRemovals } from "./removals.js";
import { createRouting } from "./routing.js";
import { createSelections } from "./selections.js";
import { createStore, EMPTY_SNAPSHOT } from "./store.js";

const LARGEST_POSITION = 0xffff_ffff;

/** Makes an instance on given surroundings. Throws `invalid_input`; has no other effect. */
export function createInstance(given: unknown, ports: LifePorts): Modelyard {
  const options = checkOptions(given);
  const store = createStore();
  store.arrange(options.models.map(({ id }) => id));
  const selections = createSelections();
  const removals = createRemovals();
  const outbox = createOutbox((event) => {
    if (event.type === "selectionSettled") selections.settle(event);
    else if (event.type === "modelRemoved" || event.type === "modelRemoveFailed") removals.settle(event);
  });
  const listener = {
    lost(why: Failure) {
      selections.endAll(why.code === "closed" ? { status: "superseded" } : { status: "failed", failure: why });
      removals.failAll(why);
    },
  };

  function command<T extends Reply["type"]>(wish: Command, expected: T): Extract<Reply, { type: T }> {
    const reply = life.session().command(wish);
    if (reply.type === expected) return reply as Extract<Reply, { type: T }>;
    throw senseless(wish.type);
  }

  function job(wish: Command): JobState {
    const { jobId } = command(wish, "job");
    const state = store.snapshot().jobs.find((candidate) => candidate.id === jobId);
    if (state) return state;
    throw senseless(wish.type);
  }

  const instance: Omit<Modelyard, typeof Symbol.dispose> = {
    open: () => life.open(),
    close: () => life.close(),
    subscribe: (listener) => outbox.subscribe(callable("listener", listener)),
    getSnapshot: () => store.snapshot(),
    getServerSnapshot: () => EMPTY_SNAPSHOT,
    on: (type, listener) => outbox.on(text("type", type) as typeof type, callable("listener", listener) as never),
    onAny: (listener) => outbox.on(null, callable("listener", listener)),

    openConversation(conversationId) {
      command({ type: "openConversation", conversationId: text("conversationId", conversationId) }, "done");
      const state = store.snapshot().conversations.find((candidate) => candidate.id === conversationId);
      if (state) return state;
      throw senseless("openConversation");
    },
    removeConversation(conversationId) {
      command({ type: "removeConversation", conversationId: text("conversationId", conversationId) }, "done");
    },
    select(conversationId, modelId) {
      const wish = { conversationId: text("conversationId", conversationId), modelId: text("modelId", modelId) };
      const { intent } = command({ type: "select", ...wish }, "selected");
      return selections.track(conversationId, modelId, intent);
    },
    selectProfile(conversationId, profile, needs = {}) {
      const wish = { conversationId: text("conversationId", conversationId), profile: text("profile", profile) };
      const asked = ownData("needs", needs) as Needs;
      const { modelId, intent } = command({ type: "selectProfile", ...wish, needs: asked }, "routed");
      return selections.track(conversationId, modelId, intent);
    },
    ...createRouting({
      command,
      snapshot: () => store.snapshot(),
      remember: (settings) => Object.assign(life.settings, settings),
      inForce: (settings) => management?.under({ ...life.settings, ...settings }) ?? settings,
    }),
    download: (modelId) => job({ type: "download", modelId: text("modelId", modelId) }),
    async cancel(jobId) {
      command({ type: "cancel", jobId: count("jobId", jobId) }, "done");
      // So that no event of the job comes after the promise has resolved.
      await outbox.emptied();
    },
    async pause(jobId) {
      command({ type: "pause", jobId: count("jobId", jobId) }, "done");
      await outbox.emptied();
    },
    resume: (jobId) => void command({ type: "resume", jobId: count("jobId", jobId) }, "done"),
    retry: (jobId) => job({ type: "retry", jobId: count("jobId", jobId) }),
    move(jobId, position) {
      const place = Math.min(count("position", position), LARGEST_POSITION);
      command({ type: "move", jobId: count("jobId", jobId), position: place }, "done");
    },
    dismiss: (jobId) => void command({ type: "dismiss", jobId: count("jobId", jobId) }, "done"),
    async removeModel(modelId, removal = {}) {
      const { unload = false } = fieldsOf("options", removal, ["unload"]);
      const wish = { modelId: text("modelId", modelId), unload: checkFlag("options.unload", unload) };
      command({ type: "removeModel", ...wish }, "done");
      return removals.track(modelId);
    },
    unloadEngine(engineId) {
      command({ type: "unloadEngine", engineId: text("engineId", engineId) }, "done");
    },
    addModels(models) {
      const copies = manifests("models", models) as ModelManifest[];
      store.arrange(copies.map(({ id }) => id));
      command({ type: "addModels", models: copies }, "done");
      life.added.push(...copies);
    },
    async requestPersistence() {
      const { tell } = life.session();
      const storage = globalThis.navigator?.storage as Partial<StorageManager> | undefined;
      // In a frame that may not store anything it rejects: that is a no as well.
      const granted = (await storage?.persist?.().catch(() => false)) ?? false;
      tell((core) => core.persistenceGranted(granted));
      return granted;
    },
    chat(request) {
      const checked = checkChat(request);
      life.session();
      return createChatStream(checked, {
        request: (sink: AnswerSink) => life.session().request(sink),
        expected(whom) {
          const { conversations, models } = store.snapshot();
          const modelId =
            "modelId" in whom
              ? whom.modelId
              : (conversations.find((candidate) => candidate.id === whom.conversationId)?.activeModel ?? "");
          return { modelId, provider: models.find((candidate) => candidate.id === modelId)?.engine ?? "" };
        },
      });
    },
  };
  const management =
    options.management?.[ATTACH]({
      options,
      modelyard: instance,
      manifests: () => [...options.models, ...life.added],
      command: (wish) => life.session().command(wish),
      tell: (use) => life.tell(use),
      configure: () => instance.configure({}),
    }) ?? null;
  const life = createLife(options, ports, store, outbox, listener, management);

  // Browsers without the symbol cannot ask for it either.
  if (typeof Symbol.dispose === "symbol") {
    Object.assign(instance, { [Symbol.dispose]: () => void instance.close() });
  }
  return Object.freeze(instance) as Modelyard;
}

function callable<F>(field: string, value: F): F {
  if (typeof value !== "function") throw invalid(field, "must be a function", value);
  return value;
}

/** The two sides of the seam do not belong to each other. */
function senseless(wish: string): ModelyardError {
  return modelyardError("engine_crashed", `The core's answer to ${wish} makes no sense.`);
}
