import fc from 'fast-check';
import type { z } from 'zod';
import { publishFormats } from '../../harness/contract/json-schema.js';
import {
  readStored,
  STORED_LINT_REPORT,
  STORED_MAP,
  STORED_SUMMARY,
  STORED_SWEEP,
  STORED_VALIDATION,
  type StoredDocument,
} from '../../harness/contract/stored.js';
import { generateDocuments, type JsonSchemaPart } from '../../harness/testing/from-json-schema.js';
import { storedDocuments } from './corpus.js';
import { mutatedDocuments } from './json.js';
import { hostile } from './text.js';

/** The JSON Schemas of our formats, by their names such as `oomdrill.summary/2`. */
export const SCHEMAS: ReadonlyMap<string, JsonSchemaPart> = new Map(
  publishFormats().map(({ name, text }) => [name, JSON.parse(text) as JsonSchemaPart]),
);

/** The stored documents of a kind, in the current version. */
const current = <S extends z.ZodType>(folder: string, stored: StoredDocument<S>): z.output<S>[] =>
  storedDocuments(folder).map((document) => readStored(document, stored, folder));

/**
 * Documents that a format allows, whatever texts and numbers are in them: a writer never sees others, because our
 * readers refuse them.
 */
function allowed<S extends z.ZodType>(folder: string, stored: StoredDocument<S>): fc.Arbitrary<z.output<S>> {
  const corpus = current(folder, stored);
  const schema = SCHEMAS.get(stored.format.schema);
  if (!schema) throw new Error(`there is no schema of ${stored.format.schema}`);
  const isAllowed = (document: unknown): document is z.output<S> => stored.contents.safeParse(document).success;
  const texts = hostile();
  return fc
    .oneof(generateDocuments(schema, texts), mutatedTexts(corpus, texts), mutatedDocuments(corpus))
    .filter(isAllowed)
    .map((document) => stored.contents.parse(document) as z.output<S>);
}

/** Documents of a corpus in which every text may be another one. */
const mutatedTexts = (corpus: readonly unknown[], texts: fc.Arbitrary<string>): fc.Arbitrary<unknown> =>
  fc
    .tuple(fc.constantFrom(...corpus), fc.array(texts, { minLength: 1, maxLength: 8 }), fc.nat())
    .map(([document, replacements, start]) => {
      let count = start;
      return JSON.parse(JSON.stringify(document), (key, value: unknown) => {
        if (typeof value !== 'string' || key === 'schema' || ++count % 3 !== 0) return value;
        return replacements[count % replacements.length];
      }) as unknown;
    });

export const summaries = allowed('summary', STORED_SUMMARY);
export const lintReports = allowed('lint', STORED_LINT_REPORT);
export const bandMaps = allowed('map', STORED_MAP);
export const sweeps = allowed('sweep', STORED_SWEEP);
export const validations = allowed('validation', STORED_VALIDATION);
