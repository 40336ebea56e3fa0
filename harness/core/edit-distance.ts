/** How many letters must be inserted, removed or replaced to turn one word into another (Levenshtein). */
export function computeEditDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= other.length; column++) {
      const change = (row[column - 1] ?? 0) + (other[column - 1] === letter ? 0 : 1);
      next.push(Math.min(change, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** A misspelt name has at most so many wrong letters. */
const MAX_EDITS = 3;

/**
 * What to do about an unknown name: `Did you mean 2026-07-02-fixed?`, or where all names are listed if none is like it.
 *
 * @param otherwise the advice if no name is like it
 */
export function suggestName(unknown: string, names: readonly string[], otherwise: string): string {
  const [closest] = names
    .map((name) => ({ name, edits: computeEditDistance(name, unknown) }))
    .sort((a, b) => a.edits - b.edits);
  const isLike = closest !== undefined && closest.edits <= Math.min(MAX_EDITS, closest.name.length / 3);
  return isLike ? `Did you mean ${closest.name}?` : otherwise;
}
