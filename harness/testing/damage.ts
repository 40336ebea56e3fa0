/** The keys on the way from a document to a place in it. */
type Path = readonly string[];

/** Every place in a document, below the top. */
export function pathsIn(document: unknown): Path[] {
  if (typeof document !== 'object' || document === null) return [];
  return Object.entries(document).flatMap(([key, inner]) => [[key], ...pathsIn(inner).map((path) => [key, ...path])]);
}

/** Copies of a document in which one place is missing, of another kind, or next to a key of a later version. */
export function damagedAt(document: unknown, path: Path): unknown[] {
  return [remove, putAnotherKind, putLaterKey].map((damage) => {
    const copy: unknown = structuredClone(document);
    const key = path.at(-1) ?? '';
    damage(path.slice(0, -1).reduce((parent, step) => (parent as Parent)[step], copy) as Parent, key);
    return copy;
  });
}

type Parent = Record<string, unknown>;

function remove(parent: Parent, key: string): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

function putAnotherKind(parent: Parent, key: string): void {
  parent[key] = typeof parent[key] === 'string' ? 7 : 'a text';
}

function putLaterKey(parent: Parent): void {
  if (!Array.isArray(parent)) parent.keyOfLater = { any: ['thing'] };
}
