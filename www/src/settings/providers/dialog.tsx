import { Dialog } from "@base-ui/react/dialog";
import type { Failure } from "modelyard";
import { type ReactNode, useRef, useState } from "react";
import { byField, failureFrom } from "../failure";
import { focusFirstWrong, TextField } from "../field";
import { useSavedConfig } from "../hooks";
import { Problem } from "../problem";
import { ConnectionResult, type ConnectionTest, useConnectionTest } from "./connection";
import {
  configOf,
  type Draft,
  type DraftField,
  draftOf,
  fieldOf,
  kindName,
  newDraft,
  OLLAMA,
  withDraft,
  wrongIn,
} from "./kinds";

/** What the dialog is open for. */
export type Asked = { readonly for: "add" } | { readonly for: "edit"; readonly id: string; readonly kind: string };

export interface ProviderDialogProps {
  /** `null` while it is closed. */
  readonly asked: Asked | null;
  readonly taken: readonly string[];
  readonly onSaved: (name: string, isNew: boolean) => void;
  readonly onClose: () => void;
  /** Says what has the focus when it is closed. */
  readonly finalFocus: () => HTMLElement | null;
}

/** Adds a provider or changes one. */
export function ProviderDialog({ asked, onClose, finalFocus, ...rest }: ProviderDialogProps): ReactNode {
  return (
    <Dialog.Root
      open={asked !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="my-backdrop" />
        <Dialog.Popup className="my-dialog provider-dialog" finalFocus={finalFocus}>
          {asked !== null && <ProviderForm key={JSON.stringify(asked)} asked={asked} {...rest} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface ProviderFormProps extends Pick<ProviderDialogProps, "taken" | "onSaved"> {
  readonly asked: Asked;
}

function ProviderForm({ asked, taken, onSaved }: ProviderFormProps): ReactNode {
  const { tree, save } = useSavedConfig();
  const test = useConnectionTest();
  const before = asked.for === "edit" ? asked.id : null;
  const kind = asked.for === "edit" ? asked.kind : OLLAMA.kind;
  const [draft, setDraft] = useState<Draft>(() => (before === null ? newDraft(OLLAMA, taken) : draftOf(tree, before)));
  const [wrong, setWrong] = useState<Partial<Record<DraftField, string>>>({});
  const [rest, setRest] = useState<readonly Failure[]>([]);
  const [isSaving, setSaving] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const others = taken.filter((one) => one !== before);

  const refuse = (fields: Partial<Record<DraftField, string>>, failures: readonly Failure[] = []): void => {
    setWrong(fields);
    setRest(failures);
    focusFirstWrong(form.current);
  };
  const set = (field: DraftField) => (text: string) => {
    setDraft((now) => ({ ...now, [field]: text }));
    setWrong(({ [field]: _gone, ...left }) => left);
    // It is about what was there before.
    test.forget();
  };
  const submit = async (): Promise<void> => {
    const found = wrongIn(draft, others);
    if (Object.keys(found).length > 0) {
      refuse(found);
      return;
    }
    setSaving(true);
    try {
      await save((now) => withDraft(now, kind, draft, before));
      onSaved(draft.name.trim(), before === null);
    } catch (error) {
      const sorted = byField(failureFrom(error), (path) => fieldOf(path, draft.name.trim()));
      refuse(sorted.fields, sorted.rest);
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
        if (!isSaving) void submit();
      }}
    >
      <Dialog.Title className="my-dialog-title">
        {before === null ? `Add ${kindName(kind)}` : `Edit ${before}`}
      </Dialog.Title>
      <TextField
        name="host"
        label="Address"
        kind="url"
        description="Where it answers. Beside this browser that is http://localhost:11434."
        placeholder={OLLAMA.host}
        value={draft.host}
        onValue={set("host")}
        error={wrong.host}
      />
      <TextField
        name="name"
        label="Name"
        description={
          before === null
            ? "Its models are known by it: name/model."
            : "Conversations know its models by this name: with another one they have to choose again."
        }
        value={draft.name}
        onValue={set("name")}
        error={wrong.name}
      />
      <TextField
        name="timeoutSeconds"
        label="Time limit in seconds"
        kind="number"
        description="For all but chats and downloads, which may take as long as they need."
        placeholder="10"
        value={draft.timeoutSeconds}
        onValue={set("timeoutSeconds")}
        error={wrong.timeoutSeconds}
      />
      <TextField
        name="options"
        label="Options as JSON"
        kind="code"
        rows={3}
        description="Ollama's own options, handed on with every chat as they are written here."
        placeholder='{ "num_thread": 4 }'
        value={draft.options}
        onValue={set("options")}
        error={wrong.options}
      />
      {rest.map((failure) => (
        <Problem key={failure.message} failure={failure} />
      ))}
      <ConnectionResult state={test.state} />
      <div className="form-actions">
        <TestButton test={test} kind={kind} draft={draft} others={others} onWrong={refuse} />
        <span className="spacer" />
        <Dialog.Close className="my-button">Cancel</Dialog.Close>
        <button type="submit" className="my-button" data-tone="accent" aria-disabled={isSaving}>
          {before === null ? "Add" : "Save"}
        </button>
      </div>
    </form>
  );
}

interface TestButtonProps {
  readonly test: ConnectionTest;
  readonly kind: string;
  readonly draft: Draft;
  readonly others: readonly string[];
  readonly onWrong: (fields: Partial<Record<DraftField, string>>) => void;
}

/** Tests what the form holds. Saving is possible all the same, before, meanwhile and after. */
function TestButton({ test, kind, draft, others, onWrong }: TestButtonProps): ReactNode {
  return (
    <button
      type="button"
      className="my-button"
      onClick={() => {
        const found = wrongIn(draft, others);
        if (found.options !== undefined) {
          onWrong(found);
          return;
        }
        const name = draft.name.trim();
        void test.run({ ...(name === "" ? {} : { id: name }), ...configOf(kind, draft) });
      }}
    >
      Test
    </button>
  );
}
