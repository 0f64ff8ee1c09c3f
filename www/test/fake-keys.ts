/**
 * Keys for the fake: what was set, never the key itself. Keys with `bad` in them are refused by their provider. The
 * passphrase is whatever was entered first; `wrong` is a wrong one.
 */
import type { Failure } from "../../pkg-template/src/generated";
import type * as Api from "../../pkg-template/src/management/api";

const STORED = "fake:keys";
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const NO_KEY: Api.KeyState = { state: "none", keep: null, fingerprint: null };

interface Held {
  readonly keep: NonNullable<Api.KeyState["keep"]>;
  readonly fingerprint: string;
  readonly host: string;
  readonly bad: boolean;
}

export class FakeKeys implements Api.ProviderKeys {
  readonly #held = new Map<string, Held>();
  readonly #hostOf: (provider: string) => string | null;
  readonly #changed: (provider: string) => void;
  readonly #refuse: (failure: Failure) => never;
  #passphrase: "none" | "locked" | "open" = "none";

  constructor(
    hostOf: (provider: string) => string | null,
    changed: (provider: string) => void,
    refuse: (failure: Failure) => never,
  ) {
    this.#hostOf = hostOf;
    this.#changed = changed;
    this.#refuse = refuse;
    for (const [id, one] of Object.entries(JSON.parse(localStorage.getItem(STORED) ?? "{}") as Record<string, Held>)) {
      this.#held.set(id, one);
      if (one.keep === "passphrase") this.#passphrase = "locked";
    }
  }

  async set(provider: string, key: string, { keep = "session" }: { keep?: Held["keep"] } = {}): Promise<Api.KeyState> {
    await sleep(120);
    const trimmed = key.trim();
    if (trimmed === "" || /\s/.test(trimmed)) {
      this.#refuse({
        code: "invalid_input",
        message: "This is no key: keys have no blanks.",
        recovery: ["Copy the key again, without what stands around it."],
        retryable: false,
        field: "key",
      });
    }
    if (keep === "passphrase" && this.#passphrase !== "open") {
      this.#refuse({
        code: "invalid_input",
        message: "The keys are locked.",
        recovery: ["Enter the passphrase first."],
        retryable: false,
        field: "keep",
      });
    }
    const last = trimmed.length >= 20 ? `…${trimmed.slice(-4)} ` : "";
    this.#held.set(provider, {
      keep,
      fingerprint: `${last}(9f3a60b1)`,
      host: this.#hostOf(provider) ?? "",
      bad: trimmed.includes("bad"),
    });
    this.#save(provider);
    return this.state(provider);
  }

  state(provider: string): Api.KeyState {
    const held = this.#held.get(provider);
    if (held === undefined) return NO_KEY;
    const { keep, fingerprint, host } = held;
    const isElsewhere = originOf(host) !== originOf(this.#hostOf(provider) ?? "");
    const isLocked = keep === "passphrase" && this.#passphrase !== "open";
    return { state: isElsewhere ? "otherOrigin" : isLocked ? "locked" : "ready", keep, fingerprint };
  }

  /** Whether the provider would take it. */
  isBad(provider: string): boolean {
    return this.#held.get(provider)?.bad ?? false;
  }

  has = (provider: string): boolean => this.#held.has(provider);
  fingerprint = (provider: string): string | null => this.#held.get(provider)?.fingerprint ?? null;

  async forget(provider: string): Promise<void> {
    await sleep(80);
    this.#held.delete(provider);
    this.#save(provider);
  }

  test = (): Promise<Api.ConnectionReport> => Promise.reject(new Error("The page tests the provider."));

  async setPassphrase(_text: string): Promise<void> {
    await sleep(300);
    this.#passphrase = "open";
    this.#all();
  }

  async unlock(text: string): Promise<void> {
    await sleep(400);
    if (text.includes("wrong")) {
      this.#refuse({
        code: "invalid_input",
        message: "This is not the passphrase.",
        recovery: ["Try another one. Without it the keys have to be entered again."],
        retryable: true,
        field: "passphrase",
      });
    }
    this.#passphrase = "open";
    this.#all();
  }

  lock(): void {
    this.#passphrase = "locked";
    this.#all();
  }

  isLocked = (): boolean => this.#passphrase === "locked";

  #all(): void {
    for (const [id, one] of this.#held) if (one.keep === "passphrase") this.#changed(id);
  }

  #save(provider: string): void {
    const kept = [...this.#held].filter(([, one]) => one.keep !== "session");
    localStorage.setItem(STORED, JSON.stringify(Object.fromEntries(kept)));
    this.#changed(provider);
  }
}

function originOf(host: string): string {
  return URL.canParse(host) ? new URL(host).origin : host;
}
