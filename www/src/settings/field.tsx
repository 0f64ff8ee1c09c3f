import { Field } from "@base-ui/react/field";
import { type ReactNode, useId } from "react";

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

export interface SelectFieldProps<Value extends string> {
  readonly label: string;
  readonly description?: ReactNode;
  /** The values there are, with their words. */
  readonly options: readonly (readonly [Value, string])[];
  readonly value: Value;
  readonly onValue: (value: Value) => void;
}

/** A choice of a few words. */
export function SelectField<Value extends string>(props: SelectFieldProps<Value>): ReactNode {
  const id = useId();
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {props.label}
      </label>
      <select
        id={id}
        className="field-control"
        value={props.value}
        aria-describedby={props.description === undefined ? undefined : `${id}-text`}
        onChange={(event) => {
          props.onValue(event.currentTarget.value as Value);
        }}
      >
        {props.options.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
      {props.description !== undefined && (
        <p id={`${id}-text`} className="field-text">
          {props.description}
        </p>
      )}
    </div>
  );
}

/** Moves the focus to the first field of a form that is wrong, once the errors are in the page. */
export function focusFirstWrong(form: HTMLElement | null): void {
  requestAnimationFrame(() => {
    form?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  });
}
