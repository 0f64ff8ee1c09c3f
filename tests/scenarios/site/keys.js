/** What the tests of keys drive: an instance with its management, everything it says, and every error it throws. */
import { createModelyard } from "/package/index.js";
import { createManagement } from "/package/management/index.js";

const said = [];
const EVENTS = ["configChanged", "modelsListed", "providerChanged", "keyChanged"];
let modelyard = null;
let management = null;

function note(value) {
  said.push(value instanceof Error ? { ...value, message: value.message, stack: value.stack } : value);
  return value;
}

/** What a call gives, or the failure it ends with. */
async function outcome(call) {
  try {
    return note(await call());
  } catch (error) {
    console.log("refused", String(error), error.cause);
    return { failed: note(error).code };
  }
}

async function open({ namespace, acknowledge = true }) {
  management = createManagement({ acknowledgeKeyInBrowser: acknowledge });
  modelyard = createModelyard({ namespace, models: [], engines: [], management });
  for (const type of EVENTS) management.on(type, note);
  management.subscribe(() => note(management.getSnapshot()));
  modelyard.onAny(note);
  await modelyard.open();
  await management.list();
}

const save = (config) => outcome(() => management.config.save(config));
const set = (provider, key, keep) => outcome(() => management.keys.set(provider, key, { keep }));
const state = (provider) => management.keys.state(provider);
const list = (provider) => outcome(() => management.list({ provider, refresh: true }));
const test = (provider) => outcome(() => management.test(provider));
const call = (name, ...rest) => outcome(() => management.keys[name](...rest));

/** Asks a model of a provider; gives the text, or the code of the failure. */
async function chat(provider, name, content) {
  return outcome(async () => {
    const conversationId = `with-${provider}`;
    modelyard.openConversation(conversationId);
    await modelyard.select(conversationId, `${provider}/${name}`).settled;
    let text = "";
    for await (const delta of modelyard.chat({ conversationId, messages: [{ role: "user", content }] })) {
      note(delta);
      if (delta.type === "text") text += delta.text;
    }
    return text;
  });
}

globalThis.keys = { open, save, set, state, list, test, call, chat, events: () => said };
globalThis.canaryTexts = () =>
  [JSON.stringify(said), JSON.stringify(modelyard?.getSnapshot()), JSON.stringify(management?.getSnapshot())].join("\n");
