import type { Failure } from "modelyard";
import type { Setting } from "modelyard/management";
import { type ReactNode, useRef, useState } from "react";
import { byField, failureFrom } from "../failure";
import { focusFirstWrong, TextField } from "../field";
import { typed, valueAt, withValue, writeJson } from "../file";
import { useManagementSnapshot, useSavedConfig } from "../hooks";
import { Problem } from "../problem";
import { LAYERS } from "../words";
import { OPTIONS, type Option } from "./options";

type Texts = Readonly<Partial<Record<string, string>>>;

/** The options every answer is made with. Empty fields say nothing: then what lies below counts. */
export function GenerationForm(): ReactNode {
  const { settings } = useManagementSnapshot();
  const { tree, save } = useSavedConfig();
  /** What was typed and is not saved yet. */
  const [typedTexts, setTyped] = useState<Texts>({});
  const [wrong, setWrong] = useState<Texts>({});
  const [rest, setRest] = useState<readonly Failure[]>([]);
  const [said, setSaid] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const saved = (option: Option): string => {
    const value = valueAt(tree, option.path);
    return value === undefined ? "" : writeJson(value);
  };
  const isChanged = OPTIONS.some((one) => (typedTexts[one.name] ?? saved(one)).trim() !== saved(one));

  const submit = async (): Promise<void> => {
    try {
      await save((now) =>
        OPTIONS.reduce((changed, { name, path }) => {
          const text = typedTexts[name];
          return text === undefined ? changed : withValue(changed, path, text.trim() === "" ? undefined : typed(text));
        }, now),
      );
      setTyped({});
      setWrong({});
      setRest([]);
      setSaid("Saved. Answers that are being written keep what they began with.");
    } catch (error) {
      const sorted = byField(
        failureFrom(error),
        (path) => OPTIONS.find((one) => one.path.join(".") === path)?.name ?? null,
      );
      setWrong(sorted.fields);
      setRest(sorted.rest);
      setSaid("");
      focusFirstWrong(form.current);
    }
  };
  const set = (name: string, text: string): void => {
    setTyped((before) => ({ ...before, [name]: text }));
    setWrong(({ [name]: _gone, ...left }) => left);
    setSaid("");
  };

  return (
    <form
      ref={form}
      className="options"
      aria-label="Generation options"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <header className="section-head">
        <h2 className="section-title">Generation options</h2>
      </header>
      <p className="section-text quiet">
        For all models. An empty field leaves it to what lies below, in the end to the model.
      </p>
      <div className="option-fields">
        {OPTIONS.map((option) => {
          const text = typedTexts[option.name] ?? saved(option);
          const setting = settings.find((one) => one.path === option.path.join(".")) ?? null;
          return (
            <TextField
              key={option.name}
              name={option.name}
              label={option.label}
              kind="number"
              value={text}
              onValue={(now) => {
                set(option.name, now);
              }}
              placeholder={setting !== null && setting.layer !== "file" ? setting.json : "Not set"}
              description={
                <>
                  {option.text}
                  {inForce(setting, saved(option))}
                </>
              }
              error={wrong[option.name]}
            >
              {text !== "" && (
                <button
                  type="button"
                  className="my-link"
                  aria-label={`Reset ${option.label}`}
                  onClick={(event) => {
                    set(option.name, "");
                    event.currentTarget.closest(".field-row")?.querySelector("input")?.focus();
                  }}
                >
                  Reset
                </button>
              )}
            </TextField>
          );
        })}
      </div>
      {rest.map((failure) => (
        <Problem key={failure.message} failure={failure} />
      ))}
      <div className="options-foot">
        <button type="submit" className="button small primary" aria-disabled={!isChanged}>
          Save
        </button>
        <p className="quiet" role="status">
          {said}
        </p>
      </div>
    </form>
  );
}

/** What counts, where that is not what was saved here. */
function inForce(setting: Setting | null, saved: string): ReactNode {
  if (setting === null || setting.layer === "file") return null;
  const from = LAYERS[setting.layer].toLowerCase();
  return (
    <span className="in-force">
      {saved === ""
        ? ` In force: ${setting.json}, from the ${from}.`
        : ` Without effect: ${setting.json} from the ${from} wins.`}
    </span>
  );
}
