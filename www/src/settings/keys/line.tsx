import type { KeyKeep, KeyState, ProviderState } from "modelyard/management";
import type { ReactNode } from "react";
import { LockIcon } from "../../ui/icons";
import type { Preset } from "../providers/presets";

const KEEPS: Record<KeyKeep, string> = {
  session: "kept for this session",
  device: "kept on this device",
  passphrase: "kept behind a passphrase",
};

export interface KeyLineProps {
  readonly provider: ProviderState;
  readonly preset: Preset;
  readonly onEnter: () => void;
  readonly onForget: () => void;
  readonly onUnlock: () => void;
}

/** The key of a provider: whether there is one, how it is kept, and what can be done with it. Never the key itself. */
export function KeyLine({ provider, preset, onEnter, onForget, onUnlock }: KeyLineProps): ReactNode {
  const { id, key, failure } = provider;
  // A server of one's own hardly ever has one.
  const isWanted = preset.group !== "computer" || failure?.code === "unauthorized";
  if (key.state === "none" && !isWanted) return null;
  const isTrouble = key.state !== "ready" && (key.state !== "none" || preset.key === "required");
  return (
    <div className="key-line" data-key={key.state}>
      <LockIcon />
      <span className={isTrouble ? "key-text warn" : "key-text quiet"}>{keyWords(key, preset)}</span>
      <span className="key-actions">
        {key.state === "locked" && (
          <button type="button" className="button small" aria-label={`Unlock the key for ${id}`} onClick={onUnlock}>
            Unlock
          </button>
        )}
        <button type="button" className="button small" aria-label={`${ENTER[key.state]} for ${id}`} onClick={onEnter}>
          {ENTER[key.state]}
        </button>
        {key.state !== "none" && (
          <button type="button" className="button small" aria-label={`Forget the key for ${id}`} onClick={onForget}>
            Forget
          </button>
        )}
      </span>
    </div>
  );
}

const ENTER: Record<KeyState["state"], string> = {
  none: "Enter key",
  ready: "Change key",
  locked: "Change key",
  otherOrigin: "Enter key",
  unreadable: "Enter key",
};

/** The key in words. */
function keyWords({ state, keep, fingerprint }: KeyState, preset: Preset): ReactNode {
  const which = (
    <>
      Key{fingerprint !== null && <> {fingerprint}</>}
      {keep !== null && `, ${KEEPS[keep]}`}
    </>
  );
  switch (state) {
    case "none":
      return preset.key === "required" ? "It needs a key." : "No key.";
    case "ready":
      return which;
    case "locked":
      return <>{which}. It is locked.</>;
    case "otherOrigin":
      return "The key was entered for another address, and is not sent to this one.";
    case "unreadable":
      return "The stored key cannot be read any more. Enter it again.";
  }
}
