import { Field } from "@base-ui/react/field";
import type { ReactNode } from "react";

export interface SecretFieldProps {
  readonly name: string;
  readonly label: string;
  readonly description?: ReactNode;
  readonly placeholder?: string;
  readonly error?: string | undefined;
  readonly onInput?: () => void;
}

/** A field for what nobody should read. Its text is in the field alone: React would copy it into the page. */
export function SecretField({ name, label, description, placeholder, error, onInput }: SecretFieldProps): ReactNode {
  return (
    <Field.Root className="field" invalid={error !== undefined}>
      <Field.Label className="field-label">{label}</Field.Label>
      <Field.Control
        className="field-control"
        render={
          <input
            name={name}
            type="password"
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            // Its text must not be stored by those who store passwords either.
            data-1p-ignore
            data-lpignore="true"
            placeholder={placeholder}
            onInput={onInput}
          />
        }
      />
      {description !== undefined && <Field.Description className="field-text">{description}</Field.Description>}
      {error !== undefined && (
        <Field.Error match className="field-error">
          {error}
        </Field.Error>
      )}
    </Field.Root>
  );
}
