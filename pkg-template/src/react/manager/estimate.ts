import { useEffect, useState } from "react";

/**
 * The bytes the browser says it would let this origin keep, or `null`. A hint only: browsers round it, and a full
 * disk can refuse long before. Asked again whenever `changed` changes.
 */
export function useStorageQuota(changed: unknown): number | null {
  const [quota, setQuota] = useState<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the dependency is the reason to ask again.
  useEffect(() => {
    let isCurrent = true;
    // Missing on insecure pages and in some private modes.
    const storage = (navigator as Partial<Navigator>).storage;
    storage?.estimate?.().then(
      (estimate) => {
        if (isCurrent) setQuota(estimate.quota ?? null);
      },
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [changed]);
  return quota;
}
