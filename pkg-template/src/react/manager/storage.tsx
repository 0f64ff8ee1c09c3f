import { type ReactNode, useState } from "react";
import type { ModelState } from "../../generated/index.js";
import { fill } from "../bar.js";
import { useSurroundings } from "../context.js";
import { useModels, useSnapshot } from "../hooks.js";
import { TrashIcon } from "../icons.js";
import { useStorageQuota } from "./estimate.js";
import { IconButton } from "./job-row.js";

/** The models whose files are on this device, each with what deleting it frees. */
export function StoredModels({ onRemove }: { onRemove: (modelId: string) => void }): ReactNode {
  const { labels, formats } = useSurroundings();
  const models = useModels();
  const stored = models.filter((model) => model.presence === "cached" && !model.served);
  if (stored.length === 0) return <p className="my-quiet">{labels.nothingHere}</p>;
  return (
    <ul className="my-stored">
      {stored.map((model: ModelState) => (
        <li key={model.id} className="my-stored-model" data-model={model.id}>
          <span className="my-stored-name">{model.name}</span>
          {model.inUse && <span className="my-badge">{labels.inUse}</span>}
          {model.verified === false && (
            <span className="my-badge" data-tone="warn">
              {labels.unverified}
            </span>
          )}
          <span className="my-stored-size">{formats.bytes(model.presentBytes)}</span>
          <IconButton
            label={labels.remove(model.name)}
            onClick={() => {
              onRemove(model.id);
            }}
          >
            <TrashIcon />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}

/** How much is kept, of how much, and for how long. */
export function StorageLine(): ReactNode {
  const { modelyard, labels, formats, report } = useSurroundings();
  const storage = useSnapshot((snapshot) => snapshot.storage);
  const quota = useStorageQuota(storage?.usedBytes);
  const [refused, setRefused] = useState(false);
  if (storage === null) return null;
  const used = formats.bytes(storage.usedBytes);
  const text = labels.storageUsed(used, quota === null ? null : formats.bytes(quota));
  const lasting = {
    session: labels.storageSession,
    "best-effort": labels.storageBestEffort,
    persistent: labels.storagePersistent,
  }[storage.persistence];
  return (
    <div className="my-storage" data-persistence={storage.persistence}>
      {quota !== null && quota > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be given the same look in all browsers.
        <div
          className="my-bar"
          role="meter"
          aria-label={labels.storageMeter}
          aria-valuemin={0}
          aria-valuemax={quota}
          aria-valuenow={Math.min(storage.usedBytes, quota)}
          aria-valuetext={text}
          data-tone="meter"
          style={fill((storage.usedBytes / quota) * 100)}
        />
      )}
      <p className="my-facts">
        <span>{text}</span>
      </p>
      <p className="my-facts">
        <span>{refused ? labels.keepStorageRefused : lasting}</span>
        {storage.persistence === "best-effort" && !refused && (
          <button
            type="button"
            className="my-link"
            onClick={() => {
              // The browser may ask the user, which it does only from a click.
              modelyard.requestPersistence().then((granted) => {
                setRefused(!granted);
              }, report);
            }}
          >
            {labels.keepStorage}
          </button>
        )}
      </p>
      {storage.failure !== null && (
        <p className="my-facts" data-tone="bad">
          {labels.failedText(storage.failure)}
        </p>
      )}
    </div>
  );
}
