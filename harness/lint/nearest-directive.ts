import { computeEditDistance } from '../core/edit-distance.js';

/**
 * The known name that differs the least, by two letters at most, or that begins with this one, or with which this one
 * begins; case does not matter. Undefined if several names are equally possible.
 */
export function findNearest(key: string, known: Iterable<string>): string | undefined {
  const written = key.toLowerCase().replace(/mem(?!ory)/, 'memory');
  const near = [...known].flatMap((each) => {
    const name = each.toLowerCase();
    const edits = computeEditDistance(name, written);
    return edits <= 2 || name.startsWith(written) || written.startsWith(name) ? { known: each, edits } : [];
  });
  const [first] = near.sort((a, b) => a.edits - b.edits);
  if (!first) return undefined;
  return first.edits <= 2 || near.every(({ known }) => known.startsWith(first.known)) ? first.known : undefined;
}
