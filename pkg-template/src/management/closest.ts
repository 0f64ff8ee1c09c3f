/** Names that are like another one: for people who mistyped it. */

/** The share of two letters in a row that two texts have in common, from 0 to 1 (Dice). */
function likeness(one: readonly string[], other: readonly string[]): number {
  if (one.length === 0 || other.length === 0) return 0;
  const rest = new Map<string, number>();
  for (const pair of other) rest.set(pair, (rest.get(pair) ?? 0) + 1);
  let common = 0;
  for (const pair of one) {
    const left = rest.get(pair) ?? 0;
    if (left === 0) continue;
    rest.set(pair, left - 1);
    common += 1;
  }
  return (2 * common) / (one.length + other.length);
}

function pairsOf(name: string): string[] {
  const plain = ` ${name.toLowerCase()}`;
  return Array.from({ length: plain.length - 1 }, (_, at) => plain.slice(at, at + 2));
}

/** The closest of some ids to a name, the closest first, three at most. The part before the first `/` need not be said. */
export function closest(name: string, ids: Iterable<string>): string[] {
  const wanted = pairsOf(name);
  const scored: Array<readonly [score: number, id: string]> = [];
  for (const id of ids) {
    const score = Math.max(likeness(wanted, pairsOf(id)), likeness(wanted, pairsOf(id.slice(id.indexOf("/") + 1))));
    if (score >= 0.5) scored.push([score, id]);
  }
  scored.sort((a, b) => b[0] - a[0] || (a[1] < b[1] ? -1 : 1));
  return scored.slice(0, 3).map(([, id]) => id);
}
