import { type ReactNode, useState } from "react";
import { TextField } from "../field";
import type { Draft, DraftField } from "./draft";
import { OLLAMA, type Preset } from "./presets";

const FIELDS = ["timeoutSeconds", "models", "options"] as const;

export interface MoreFieldsProps {
  readonly preset: Preset;
  readonly draft: Draft;
  readonly wrong: Partial<Record<DraftField, string>>;
  readonly set: (field: DraftField) => (text: string) => void;
  readonly children?: ReactNode;
}

/** What hardly anybody needs. Open where something is entered, or wrong. */
export function MoreFields({ preset, draft, wrong, set, children }: MoreFieldsProps): ReactNode {
  const [isOpen, setOpen] = useState(() => FIELDS.some((field) => draft[field] !== ""));
  const isWrong = FIELDS.some((field) => wrong[field] !== undefined);
  const isOllama = preset.kind === OLLAMA.kind;
  return (
    <details
      className="more"
      open={isOpen || isWrong}
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary>More settings</summary>
      <div className="form">
        {children}
        {preset.group !== "source" && (
          <TextField
            name="models"
            label="Models"
            kind="code"
            rows={2}
            description="Their names, a line each, where it has no list or too long a one. Empty: all it lists."
            value={draft.models}
            onValue={set("models")}
            error={wrong.models}
          />
        )}
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
        {preset.group !== "source" && (
          <TextField
            name="options"
            label="Options as JSON"
            kind="code"
            rows={3}
            description={`${isOllama ? "Ollama's own options" : "Fields of its own"}, handed on with every chat as they are written here.`}
            placeholder={isOllama ? '{ "num_thread": 4 }' : '{ "user": "demo" }'}
            value={draft.options}
            onValue={set("options")}
            error={wrong.options}
          />
        )}
      </div>
    </details>
  );
}
