import fc from 'fast-check';
import { damageAt, findPaths } from '../../harness/testing/damage.js';
import { generateDocuments } from '../../harness/testing/from-json-schema.js';
import { compileFormats, readingFaultIn } from '../../harness/testing/published.js';
import { mutatedDocuments } from '../inputs/json.js';
import { SCHEMAS } from '../inputs/summary.js';
import { hostile } from '../inputs/text.js';
import { property } from '../property.js';

/**
 * For each format that we publish, its JSON Schema, as a validator of another maker reads it, and our own reader allow the
 * same documents; and what JSON makes of a document is the document.
 */
export const contractWriters = [...compileFormats().values()].map((format) => {
  const documents = generateDocuments(SCHEMAS.get(format.name) ?? {}, hostile());
  const changed = fc
    .tuple(documents, fc.nat())
    .chain(([document, at]) => {
      const paths = findPaths(document);
      const damaged = damageAt(document, paths[at % paths.length] ?? []);
      return fc.oneof(fc.constant(document), fc.constantFrom(...damaged), mutatedDocuments([document]));
    })
    // A document is what can be in a file.
    .map((document) => JSON.parse(JSON.stringify(document)) as unknown);
  return property<unknown>({
    name: `contract-${format.fileName.replace('.schema.json', '')}`,
    covers: [`format ${format.name}`],
    inputs: changed,
    check(document) {
      const [foreign, own] = [format.faultIn(document), readingFaultIn(format, document)];
      if ((foreign === undefined) !== (own === undefined))
        throw new Error(`the JSON Schema finds "${foreign}", and our reader "${own}"`);
    },
  });
});
