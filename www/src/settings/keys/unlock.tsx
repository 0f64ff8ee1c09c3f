import { Dialog } from "@base-ui/react/dialog";
import { type ReactNode, useRef, useState } from "react";
import { useDemo } from "../../chats/context";
import { failureFrom } from "../failure";
import { focusFirstWrong } from "../field";
import { SecretField } from "./secret-field";

export interface PassphraseDialogProps {
  /** `null` while it is closed; `unlock` opens the keys, `change` puts another passphrase in the place of this one. */
  readonly asked: "unlock" | "change" | null;
  readonly onDone: (asked: "unlock" | "change") => void;
  readonly onClose: () => void;
  readonly finalFocus?: () => HTMLElement | null;
}

/** Asks for the passphrase that keys are kept behind. */
export function PassphraseDialog({ asked, onDone, onClose, finalFocus }: PassphraseDialogProps): ReactNode {
  return (
    <Dialog.Root
      open={asked !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="my-backdrop" />
        <Dialog.Popup className="my-dialog" {...(finalFocus === undefined ? {} : { finalFocus })}>
          {asked !== null && <PassphraseForm key={asked} asked={asked} onDone={onDone} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function PassphraseForm({ asked, onDone }: Pick<PassphraseDialogProps, "onDone"> & { asked: "unlock" | "change" }) {
  const { management } = useDemo();
  const [wrong, setWrong] = useState<{ readonly passphrase?: string; readonly again?: string }>({});
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const isChange = asked === "change";

  const refuse = (fields: typeof wrong): void => {
    setWrong(fields);
    focusFirstWrong(form.current);
  };
  const submit = async (): Promise<void> => {
    const fields = new FormData(form.current ?? undefined);
    const passphrase = String(fields.get("passphrase") ?? "");
    if (passphrase === "") {
      refuse({ passphrase: "Enter the passphrase." });
      return;
    }
    if (isChange && passphrase !== fields.get("again")) {
      refuse({ again: "This is not the same." });
      return;
    }
    setBusy(true);
    try {
      await (isChange ? management.keys.setPassphrase(passphrase) : management.keys.unlock(passphrase));
      form.current?.reset();
      onDone(asked);
    } catch (error) {
      const { message, recovery } = failureFrom(error);
      refuse({ passphrase: [message, ...recovery].join(" ") });
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      ref={form}
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) void submit();
      }}
    >
      <Dialog.Title className="my-dialog-title">{isChange ? "Change the passphrase" : "Unlock keys"}</Dialog.Title>
      <SecretField
        name="passphrase"
        label={isChange ? "New passphrase" : "Passphrase"}
        description={
          isChange
            ? "The keys behind the old one are encrypted anew."
            : "It opens all keys that are kept behind it, until this page is closed or they are locked."
        }
        error={wrong.passphrase}
        onInput={() => {
          setWrong({});
        }}
      />
      {isChange && (
        <SecretField
          name="again"
          label="New passphrase again"
          error={wrong.again}
          onInput={() => {
            setWrong({});
          }}
        />
      )}
      <div className="form-actions">
        <span className="spacer" />
        <Dialog.Close className="my-button">Cancel</Dialog.Close>
        <button type="submit" className="my-button" data-tone="accent" aria-disabled={isBusy}>
          {isBusy ? "One moment…" : isChange ? "Change" : "Unlock"}
        </button>
      </div>
    </form>
  );
}
