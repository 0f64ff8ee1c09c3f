import { AlertDialog } from "@base-ui/react/alert-dialog";
import type { Failure } from "modelyard";
import type { ReactNode } from "react";
import { Problem } from "./problem";

export interface ConfirmProps {
  readonly open: boolean;
  readonly title: string;
  readonly text: ReactNode;
  readonly problem?: Failure | null;
  readonly confirm: string;
  readonly keep: string;
  readonly busy: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  /** Says what has the focus when it is closed. */
  readonly finalFocus: () => HTMLElement | null;
}

/** Asks before something is lost. The safe answer has the focus. */
export function Confirm(props: ConfirmProps): ReactNode {
  return (
    <AlertDialog.Root
      open={props.open}
      onOpenChange={(open) => {
        if (!open) props.onClose();
      }}
    >
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="my-backdrop" />
        <AlertDialog.Popup className="my-dialog" finalFocus={props.finalFocus}>
          <AlertDialog.Title className="my-dialog-title">{props.title}</AlertDialog.Title>
          <AlertDialog.Description className="my-dialog-text">{props.text}</AlertDialog.Description>
          {props.problem != null && <Problem failure={props.problem} />}
          <div className="my-dialog-actions">
            <AlertDialog.Close className="my-button">{props.keep}</AlertDialog.Close>
            <button
              type="button"
              className="my-button"
              data-tone="danger"
              aria-disabled={props.busy}
              onClick={() => {
                if (!props.busy) props.onConfirm();
              }}
            >
              {props.confirm}
            </button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
