import { type RefObject, useMemo, useRef } from "react";

/** Where the focus goes when a dialog closes. */
export interface Opener {
  /** Call it where the dialog is opened. */
  readonly remember: () => void;
  /** For `finalFocus`. */
  readonly finalFocus: () => HTMLElement | null;
}

/** Gives the focus back to what opened a dialog, or to `fallback` when that is gone: deleted rows take their buttons along. */
export function useOpener(fallback: RefObject<HTMLElement | null>): Opener {
  const opener = useRef<Element | null>(null);
  return useMemo(
    () => ({
      remember: () => {
        opener.current = document.activeElement;
      },
      finalFocus: () => {
        const element = opener.current;
        const isThere = element instanceof HTMLElement && element !== document.body && element.isConnected;
        return isThere ? element : fallback.current;
      },
    }),
    [fallback],
  );
}
