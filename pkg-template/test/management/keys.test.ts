import { expect, test } from "vitest";
import type { KeyState } from "../../src/management/api.js";
import { safeWordsOf } from "../../src/management/words.js";
import { errorOf, settle, trap } from "../unit/scripted.js";
import { provider, scriptedWorld } from "./scripted.js";

const KEY = "sk-canary-0123456789abcdef";
const none: KeyState = { state: "none", keep: null, fingerprint: null };
const ready: KeyState = { state: "ready", keep: "device", fingerprint: "…cdef 00ff00ff" };

test("all calls are not_ready before open(), and none of them is made", async () => {
  const { management, managements } = scriptedWorld();
  const { keys } = management;
  for (const call of [
    () => keys.set("one", KEY),
    () => keys.state("one"),
    () => keys.has("one"),
    () => keys.fingerprint("one"),
    () => keys.forget("one"),
    () => keys.test("one"),
    () => keys.setPassphrase("four words of it"),
    () => keys.unlock("four words of it"),
    () => keys.lock(),
    () => keys.isLocked(),
  ]) {
    const error = await errorOf(call);
    expect(error).toMatchObject({ name: "ModelyardError", code: "not_ready" });
    expect(JSON.stringify(error)).not.toContain("canary");
  }
  expect(managements).toEqual([]);
});

test("there is no way to read a key: these are all the names there are", () => {
  const { keys } = scriptedWorld().management;
  expect(Object.keys(keys).sort()).toEqual(
    ["fingerprint", "forget", "has", "isLocked", "lock", "set", "setPassphrase", "state", "test", "unlock"].sort(),
  );
  expect(Object.isFrozen(keys)).toBe(true);
});

test("a key crosses as an argument of its own, with how it is kept, and is in nothing else", async () => {
  const { modelyard, management, managed } = scriptedWorld({
    management: { call: (name) => (name === "setKey" || name === "keyState" ? ready : undefined) },
  });
  await modelyard.open();
  expect(await management.keys.set("one", KEY)).toEqual(ready);
  await management.keys.set("one", KEY, { keep: "device" });
  await management.keys.set("one", KEY, { keep: "passphrase" });
  const crossed = managed().calls.filter(([name]) => name === "setKey");
  expect(crossed).toEqual([
    ["setKey", "one", KEY, "session"],
    ["setKey", "one", KEY, "device"],
    ["setKey", "one", KEY, "passphrase"],
  ]);
  expect(management.keys.has("one")).toBe(true);
  expect(management.keys.fingerprint("one")).toBe("…cdef 00ff00ff");
  expect(JSON.stringify([management.getSnapshot(), modelyard.getSnapshot()])).not.toContain("canary");
});

test("what is no key, no passphrase and no way to keep one is refused without a word of it", async () => {
  const { modelyard, management, managed } = scriptedWorld();
  await modelyard.open();
  const { keys } = management;
  const wrong: Array<readonly [() => unknown, string]> = [
    [() => keys.set("one", { secret: KEY } as never), "key"],
    [() => keys.set("one", undefined as never), "key"],
    [() => keys.set("one", [KEY] as never), "key"],
    [() => keys.setPassphrase(Object(KEY) as never), "passphrase"],
    [() => keys.unlock(null as never), "passphrase"],
    [() => management.test({ kind: "openai", key: { secret: KEY } as never }), "provider.key"],
    [() => keys.set(7 as never, KEY), "provider"],
    [() => keys.set("one", KEY, { keep: "forever" as never }), "options.keep"],
    [() => keys.set("one", KEY, { kept: "device" } as never), "options.kept"],
  ];
  for (const [call, field] of wrong) {
    const error = await errorOf(call);
    expect(error).toMatchObject({ code: "invalid_input", field });
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain("canary");
  }
  expect(managed().calls.filter(([name]) => /key|passphrase|unlock|test/i.test(name))).toEqual([]);
});

test("a key to try goes beside what is to be tested, not within", async () => {
  const { modelyard, management, managed } = scriptedWorld();
  await modelyard.open();
  await management.test({ kind: "openai", host: "https://api.example/v1", key: KEY });
  await management.keys.test("one");
  expect(managed().calls.filter(([name]) => name === "test")).toEqual([
    ["test", '{"kind":"openai","host":"https://api.example/v1"}', KEY],
    ["test", '{"provider":"one"}'],
  ]);
});

test("that the app knows what a key in a page means is said once, when it is made", async () => {
  for (const given of [true, false, undefined]) {
    const options = given === undefined ? {} : { acknowledgeKeyInBrowser: given };
    const { modelyard, managed } = scriptedWorld({ managementOptions: options });
    await modelyard.open();
    expect(JSON.parse(managed().optionsJson)).toMatchObject({ acknowledgeKeyInBrowser: given ?? false });
  }
  const wrong = () => scriptedWorld({ managementOptions: { acknowledgeKeyInBrowser: "yes" as never } });
  expect(await errorOf(wrong)).toMatchObject({ field: "options.acknowledgeKeyInBrowser" });
});

test("a changed key is an event and in the snapshot, as a state", async () => {
  const { modelyard, management, managed } = scriptedWorld({
    management: {
      providers: () => [
        { ...provider("one"), key: none },
        { ...provider("two"), key: none },
      ],
    },
  });
  await modelyard.open();
  const events: unknown[] = [];
  management.on("keyChanged", (event) => events.push(event));
  const two = management.getSnapshot().providers[1];
  managed().host.keyChanged("one", JSON.stringify(ready));
  await settle();
  expect(events).toEqual([{ type: "keyChanged", provider: "one", key: ready }]);
  expect(management.getSnapshot().providers[0]?.key).toEqual(ready);
  expect(management.getSnapshot().providers[1]).toBe(two);
  // One of a provider that is not configured any more.
  managed().host.keyChanged("gone", JSON.stringify(none));
  await settle();
  expect(events).toHaveLength(2);
});

test("after a breakdown keys of the session are gone, which is said; those of the device come back", async () => {
  const session: KeyState = { state: "ready", keep: "session", fingerprint: "00ff00ff" };
  let times = 0;
  const { modelyard, management, managements } = scriptedWorld({
    management: {
      providers: () => [
        { ...provider("one"), key: times > 0 ? none : session },
        { ...provider("two"), key: ready },
      ],
      call(name) {
        if (name === "test" && times++ === 0) throw trap();
        return undefined;
      },
    },
  });
  await modelyard.open();
  const events: unknown[] = [];
  management.on("keyChanged", (event) => events.push(event));
  expect(await errorOf(() => management.keys.test("one"))).toMatchObject({ code: "engine_crashed" });
  await settle();
  expect(managements).toHaveLength(2);
  expect(management.getSnapshot().status).toBe("ready");
  expect(management.getSnapshot().warnings).toMatchObject([
    { code: "engine_crashed", provider: "one", recovery: ["Enter the key again."] },
  ]);
  expect(events).toEqual([{ type: "keyChanged", provider: "one", key: none }]);
});

test("a refusal of the vault reaches whoever asked, as it is", async () => {
  const refusal = { code: "unsupported", message: "no", recovery: ["do"], retryable: false };
  const { modelyard, management } = scriptedWorld({
    management: {
      call(name) {
        if (name === "setKey" || name === "unlock") throw refusal;
        return undefined;
      },
    },
  });
  await modelyard.open();
  expect(await errorOf(() => management.keys.set("one", KEY))).toMatchObject(refusal);
  expect(await errorOf(() => management.keys.unlock("four words"))).toMatchObject(refusal);
});

test("bad input 6 and 69: a browser's words for an address with a password lose that", async () => {
  const url = new URL(`https://user:${KEY}@files.example/config.json?token=${KEY}`);
  const { modelyard, management } = scriptedWorld({ managementOptions: { file: url } });
  await modelyard.open();
  const { failure } = management.getSnapshot();
  expect(failure).toMatchObject({ code: "network" });
  expect(JSON.stringify(failure)).not.toContain("canary");
});

test("words without secrets come through unchanged", () => {
  for (const text of [
    "task-force-oriented",
    "Bearer token expired",
    "https://host/x@y?keys=all",
    "hf_transformers_cache",
  ]) {
    expect(safeWordsOf(new Error(text))).toBe(text);
  }
  expect(safeWordsOf(`Request for https://me:${KEY}@host/?key=a&n=1 with Bearer abc12345 and ${KEY}`)).toBe(
    "Request for https://[redacted]@host/?key=[redacted]&n=1 with Bearer [redacted] and [redacted]",
  );
});
