/** A key on its way from a form to the package. It is read out of its field when it is needed and kept nowhere here. */
import type { KeyKeep, Management } from "modelyard/management";

export interface KeyEntry {
  readonly key: string;
  readonly keep: KeyKeep;
  readonly passphrase: string;
  readonly again: string;
}

export type KeyField = "key" | "passphrase" | "again";

/** What a form holds. Without the fields, nothing. */
export function entryIn(form: HTMLFormElement | null): KeyEntry {
  const fields = form === null ? new FormData() : new FormData(form);
  const text = (name: string): string => {
    const value = fields.get(name);
    return typeof value === "string" ? value : "";
  };
  const keep = text("keep");
  return {
    key: text("key").trim(),
    keep: keep === "device" || keep === "passphrase" ? keep : "session",
    passphrase: text("passphrase"),
    again: text("again"),
  };
}

/** What the passphrase has to be before a key can be kept behind it. */
export type PassphraseNeed = "nothing" | "make" | "unlock";

export function passphraseNeed(management: Management): PassphraseNeed {
  if (management.keys.isLocked()) return "unlock";
  const { providers } = management.getSnapshot();
  return providers.some((one) => one.key.keep === "passphrase") ? "nothing" : "make";
}

/** What can be said to be wrong without asking the package. */
export function wrongInEntry(entry: KeyEntry, need: PassphraseNeed): Partial<Record<KeyField, string>> {
  if (entry.keep !== "passphrase" || need === "nothing" || entry.key === "") return {};
  if (entry.passphrase === "") return { passphrase: "Enter a passphrase." };
  if (need === "make" && entry.passphrase !== entry.again) return { again: "This is not the same." };
  return {};
}

/** Stores a key, and makes or opens what it is kept behind. What goes wrong is thrown with the field it is about. */
export async function storeKey(management: Management, provider: string, entry: KeyEntry): Promise<void> {
  const { keys } = management;
  const need = passphraseNeed(management);
  if (entry.keep === "passphrase" && need !== "nothing") {
    try {
      await (need === "unlock" ? keys.unlock(entry.passphrase) : keys.setPassphrase(entry.passphrase));
    } catch (error) {
      throw new EntryError("passphrase", error);
    }
  }
  try {
    await keys.set(provider, entry.key, { keep: entry.keep });
  } catch (error) {
    throw new EntryError("key", error);
  }
}

/** What the package said, and the field it said it about. */
export class EntryError extends Error {
  readonly field: KeyField;

  constructor(field: KeyField, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.field = field;
  }
}
