import { AlertDialog } from "@base-ui/react/alert-dialog";
import { type ReactNode, type RefObject, useRef } from "react";

export interface ConfirmationProps {
  readonly open: boolean;
  readonly title: string;
  readonly text: string;
  /** What went wrong at the first try. */
  readonly problem?: string | null;
  readonly confirm: string;
  readonly keep: string;
  readonly busy?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  /** Where the focus goes afterwards: an element that outlives what is about to be deleted. */
  readonly returnTo: () => HTMLElement | null;
}

/** Asks before something is lost. The focus starts on the safe answer. */
export function Confirmation(props: ConfirmationProps): ReactNode {
  const keep = useRef<HTMLButtonElement>(null);
  return (
    <AlertDialog.Root
      open={props.open}
      onOpenChange={(open) => {
        if (!open) props.onClose();
      }}
    >
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="my-backdrop" forceRender />
        <AlertDialog.Popup
          className="my-dialog"
          initialFocus={keep as RefObject<HTMLElement | null>}
          finalFocus={() => props.returnTo() ?? true}
        >
          <AlertDialog.Title className="my-dialog-title">{props.title}</AlertDialog.Title>
          <AlertDialog.Description className="my-dialog-text">{props.text}</AlertDialog.Description>
          {props.problem != null && (
            <p className="my-problem" role="alert">
              {props.problem}
            </p>
          )}
          <div className="my-dialog-actions">
            <AlertDialog.Close ref={keep} className="my-button">
              {props.keep}
            </AlertDialog.Close>
            <button
              type="button"
              className="my-button"
              data-tone="danger"
              disabled={props.busy === true}
              onClick={props.onConfirm}
            >
              {props.confirm}
            </button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
