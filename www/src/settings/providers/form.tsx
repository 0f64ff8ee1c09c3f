import { Dialog } from "@base-ui/react/dialog";
import type { Failure } from "modelyard";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useDemo } from "../../chats/context";
import { byField, failureFrom } from "../failure";
import { focusFirstWrong, TextField } from "../field";
import { useSavedConfig } from "../hooks";
import { keyWrong } from "../keys/dialog";
import { EntryError, entryIn, type KeyField, passphraseNeed, storeKey, wrongInEntry } from "../keys/entry";
import { KeyFields } from "../keys/fields";
import { Problem } from "../problem";
import { ConnectionResult, useConnectionTest } from "./connection";
import { configOf, type Draft, type DraftField, draftOf, fieldOf, newDraft, withProvider, wrongIn } from "./draft";
import { MoreFields } from "./more";
import type { Preset } from "./presets";

type Wrong = Partial<Record<DraftField | KeyField, string>>;

export interface ProviderFormProps {
  readonly preset: Preset;
  /** The provider that is changed; `null` for a new one. */
  readonly edited: string | null;
  readonly taken: readonly string[];
  /** Leads to the choice of another preset. */
  readonly onBack: (() => void) | null;
  readonly onSaved: (name: string, isNew: boolean) => void;
}

/** All about a provider. A new one gets its key here too; that of another one is changed on its card. */
export function ProviderForm({ preset, edited, taken, onBack, onSaved }: ProviderFormProps): ReactNode {
  const { management } = useDemo();
  const { tree, save } = useSavedConfig();
  const test = useConnectionTest();
  // Saved by this form, though its key could not be stored.
  const [before, setBefore] = useState(edited);
  const [saved] = useState(() => (edited === null ? null : draftOf(tree, edited)));
  const [draft, setDraft] = useState<Draft>(() => saved ?? newDraft(preset, taken));
  const [wrong, setWrong] = useState<Wrong>({});
  const [rest, setRest] = useState<readonly Failure[]>([]);
  const [isSaving, setSaving] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const others = taken.filter((one) => one !== before);
  const isNew = edited === null;
  const keyFirst = isNew && preset.group !== "computer" && preset.host !== "";

  useEffect(() => {
    // What was chosen before is gone, and the focus with it.
    if (onBack !== null) form.current?.querySelector<HTMLElement>(keyFirst ? "[name=key]" : "[name=host]")?.focus();
  }, [onBack, keyFirst]);

  const refuse = (fields: Wrong, failures: readonly Failure[] = []): void => {
    setWrong(fields);
    setRest(failures);
    focusFirstWrong(form.current);
  };
  const changed = (field: DraftField | KeyField): void => {
    setWrong(({ [field]: _gone, ...left }) => left);
    // It is about what was there before.
    test.forget();
  };
  const set = (field: DraftField) => (text: string) => {
    setDraft((now) => ({ ...now, [field]: text }));
    changed(field);
  };
  const config = (): Record<string, unknown> => configOf(preset.kind, preset.server ?? null, draft);
  const submit = async (): Promise<void> => {
    const entry = entryIn(form.current);
    const found: Wrong = { ...wrongIn(draft, others), ...wrongInEntry(entry, passphraseNeed(management)) };
    if (Object.keys(found).length > 0) {
      refuse(found);
      return;
    }
    const name = draft.name.trim();
    setSaving(true);
    try {
      await save((now) => withProvider(now, name, config(), before));
      setBefore(name);
      if (entry.key !== "") await storeKey(management, name, entry);
      form.current?.reset();
      onSaved(name, isNew);
    } catch (error) {
      if (error instanceof EntryError) {
        refuse(keyWrong(error));
        return;
      }
      const sorted = byField(failureFrom(error), (path) => fieldOf(path, name));
      refuse(sorted.fields, sorted.rest);
    } finally {
      setSaving(false);
    }
  };
  /** Tests what the form holds. Saving is possible all the same, before, meanwhile and after. */
  const runTest = (): void => {
    const found = wrongIn(draft, others);
    if (found.options !== undefined) {
      refuse({ options: found.options });
      return;
    }
    // The key that is kept is only at hand for what is saved.
    if (edited !== null && saved?.host === draft.host) {
      void test.run(edited);
      return;
    }
    const { key } = entryIn(form.current);
    const name = draft.name.trim();
    void test.run({ ...(name === "" ? {} : { id: name }), ...config(), ...(key === "" ? {} : { key }) });
  };
  const keyFields = isNew && (
    <KeyFields
      preset={preset}
      errors={wrong}
      onChange={(field) => {
        changed(field);
      }}
    />
  );

  return (
    <form
      ref={form}
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isSaving) void submit();
      }}
    >
      <Dialog.Title className="my-dialog-title">{isNew ? `Add ${preset.name}` : `Edit ${edited}`}</Dialog.Title>
      <TextField
        name="host"
        label="Address"
        kind="url"
        description={preset.hostText}
        placeholder={preset.host === "" ? "https://…/v1" : preset.host}
        value={draft.host}
        onValue={set("host")}
        error={wrong.host}
      />
      {preset.group !== "computer" && keyFields}
      <TextField
        name="name"
        label="Name"
        description={
          isNew
            ? "Its models are known by it: name/model."
            : "Conversations know its models by this name: with another one they have to choose again."
        }
        value={draft.name}
        onValue={set("name")}
        error={wrong.name}
      />
      <MoreFields preset={preset} draft={draft} wrong={wrong} set={set}>
        {preset.group === "computer" && keyFields}
      </MoreFields>
      {rest.map((failure) => (
        <Problem key={failure.message} failure={failure} />
      ))}
      <ConnectionResult state={test.state} />
      <div className="form-actions">
        {onBack !== null && (
          <button type="button" className="my-button" onClick={onBack}>
            Back
          </button>
        )}
        <button type="button" className="my-button" onClick={runTest}>
          Test
        </button>
        <span className="spacer" />
        <Dialog.Close className="my-button">Cancel</Dialog.Close>
        <button type="submit" className="my-button" data-tone="accent" aria-disabled={isSaving}>
          {isNew ? "Add" : "Save"}
        </button>
      </div>
    </form>
  );
}
