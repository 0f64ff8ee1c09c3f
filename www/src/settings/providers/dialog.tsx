import { Dialog } from "@base-ui/react/dialog";
import { type ReactNode, useState } from "react";
import { Chooser } from "./chooser";
import { ProviderForm } from "./form";
import type { Preset } from "./presets";

/** What the dialog is open for. Without a preset it asks for one first. */
export type Asked =
  | { readonly for: "add"; readonly preset: Preset | null }
  | { readonly for: "edit"; readonly id: string; readonly preset: Preset };

export interface ProviderDialogProps {
  /** `null` while it is closed. */
  readonly asked: Asked | null;
  readonly taken: readonly string[];
  readonly onSaved: (name: string, isNew: boolean) => void;
  readonly onClose: () => void;
  /** Says what has the focus when it is closed. */
  readonly finalFocus: () => HTMLElement | null;
}

/** Adds a provider or changes one. */
export function ProviderDialog({ asked, onClose, finalFocus, ...rest }: ProviderDialogProps): ReactNode {
  return (
    <Dialog.Root
      open={asked !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="my-backdrop" />
        <Dialog.Popup className="my-dialog provider-dialog" finalFocus={finalFocus}>
          {asked !== null && <Steps key={JSON.stringify(asked)} asked={asked} {...rest} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Which provider, then all about it. */
function Steps({ asked, ...rest }: { asked: Asked } & Pick<ProviderDialogProps, "taken" | "onSaved">): ReactNode {
  const [preset, setPreset] = useState(asked.preset);
  if (preset === null) return <Chooser onChoose={setPreset} />;
  return (
    <ProviderForm
      preset={preset}
      edited={asked.for === "edit" ? asked.id : null}
      onBack={
        asked.preset === null
          ? () => {
              setPreset(null);
            }
          : null
      }
      {...rest}
    />
  );
}
