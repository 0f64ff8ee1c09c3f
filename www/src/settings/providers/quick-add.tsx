import type { Failure } from "modelyard";
import { type ReactNode, useState } from "react";
import { failureFrom } from "../failure";
import { useSavedConfig } from "../hooks";
import { Problem } from "../problem";
import { ConnectionResult, useConnectionTest } from "./connection";
import { configOf, newDraft, withProvider } from "./draft";
import { OLLAMA } from "./presets";

export interface QuickAddProps {
  readonly onAdded: (name: string) => void;
  /** Somebody wants to enter another address. */
  readonly onOther: () => void;
}

/** Ollama while it is not set up: one click adds the one on this computer, which is tested first. */
export function QuickAdd({ onAdded, onOther }: QuickAddProps): ReactNode {
  const { save } = useSavedConfig();
  const test = useConnectionTest();
  const [refusal, setRefusal] = useState<Failure | null>(null);
  const draft = newDraft(OLLAMA, []);
  const isAsking = test.state.at === "asking";
  const wasNotFound = (test.state.at === "done" && !test.state.report.ok) || test.state.at === "failed";

  const add = async (): Promise<void> => {
    try {
      await save((tree) => withProvider(tree, draft.name, configOf(OLLAMA.kind, null, draft), null));
      onAdded(draft.name);
    } catch (error) {
      setRefusal(failureFrom(error));
    }
  };
  const find = async (): Promise<void> => {
    setRefusal(null);
    const report = await test.run({ id: draft.name, kind: OLLAMA.kind, host: OLLAMA.host });
    if (report?.ok === true) await add();
  };

  return (
    <div className="card quiet-card" data-kind={OLLAMA.kind}>
      <div className="card-head">
        <h3 className="card-title">{OLLAMA.name}</h3>
        <span className="state" data-tone="quiet">
          Not set up
        </span>
      </div>
      <p className="card-line quiet">{OLLAMA.text}</p>
      <ConnectionResult state={test.state} />
      {refusal !== null && <Problem failure={refusal} />}
      <div className="card-actions">
        <button
          type="button"
          className="button small primary"
          aria-disabled={isAsking}
          onClick={() => {
            if (!isAsking) void find();
          }}
        >
          {wasNotFound ? "Test again" : "Add Ollama on this computer"}
        </button>
        {wasNotFound && (
          <button type="button" className="button small" onClick={() => void add()}>
            Add anyway
          </button>
        )}
        <button type="button" className="button small" onClick={onOther}>
          Another address…
        </button>
      </div>
    </div>
  );
}
