import { useEffect, useState } from "react";
import { formats } from "../words";

export interface Room {
  /** What this page may still store, as far as the browser says. */
  readonly diskBytes: number | null;
  /** The memory of the device; browsers say 8 GB at most. */
  readonly memoryBytes: number | null;
}

const GB = 1_000_000_000;

/** How much room there is for a model. Both are hints: what counts is what the browser does in the end. */
export function useRoom(): Room {
  const [diskBytes, setDisk] = useState<number | null>(null);
  useEffect(() => {
    // Without a secure context there is none.
    const storage = navigator.storage as StorageManager | undefined;
    storage?.estimate().then(
      ({ quota, usage = 0 }) => {
        if (quota !== undefined) setDisk(Math.max(0, quota - usage));
      },
      () => undefined,
    );
  }, []);
  const { deviceMemory } = navigator as { readonly deviceMemory?: number };
  return { diskBytes, memoryBytes: deviceMemory === undefined ? null : deviceMemory * GB };
}

/** Why a model of this size may be too much for this device; `null` where nothing speaks against it. */
export function tooMuch(sizeBytes: number | null, { diskBytes, memoryBytes }: Room): string | null {
  if (sizeBytes === null) return null;
  if (diskBytes !== null && sizeBytes > diskBytes) return `Only ${formats.bytes(diskBytes)} are free here.`;
  if (memoryBytes !== null && sizeBytes > memoryBytes) return "It is larger than the memory of this device.";
  return null;
}
