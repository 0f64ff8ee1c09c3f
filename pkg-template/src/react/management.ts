/** Reading model management from React. */
import { useMemo, useSyncExternalStore } from "react";
import type { Management, ManagementSnapshot } from "../management/api.js";

/** The snapshot of a management: its providers, the configuration in force, what is wrong with it. */
export function useManagement(management: Management): ManagementSnapshot {
  const subscribe = useMemo(() => (listener: () => void) => management.subscribe(listener), [management]);
  return useSyncExternalStore(subscribe, management.getSnapshot, management.getServerSnapshot);
}
