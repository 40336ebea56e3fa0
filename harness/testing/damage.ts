/** The keys from the top of a document to a place in it. */
type Path = readonly string[];

/** Finds every place in a document below its top. */
export function findPaths(document: unknown): Path[] {
  if (typeof document !== 'object' || document === null) return [];
  return Object.entries(document).flatMap(([key, inner]) => [[key], ...findPaths(inner).map((path) => [key, ...path])]);
}

/** Copies a document with one place removed, with another type there, and with an unknown key next to it. */
export function damageAt(document: unknown, path: Path): unknown[] {
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
