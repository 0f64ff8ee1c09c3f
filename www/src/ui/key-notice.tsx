import type { ProviderState } from "modelyard/management";
import type { Conversation } from "modelyard/react";
import { type ReactNode, type RefObject, useState } from "react";
import { useProviders } from "../settings/hooks";
import { PassphraseDialog } from "../settings/keys/unlock";
import { isWithoutKey } from "../settings/words";
import { settingsAddress } from "./location";

export interface KeyNoticeProps {
  readonly conversation: Conversation;
  /** Has the focus after the keys were unlocked. */
  readonly field: RefObject<HTMLElement | null>;
}

/** Above the field, where the model's provider has no key it could use: why, and the one click that helps. */
export function KeyNotice({ conversation, field }: KeyNoticeProps): ReactNode {
  const providers = useProviders();
  const [isUnlocking, setUnlocking] = useState(false);
  const model = conversation.active;
  const provider = model?.served === true ? providers.find((one) => one.id === model.engine) : undefined;
  const isShown = provider !== undefined && isKeyless(provider);
  return (
    <>
      {isShown && (
        <div className="notice" role="status">
          <p>{words(provider)}</p>
          {provider.key.state === "locked" ? (
            <button
              type="button"
              className="button primary"
              onClick={() => {
                setUnlocking(true);
              }}
            >
              Unlock keys
            </button>
          ) : (
            <a className="my-link" href={settingsAddress("providers")}>
              Go to its settings
            </a>
          )}
        </div>
      )}
      <PassphraseDialog
        asked={isUnlocking ? "unlock" : null}
        finalFocus={() => field.current}
        onDone={() => {
          setUnlocking(false);
        }}
        onClose={() => {
          setUnlocking(false);
        }}
      />
    </>
  );
}

function isKeyless(provider: ProviderState): boolean {
  const { state } = provider.key;
  return isWithoutKey(provider) || state === "locked" || state === "otherOrigin" || state === "unreadable";
}

function words({ id, key }: ProviderState): string {
  switch (key.state) {
    case "locked":
      return `The key for ${id} is locked.`;
    case "otherOrigin":
      return `The key for ${id} was entered for another address.`;
    case "unreadable":
      return `The key for ${id} cannot be read any more.`;
    default:
      return `${id} needs a key.`;
  }
}
