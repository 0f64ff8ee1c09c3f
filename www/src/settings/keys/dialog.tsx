import { Dialog } from "@base-ui/react/dialog";
import type { ProviderState } from "modelyard/management";
import { type ReactNode, useRef, useState } from "react";
import { useDemo } from "../../chats/context";
import { besideField, failureFrom } from "../failure";
import { focusFirstWrong } from "../field";
import { ConnectionResult, useConnectionTest } from "../providers/connection";
import type { Preset } from "../providers/presets";
import { EntryError, entryIn, type KeyField, passphraseNeed, storeKey, wrongInEntry } from "./entry";
import { KeyFields } from "./fields";

export interface KeyDialogProps {
  /** Whose key it is; `null` while it is closed. */
  readonly provider: ProviderState | null;
  readonly preset: Preset;
  readonly onSaved: (provider: string) => void;
  readonly onClose: () => void;
  readonly finalFocus: () => HTMLElement | null;
}

/** Enters a key for a provider that is set up. */
export function KeyDialog({ provider, preset, onSaved, onClose, finalFocus }: KeyDialogProps): ReactNode {
  return (
    <Dialog.Root
      open={provider !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="my-backdrop" />
        <Dialog.Popup className="my-dialog provider-dialog" finalFocus={finalFocus}>
          {provider !== null && <KeyForm key={provider.id} provider={provider} preset={preset} onSaved={onSaved} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface KeyFormProps {
  readonly provider: ProviderState;
  readonly preset: Preset;
  readonly onSaved: (provider: string) => void;
}

function KeyForm({ provider, preset, onSaved }: KeyFormProps): ReactNode {
  const { management } = useDemo();
  const test = useConnectionTest();
  const [wrong, setWrong] = useState<Partial<Record<KeyField, string>>>({});
  const [isSaving, setSaving] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { id, kind, host, key } = provider;

  const refuse = (fields: Partial<Record<KeyField, string>>): void => {
    setWrong(fields);
    focusFirstWrong(form.current);
  };
  const isEmpty = (): boolean => {
    const isMissing = entryIn(form.current).key === "";
    if (isMissing) refuse({ key: "Enter a key." });
    return isMissing;
  };
  const submit = async (): Promise<void> => {
    const entry = entryIn(form.current);
    const found = wrongInEntry(entry, passphraseNeed(management));
    if (Object.keys(found).length > 0) {
      refuse(found);
      return;
    }
    setSaving(true);
    try {
      await storeKey(management, id, entry);
      form.current?.reset();
      onSaved(id);
    } catch (error) {
      refuse(keyWrong(error));
    } finally {
      setSaving(false);
    }
  };

  return (
    <form
      ref={form}
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isSaving && !isEmpty()) void submit();
      }}
    >
      <Dialog.Title className="my-dialog-title">Key for {id}</Dialog.Title>
      <p className="field-text">
        {host === null ? "It goes to this provider alone." : `It goes to ${originOf(host)} and nowhere else.`}
      </p>
      <KeyFields
        preset={preset}
        keep={key.keep ?? undefined}
        errors={wrong}
        onChange={(field) => {
          setWrong(({ [field]: _gone, ...left }) => left);
          test.forget();
        }}
      />
      <ConnectionResult state={test.state} />
      <div className="form-actions">
        <button
          type="button"
          className="my-button"
          onClick={() => {
            if (isEmpty()) return;
            void test.run({ id, kind, ...(host === null ? {} : { host }), key: entryIn(form.current).key });
          }}
        >
          Test
        </button>
        <span className="spacer" />
        <Dialog.Close className="my-button">Cancel</Dialog.Close>
        <button type="submit" className="my-button" data-tone="accent" aria-disabled={isSaving}>
          Save
        </button>
      </div>
    </form>
  );
}

/** What went wrong with a key, at its field. */
export function keyWrong(error: unknown): Partial<Record<KeyField, string>> {
  const failure = failureFrom(error instanceof EntryError ? error.cause : error);
  const text = [besideField(failure), ...failure.recovery].join(" ");
  return { [error instanceof EntryError ? error.field : "key"]: text };
}

function originOf(host: string): string {
  return URL.canParse(host) ? new URL(host).origin : host;
}
