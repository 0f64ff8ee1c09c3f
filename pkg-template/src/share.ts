/** Structural sharing: what did not change stays the same object, so that identity means equality. */

const NOTHING: readonly unknown[] = Object.freeze([]);

/**
 * `next`, deeply frozen, with every part that equals the one in `previous` replaced by it. `previous` itself comes back
 * when nothing differs. Takes plain data only, which is its own from then on: what Rust sends, never what an app hands in.
 */
export function share<T>(previous: unknown, next: T): T {
  if (Object.is(previous, next) || typeof next !== "object" || next === null) return next;
  return (Array.isArray(next) ? shareList(previous, next) : shareFields(previous, next)) as T;
}

function shareList(previous: unknown, next: readonly unknown[]): readonly unknown[] {
  const old: readonly unknown[] = Array.isArray(previous) ? previous : NOTHING;
  return keep(
    old,
    next.map((item, index) => share(old[index], item)),
  );
}

function shareFields(previous: unknown, next: object): object {
  const known = typeof previous === "object" && previous !== null && !Array.isArray(previous);
  const old = (known ? previous : {}) as Record<string, unknown>;
  const names = Object.keys(next);
  let fields = next as Record<string, unknown>;
  let same = known && names.length === Object.keys(old).length;
  for (const name of names) {
    const value = share(old[name], fields[name]);
    if (!Object.is(value, fields[name])) {
      // In place, for there are thousands of these; what somebody has frozen already stays as it is.
      if (Object.isFrozen(fields)) fields = { ...fields };
      fields[name] = value;
    }
    same &&= Object.is(value, old[name]);
  }
  return same ? old : Object.freeze(fields);
}

/** The old list if it holds the very same items, otherwise the new one, frozen. */
export function keep<T>(previous: readonly T[], next: T[]): readonly T[] {
  const same = previous.length === next.length && next.every((item, index) => Object.is(previous[index], item));
  return same ? previous : Object.freeze(next);
}
