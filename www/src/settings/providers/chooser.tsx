import { Dialog } from "@base-ui/react/dialog";
import { type ReactNode, useId } from "react";
import { GROUPS, PRESETS, type Preset } from "./presets";

/** Which provider is to be added. */
export function Chooser({ onChoose }: { onChoose: (preset: Preset) => void }): ReactNode {
  const id = useId();
  return (
    <div className="form">
      <Dialog.Title className="my-dialog-title">Add a provider</Dialog.Title>
      {GROUPS.map(({ group, title }) => (
        <section key={group} className="choice-group" aria-labelledby={`${id}-${group}`}>
          <h3 id={`${id}-${group}`} className="field-label">
            {title}
          </h3>
          <ul className="choices">
            {PRESETS.filter((one) => one.group === group).map((one) => (
              <li key={one.id} className="choice" data-preset={one.id}>
                <button
                  type="button"
                  className="choice-name"
                  aria-describedby={`${id}-${one.id}`}
                  onClick={() => {
                    onChoose(one);
                  }}
                >
                  {one.name}
                </button>
                <span id={`${id}-${one.id}`} className="field-text">
                  {one.text}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ))}
      <div className="form-actions">
        <span className="spacer" />
        <Dialog.Close className="my-button">Cancel</Dialog.Close>
      </div>
    </div>
  );
}
