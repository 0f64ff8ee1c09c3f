/**
 * `management.keys`. What is checked here is what could not cross; all else the vault in the second wasm file decides.
 *
 * The invariant: a key is an argument on its way there, and in nothing else: no error, no event, no state of this side.
 */
import { failure } from "../failure.js";
import type { Failure } from "../generated/index.js";
import { fieldsOf, invalid, text } from "../input.js";
import type { KeyKeep, KeyState, ManagementEvent, ProviderKeys, ProviderState } from "./api.js";
import type { Life } from "./life.js";

const KEEPS: readonly string[] = ["session", "device", "passphrase"] satisfies KeyKeep[];

/** What the other side of the seam has to say of a text that must not be repeated. */
function unseen(field: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw invalid(field, "must be a string", `(${typeof value})`);
}

function keepOf(options: unknown): KeyKeep {
  const { keep = "session" } = fieldsOf("options", options ?? {}, ["keep"]);
  if (typeof keep === "string" && KEEPS.includes(keep)) return keep as KeyKeep;
  throw invalid("options.keep", `must be one of ${KEEPS.join(", ")}`, keep);
}

export function createKeys(life: Life): ProviderKeys {
  const state = (provider: unknown): KeyState => {
    const id = text("provider", provider);
    return life.session().call((core) => core.keyState(id));
  };
  return Object.freeze({
    async set(provider, key, options) {
      const id = text("provider", provider);
      const [secret, keep] = [unseen("key", key), keepOf(options)];
      return (await life.ready()).wait((core) => core.setKey(id, secret, keep));
    },
    state,
    has: (provider) => state(provider).state !== "none",
    fingerprint: (provider) => state(provider).fingerprint,
    async forget(provider) {
      const id = text("provider", provider);
      await (await life.ready()).wait((core) => core.forgetKey(id));
    },
    async test(provider) {
      const asked = JSON.stringify({ provider: text("provider", provider) });
      return (await life.ready()).wait((core) => core.test(asked));
    },
    async setPassphrase(passphrase) {
      const secret = unseen("passphrase", passphrase);
      await (await life.ready()).wait((core) => core.setPassphrase(secret));
    },
    async unlock(passphrase) {
      const secret = unseen("passphrase", passphrase);
      await (await life.ready()).wait((core) => core.unlock(secret));
    },
    lock: () => life.session().call((core) => core.lockKeys()),
    isLocked: () => life.session().call((core) => core.isLocked()),
  } satisfies ProviderKeys);
}

/** The key to try out of what is to be tested, if there is one. */
export function keyToTry(provider: unknown): string | undefined {
  if (typeof provider !== "object" || provider === null) return undefined;
  const { key } = provider as { key?: unknown };
  return key === undefined ? undefined : unseen("provider.key", key);
}

/** What went with an instance that broke down: keys of the session were in its memory alone. */
export function lostKeys(
  before: readonly ProviderState[],
  now: readonly ProviderState[],
): { readonly warnings: readonly Failure[]; readonly events: readonly ManagementEvent[] } {
  const lost = now.filter(({ id, key }) => {
    const old = before.find((one) => one.id === id)?.key;
    return old?.keep === "session" && key.state === "none";
  });
  return {
    warnings: lost.map(({ id }) =>
      failure("engine_crashed", `The key of ${id} was for this session only, and is gone with what broke down.`, {
        recovery: ["Enter the key again."],
        retryable: false,
        provider: id,
      }),
    ),
    events: lost.map(({ id, key }) => ({ type: "keyChanged", provider: id, key })),
  };
}
