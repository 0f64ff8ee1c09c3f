import type { ProviderState } from "modelyard/management";
import { type ReactNode, useState } from "react";
import { useDemo } from "../../chats/context";
import { Confirm } from "../confirm";
import { failureFrom } from "../failure";
import type { Opener } from "../opener";
import type { Preset } from "../providers/presets";
import { KeyDialog } from "./dialog";
import { PassphraseDialog } from "./unlock";

/** What is asked about keys. */
export type KeyQuestion =
  | { readonly about: "enter" | "forget"; readonly provider: ProviderState; readonly preset: Preset }
  | { readonly about: "unlock" | "change" };

export interface KeyDialogsProps {
  readonly asked: KeyQuestion | null;
  readonly opener: Opener;
  readonly onSaid: (words: string) => void;
  readonly onClose: () => void;
}

/** All dialogs about keys: entering one, forgetting one, the passphrase. */
export function KeyDialogs({ asked, opener, onSaid, onClose }: KeyDialogsProps): ReactNode {
  const done = (words: string): void => {
    onSaid(words);
    onClose();
  };
  // The texts stay while a dialog fades out.
  const [last, setLast] = useState<Extract<KeyQuestion, { about: "enter" | "forget" }> | null>(null);
  if (asked !== null && "provider" in asked && asked !== last) setLast(asked);
  return (
    <>
      {last !== null && (
        <>
          <KeyDialog
            provider={asked?.about === "enter" ? asked.provider : null}
            preset={last.preset}
            finalFocus={opener.finalFocus}
            onSaved={(id) => {
              done(`The key for ${id} is kept.`);
            }}
            onClose={onClose}
          />
          <ForgetKey
            id={last.provider.id}
            open={asked?.about === "forget"}
            opener={opener}
            onForgotten={() => {
              done(`The key for ${last.provider.id} is forgotten.`);
            }}
            onClose={onClose}
          />
        </>
      )}
      <PassphraseDialog
        asked={asked?.about === "unlock" || asked?.about === "change" ? asked.about : null}
        finalFocus={opener.finalFocus}
        onDone={(what) => {
          done(what === "unlock" ? "The keys are unlocked." : "The passphrase is changed.");
        }}
        onClose={onClose}
      />
    </>
  );
}

interface ForgetKeyProps {
  readonly id: string;
  readonly open: boolean;
  readonly opener: Opener;
  readonly onForgotten: () => void;
  readonly onClose: () => void;
}

function ForgetKey({ id, open, opener, onForgotten, onClose }: ForgetKeyProps): ReactNode {
  const { management } = useDemo();
  const [refusal, setRefusal] = useState<ReturnType<typeof failureFrom> | null>(null);
  const [isBusy, setBusy] = useState(false);
  const forget = async (): Promise<void> => {
    setBusy(true);
    try {
      await management.keys.forget(id);
      setRefusal(null);
      onForgotten();
    } catch (error) {
      setRefusal(failureFrom(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Confirm
      open={open}
      title={`Forget the key for ${id}?`}
      text="This browser forgets it. At its provider it goes on to be valid: delete it there too if somebody else may have it."
      problem={refusal}
      confirm="Forget"
      keep="Keep"
      busy={isBusy}
      onConfirm={() => void forget()}
      onClose={onClose}
      finalFocus={opener.finalFocus}
    />
  );
}
