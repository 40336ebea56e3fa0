import fc from 'fast-check';
import { findPaths } from '../../harness/testing/damage.js';
import { generateDocuments, type JsonSchemaPart } from '../../harness/testing/from-json-schema.js';
import { mutated } from './mutation.js';
import { hostile } from './text.js';

/** Values that a document may have by mistake or mischief in any place. */
const oddValue = (): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.constantFrom<unknown>(
      null,
      true,
      false,
      0,
      -0,
      -1,
      1,
      0.5,
      1e20,
      -1e20,
      2 ** 53,
      5e-324,
      '',
      [],
      {},
      [[]],
      [null],
    ),
    hostile(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.nat({ max: 300 }).map((depth) => nest(depth)),
  );

/** An array in an array, so many deep. */
function nest(depth: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

/** Keys that an object may have by mistake or mischief. */
const ODD_KEYS = ['__proto__', 'constructor', 'toString', 'schema', 'keyOfLater', '', 'length'] as const;

type Change = (document: unknown) => unknown;

/** The change of one place of a document; `at` is a share of all its places. */
const changeAt =
  (at: number, change: (parent: Record<string, unknown> & unknown[], key: string) => void): Change =>
  (document) => {
    const paths = findPaths(document);
    const path = paths[Math.floor(at * paths.length)];
    if (!path) return document;
    const copy = structuredClone(document);
    const parent = path.slice(0, -1).reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], copy);
    change(parent as Record<string, unknown> & unknown[], path.at(-1) ?? '');
    return copy;
  };

function documentChange(): fc.Arbitrary<Change> {
  const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
  return fc.oneof(
    {
      arbitrary: fc
        .tuple(place, oddValue())
        .map(([at, value]) => changeAt(at, (parent, key) => put(parent, key, value))),
      weight: 4,
    },
    { arbitrary: place.map((at) => changeAt(at, (parent, key) => remove(parent, key))), weight: 2 },
    {
      arbitrary: fc
        .tuple(place, fc.constantFrom(...ODD_KEYS), oddValue())
        .map(([at, key, value]) => changeAt(at, (parent) => put(parent, key, value))),
      weight: 2,
    },
    {
      arbitrary: fc
        .tuple(place, fc.nat({ max: 300 }))
        .map(([at, times]) => changeAt(at, (parent, key) => repeat(parent, key, times))),
      weight: 1,
    },
  );
}

function put(parent: Record<string, unknown> & unknown[], key: string, value: unknown): void {
  if (Array.isArray(parent) && !/^\d+$/.test(key)) parent.push(value);
  // As JSON.parse() does it: an own property, whatever its name.
  else Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
}

function remove(parent: Record<string, unknown> & unknown[], key: string): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

function repeat(parent: Record<string, unknown> & unknown[], key: string, times: number): void {
  if (!Array.isArray(parent)) return;
  parent.splice(Number(key), 0, ...Array.from({ length: times }, () => structuredClone(parent[Number(key)])));
}

/** Documents of a corpus with some places changed. */
export const mutatedDocuments = (corpus: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc
    .tuple(fc.constantFrom(...corpus), fc.array(documentChange(), { maxLength: 4 }))
    .map(([document, applied]) => applied.reduce((changed, apply) => apply(changed), document));

/**
 * Texts of a format of JSON: documents of a corpus with places changed, the same with characters changed, and where
 * there is a schema documents that it allows, with hostile texts in them.
 */
export function jsonTexts(corpus: readonly unknown[], schema?: JsonSchemaPart): fc.Arbitrary<string> {
  const texts = corpus.map((document) => JSON.stringify(document, null, 1));
  const choices = [
    { arbitrary: mutatedDocuments(corpus).map((document) => JSON.stringify(document)), weight: 4 },
    { arbitrary: mutated(texts), weight: 2 },
  ];
  if (schema)
    choices.push({
      arbitrary: generateDocuments(schema, hostile()).map((document) => JSON.stringify(document)),
      weight: 4,
    });
  return fc.oneof(...choices);
}
