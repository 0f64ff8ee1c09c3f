import type { Failure } from "modelyard";
import { type ReactNode, useState } from "react";
import { Confirm } from "../confirm";
import { failureFrom } from "../failure";
import { useManagement } from "../hooks";
import { formats, whereWords } from "../words";
import type { Row } from "./rows";

export interface RemoveModelProps {
  /** The model asked about; `null` when none is. */
  readonly row: Row | null;
  readonly finalFocus: () => HTMLElement | null;
  readonly onRemoved: (words: string) => void;
  readonly onClose: () => void;
}

/** Asks before a model is deleted and says what that frees. Only when it is refused, unloading is offered. */
export function RemoveModel({ row, finalFocus, onRemoved, onClose }: RemoveModelProps): ReactNode {
  const management = useManagement();
  const [refusal, setRefusal] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(false);
  // The texts stay while the dialog fades out.
  const [last, setLast] = useState(row);
  if (row !== null && row !== last) {
    setLast(row);
    setRefusal(null);
  }
  const listed = last?.listed ?? null;
  if (listed === null) return null;
  const isInUse = refusal?.code === "in_use";

  const remove = async (): Promise<void> => {
    setBusy(true);
    try {
      const { freedBytes } = await management.remove(listed.id, { unload: isInUse });
      onRemoved(`${listed.name} is deleted. ${formats.bytes(freedBytes)} are free again.`);
      onClose();
    } catch (error) {
      setRefusal(failureFrom(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Confirm
      open={row !== null}
      title={`Delete ${listed.name} from ${whereWords(listed)}?`}
      text={freed(listed.sizeBytes, listed.served)}
      problem={refusal}
      confirm={isInUse ? "Unload and delete" : "Delete"}
      keep="Keep"
      busy={isBusy}
      onConfirm={() => void remove()}
      onClose={onClose}
      finalFocus={finalFocus}
    />
  );
}

function freed(sizeBytes: number | null, isServed: boolean): string {
  const size = sizeBytes === null ? "It is not known how much that frees." : `That frees ${formats.bytes(sizeBytes)}.`;
  // Ollama keeps parts that other models use too.
  return isServed && sizeBytes !== null
    ? `That frees up to ${formats.bytes(sizeBytes)}: parts that other models share stay.`
    : size;
}
