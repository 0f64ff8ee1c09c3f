import { type ReactNode, useState } from "react";
import { useSurroundings } from "../context.js";
import { asFailure } from "../derive.js";
import { useModel } from "../hooks.js";
import { Confirmation } from "./confirm.js";

export interface RemoveConfirmationProps {
  /** The model asked about; `null` when none is. */
  readonly modelId: string | null;
  readonly onClose: () => void;
  readonly returnTo: () => HTMLElement | null;
}

/**
 * Asks before a model's files are deleted and says what that frees. A model in use is refused by the store; only then
 * is unloading offered, as a second decision.
 */
export function RemoveConfirmation({ modelId, onClose, returnTo }: RemoveConfirmationProps): ReactNode {
  const { modelyard, labels, formats, announcer, report } = useSurroundings();
  const model = useModel(modelId);
  const [refusal, setRefusal] = useState<{ modelId: string; message: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const [last, setLast] = useState(model);
  if (model !== null && model !== last) setLast(model);
  const shown = model ?? last;
  if (shown === null) return null;

  const refused = refusal?.modelId === shown.id ? refusal.message : null;
  const close = (): void => {
    setRefusal(null);
    onClose();
  };
  const remove = async (): Promise<void> => {
    setBusy(true);
    try {
      const { freedBytes } = await modelyard.removeModel(shown.id, { unload: refused !== null });
      announcer.say("removed", labels.removed(shown.name, formats.bytes(freedBytes)));
      close();
    } catch (error) {
      const failure = asFailure(error);
      if (failure.code === "in_use" && refused === null) {
        setRefusal({ modelId: shown.id, message: labels.failedText({ ...failure, recovery: [] }) });
      } else {
        close();
        report(error);
      }
    } finally {
      setBusy(false);
    }
  };

  return (
    <Confirmation
      open={modelId !== null}
      title={labels.removeTitle(shown.name)}
      text={
        refused === null ? labels.removeText(formats.bytes(shown.presentBytes)) : labels.removeInUseText(shown.name)
      }
      problem={refused}
      confirm={refused === null ? labels.removeConfirm : labels.removeInUseConfirm}
      keep={labels.removeKeep}
      busy={busy}
      onConfirm={() => void remove()}
      onClose={close}
      returnTo={returnTo}
    />
  );
}
