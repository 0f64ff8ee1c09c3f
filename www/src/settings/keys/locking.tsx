import type { ReactNode } from "react";
import { useDemo } from "../../chats/context";
import { LockIcon } from "../../ui/icons";
import { useManagementSnapshot } from "../hooks";

export interface LockingProps {
  readonly onUnlock: () => void;
  readonly onChange: () => void;
}

/** Where keys are behind a passphrase: whether they are open, and how to close them. */
export function Locking({ onUnlock, onChange }: LockingProps): ReactNode {
  const { management } = useDemo();
  const { providers } = useManagementSnapshot();
  const count = providers.filter((one) => one.key.keep === "passphrase").length;
  if (count === 0) return null;
  const isLocked = management.keys.isLocked();
  const which = count === 1 ? "1 key is behind a passphrase" : `${String(count)} keys are behind a passphrase`;
  const how = isLocked
    ? "locked"
    : "unlocked until you lock them, close this page, or use none for a quarter of an hour";
  return (
    <div className="locking" data-locked={isLocked}>
      <LockIcon />
      <p className="quiet">
        {which}, {how}.
      </p>
      {isLocked ? (
        <button type="button" className="button small" onClick={onUnlock}>
          Unlock keys
        </button>
      ) : (
        <>
          <button
            type="button"
            className="button small"
            onClick={() => {
              management.keys.lock();
            }}
          >
            Lock now
          </button>
          <button type="button" className="button small" onClick={onChange}>
            Change passphrase
          </button>
        </>
      )}
    </div>
  );
}
