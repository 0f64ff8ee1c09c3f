/**
 * A selector over the snapshot that never makes React loop: the selected value is kept as long as the snapshot, or
 * what is selected from it, is equal. It works like React's own `useSyncExternalStoreWithSelector`, without its
 * package: the selector runs outside of `getSnapshot`, which must give the same reference until something changed.
 */
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { Modelyard, Snapshot } from "../api.js";

/** Equality of two selected values. */
export type Equality<T> = (one: T, other: T) => boolean;

/** Subscribes to what a selector takes from the snapshot. */
export function useSelectedSnapshot<T>(
  modelyard: Modelyard,
  selector: (snapshot: Snapshot) => T,
  isEqual: Equality<T>,
): T {
  // What the last committed render showed: a new inline selector must not make an equal value look new.
  const shown = useRef<{ value: T } | null>(null);
  const [getValue, getServerValue] = useMemo(() => {
    let memo: { snapshot: Snapshot; value: T } | null = null;
    const select = (snapshot: Snapshot): T => {
      if (memo !== null && Object.is(memo.snapshot, snapshot)) return memo.value;
      let value = selector(snapshot);
      const previous = memo ?? shown.current;
      if (previous !== null && isEqual(previous.value, value)) value = previous.value;
      memo = { snapshot, value };
      return value;
    };
    return [() => select(modelyard.getSnapshot()), () => select(modelyard.getServerSnapshot())];
  }, [modelyard, selector, isEqual]);
  const subscribe = useMemo(() => (listener: () => void) => modelyard.subscribe(listener), [modelyard]);
  const value = useSyncExternalStore(subscribe, getValue, getServerValue);
  useEffect(() => {
    shown.current = { value };
  }, [value]);
  return value;
}

/** Equality of each property, for selectors that make small objects or lists. */
export function shallow<T>(one: T, other: T): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  const keys = Object.keys(one) as (keyof T)[];
  return keys.length === Object.keys(other).length && keys.every((key) => Object.is(one[key], other[key]));
}
