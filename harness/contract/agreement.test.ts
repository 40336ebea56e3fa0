import fc from 'fast-check';
import t from 'tap';
import { damageAt, findPaths } from '../testing/damage.js';
import { generateDocuments, type JsonSchemaPart } from '../testing/from-json-schema.js';
import { type CheckedFormat, compileFormats, readingFaultIn } from '../testing/published.js';

// A published schema and our own reader must agree: both accept a document, or both refuse it.

/** Whether a document is allowed. @throws Error if the JSON Schema and zod disagree */
function isAllowed(format: CheckedFormat, document: unknown): boolean {
  const fault = format.faultIn(document);
  const ownFault = readingFaultIn(format, document);
  if ((fault === undefined) === (ownFault === undefined)) return fault === undefined;
  throw new Error(`the JSON Schema finds "${fault}", and zod "${ownFault}" in ${JSON.stringify(document)}`);
}

for (const format of compileFormats().values()) {
  const documents = generateDocuments(JSON.parse(format.text) as JsonSchemaPart);

  t.test(`${format.name}: documents of its JSON Schema are read, also with a key of a later version`, async () => {
    const property = fc.property(documents, (document) => {
      const later = { ...(document as object), keyOfLater: { any: ['thing'] } };
      return isAllowed(format, document) && isAllowed(format, later);
    });
    fc.assert(property, { numRuns: 50 });
  });

  t.test(`${format.name}: a missing key, a wrong type or an unknown key in any place`, async (t) => {
    let refused = 0;
    const property = fc.property(documents, fc.nat(), (document, choice) => {
      const paths = findPaths(document);
      const damaged = damageAt(document, paths[choice % paths.length] ?? []);
      refused += damaged.filter((each) => !isAllowed(format, each)).length;
    });
    fc.assert(property, { numRuns: 200 });
    t.ok(refused >= 200, `${refused} were refused`);
  });
}
