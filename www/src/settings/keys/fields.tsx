import type { KeyKeep } from "modelyard/management";
import { type ReactNode, useId, useState } from "react";
import { useDemo } from "../../chats/context";
import { useManagementSnapshot } from "../hooks";
import type { Preset } from "../providers/presets";
import { type KeyField, passphraseNeed } from "./entry";
import { SecretField } from "./secret-field";

const KEPT: readonly { readonly keep: KeyKeep; readonly title: string; readonly text: string }[] = [
  {
    keep: "session",
    title: "For this session",
    text: "In the memory of this page alone. It is gone when the page is closed or loaded again.",
  },
  {
    keep: "device",
    title: "On this device",
    text: "Encrypted in this browser until you forget it. Whoever can use this browser profile can use the key.",
  },
  {
    keep: "passphrase",
    title: "Behind a passphrase",
    text: "Encrypted with a passphrase that is stored nowhere. You enter it after each start; nobody can recover it.",
  },
];

export interface KeyFieldsProps {
  readonly preset: Preset;
  readonly keep?: KeyKeep | undefined;
  readonly errors: Partial<Record<KeyField, string>>;
  /** Something was typed or chosen. */
  readonly onChange: (field: KeyField) => void;
}

/** A key and how it is kept. They stand in a form, from which `entryIn` reads them. */
export function KeyFields({ preset, keep = "session", errors, onChange }: KeyFieldsProps): ReactNode {
  const { management } = useDemo();
  // Whether there is a passphrase shows there.
  useManagementSnapshot();
  const [chosen, setChosen] = useState<KeyKeep>(keep);
  const need = passphraseNeed(management);
  const id = useId();
  return (
    <>
      <SecretField
        name="key"
        label={preset.key === "required" ? "Key" : "Key (optional)"}
        description={
          <>
            {preset.keyText !== undefined && `${preset.keyText} `}
            {preset.keyUrl !== undefined && (
              <a className="my-link" href={preset.keyUrl} target="_blank" rel="noopener noreferrer">
                Where to get a key
              </a>
            )}
          </>
        }
        error={errors.key}
        onInput={() => {
          onChange("key");
        }}
      />
      <fieldset className="kept">
        <legend className="field-label">How the key is kept</legend>
        {KEPT.map((one) => (
          <label key={one.keep} className="kept-choice">
            <input
              type="radio"
              name="keep"
              value={one.keep}
              checked={chosen === one.keep}
              aria-describedby={`${id}-${one.keep}`}
              onChange={() => {
                setChosen(one.keep);
                onChange("key");
              }}
            />
            <span>
              <span className="kept-title">{one.title}</span>
              <span id={`${id}-${one.keep}`} className="field-text">
                {one.text}
              </span>
            </span>
          </label>
        ))}
        {chosen === "passphrase" && need !== "nothing" && (
          <div className="kept-passphrase">
            <SecretField
              name="passphrase"
              label="Passphrase"
              description={
                need === "make"
                  ? "At least 8 characters; several words are better than one."
                  : "The one your other keys are kept behind."
              }
              error={errors.passphrase}
              onInput={() => {
                onChange("passphrase");
              }}
            />
            {need === "make" && (
              <SecretField
                name="again"
                label="Passphrase again"
                error={errors.again}
                onInput={() => {
                  onChange("again");
                }}
              />
            )}
          </div>
        )}
        <p className="kept-note field-text">
          None of them stops a script that gets into this page: it could use any key that is not locked. Make a key for
          this page alone, with a spending limit.
        </p>
      </fieldset>
    </>
  );
}
