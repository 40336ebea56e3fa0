import fc from 'fast-check';
import t from 'tap';
import { damagedAt, pathsIn } from '../testing/damage.js';
import { documentsOf, type JsonSchemaPart } from '../testing/from-json-schema.js';
import { type CheckedFormat, checkedFormats, readingFaultIn } from '../testing/published.js';

// What a published schema says and what our own reader does are one thing: what the one refuses, the other refuses too.

/** Whether a document is allowed. @throws Error where the JSON Schema and zod say different things of it */
function isAllowed(format: CheckedFormat, document: unknown): boolean {
  const fault = format.faultIn(document);
  const ownFault = readingFaultIn(format, document);
  if ((fault === undefined) === (ownFault === undefined)) return fault === undefined;
  throw new Error(`the JSON Schema says "${fault}", and zod "${ownFault}" of ${JSON.stringify(document)}`);
}

for (const format of checkedFormats().values()) {
  const documents = documentsOf(JSON.parse(format.text) as JsonSchemaPart);

  t.test(`${format.name}: what its JSON Schema allows is read, with a key of a later version too`, async () => {
    const property = fc.property(documents, (document) => {
      const later = { ...(document as object), keyOfLater: { any: ['thing'] } };
      return isAllowed(format, document) && isAllowed(format, later);
    });
    fc.assert(property, { numRuns: 50 });
  });

  t.test(`${format.name}: what is missing, of another kind or unknown in any place`, async (t) => {
    let refused = 0;
    const property = fc.property(documents, fc.nat(), (document, choice) => {
      const paths = pathsIn(document);
      const damaged = damagedAt(document, paths[choice % paths.length] ?? []);
      refused += damaged.filter((each) => !isAllowed(format, each)).length;
    });
    fc.assert(property, { numRuns: 200 });
    t.ok(refused >= 200, `${refused} were refused`);
  });
}
