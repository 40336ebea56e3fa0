import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { publishFormats } from '../harness/contract/json-schema.js';
import { assets } from '../harness/core/assets.js';
import { damageAt, findPaths } from '../harness/testing/damage.js';
import { generateDocuments, type JsonSchemaPart } from '../harness/testing/from-json-schema.js';
import { readingFaultIn } from '../harness/testing/published.js';

// The files of schemas/ as other programs read them, with the validator of another language that docs/formats.md names.

/** Debian's own, whatever else is in the PATH. */
const PYTHON = '/usr/bin/python3';

/** Checks that a schema is one of draft 2020-12, and says of each document whether it has no fault. */
const VALIDATE = `
import json, sys
from jsonschema import Draft202012Validator
schema, documents = json.load(sys.stdin)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
json.dump([validator.is_valid(document) for document in documents], sys.stdout)
`;

/** What the validator says of each document. @throws Error where it does not take the schema, in its words */
function validate(schema: JsonSchemaPart, documents: readonly unknown[]): boolean[] {
  const input = JSON.stringify([schema, documents]);
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', VALIDATE], { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the schema is refused: ${stderr}`);
  return JSON.parse(stdout) as boolean[];
}

const skip =
  spawnSync(PYTHON, ['-c', 'import jsonschema']).status === 0
    ? false
    : 'jsonschema is not installed (Debian package python3-jsonschema)';

const folder = join(assets.root, 'schemas');
for (const format of publishFormats()) {
  const { fileName, name } = format;
  t.test(`${fileName}: what python3-jsonschema says of a document is what our reader says`, { skip }, async (t) => {
    const published = JSON.parse(readFileSync(join(folder, fileName), 'utf8')) as JsonSchemaPart;
    const whole = fc.sample(generateDocuments(published), 20);
    const damaged = whole.flatMap((document) =>
      findPaths(document)
        .slice(0, 3)
        .flatMap((path) => damageAt(document, path)),
    );
    const documents = [...whole, ...damaged];
    const allowed = validate(published, documents);
    const isOdd = (document: unknown, index: number) =>
      (readingFaultIn(format, document) === undefined) !== allowed[index];
    t.same(documents.filter(isOdd), []);
    t.ok(allowed.includes(true) && allowed.includes(false), `${name}: some are allowed, and some are not`);
  });
}

t.test('the check can fail', { skip }, async (t) => {
  t.throws(() => validate({ type: 'nothing' }, []), /the schema is refused/);
});
