import { Field } from "@base-ui/react/field";
import type { ReactNode } from "react";

export interface TextFieldProps {
  readonly name: string;
  readonly label: string;
  readonly description?: ReactNode;
  readonly value: string;
  readonly onValue: (text: string) => void;
  readonly placeholder?: string;
  /** What is wrong with it. */
  readonly error?: string | undefined;
  /** What it is written with: digits get another keyboard on a phone. */
  readonly kind?: "text" | "url" | "number" | "code";
  /** Lines, for a text of several. */
  readonly rows?: number;
  /** Stands beside the field. */
  readonly children?: ReactNode;
}

const MODES = { text: "text", url: "url", number: "decimal", code: "text" } as const;

/** A field with its label, what it is for, and what is wrong with it. */
export function TextField(props: TextFieldProps): ReactNode {
  const { kind = "text", rows, error } = props;
  return (
    <Field.Root name={props.name} className="field" invalid={error !== undefined}>
      <Field.Label className="field-label">{props.label}</Field.Label>
      <div className="field-row">
        <Field.Control
          className="field-control"
          data-kind={kind}
          value={props.value}
          placeholder={props.placeholder}
          inputMode={MODES[kind]}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          onValueChange={props.onValue}
          {...(rows === undefined ? {} : { render: <textarea rows={rows} /> })}
        />
        {props.children}
      </div>
      {props.description !== undefined && (
        <Field.Description className="field-text">{props.description}</Field.Description>
      )}
      {error !== undefined && (
        <Field.Error match className="field-error">
          {error}
        </Field.Error>
      )}
    </Field.Root>
  );
}

/** Moves the focus to the first field of a form that is wrong, once the errors are in the page. */
export function focusFirstWrong(form: HTMLElement | null): void {
  requestAnimationFrame(() => {
    form?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  });
}
