import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { parseManifest } from '../bundle/manifest.js';
import { parseRecord } from '../record/reader.js';
import { parseBandMaps } from '../report/html/band-map.js';
import {
  bundleFacts,
  lintFacts,
  mapFacts,
  recordFacts,
  summaryFacts,
  validationFacts,
} from '../testing/stored-facts.js';
import { readStored, STORED_LINT_REPORT, STORED_MAP, STORED_SUMMARY, STORED_VALIDATION } from './stored.js';

// Files of every kind in the first version of the formats (fixtures/stored/1/README.md). With every change of the
// formats they must still be readable, with the same facts.

const STORED = fileURLToPath(new URL('../../fixtures/stored/1', import.meta.url));

/**
 * By folder: reads a file, and selects the facts that must survive. `name` is its path in the folder of stored files.
 */
const KINDS: Readonly<Record<string, (text: string, name: string) => unknown>> = {
  record: (text, name) => recordFacts(parseRecord(text, name), name),
  summary: (text, name) => summaryFacts(readStored(JSON.parse(text), STORED_SUMMARY, name)),
  lint: (text, name) => lintFacts(readStored(JSON.parse(text), STORED_LINT_REPORT, name)),
  map: (text, name) => parseBandMaps(text, name).map(mapFacts),
  sweep: (text, name) => parseBandMaps(text, name).map(mapFacts),
  validation: (text, name) => validationFacts(readStored(JSON.parse(text), STORED_VALIDATION, name)),
  bundle: (text, name) => bundleFacts(parseManifest(text, name).manifest),
};

async function textOf(name: string): Promise<string> {
  const bytes = await readFile(join(STORED, name));
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
}

const expected: Record<string, unknown> = JSON.parse(await textOf('expected.json'));

t.test('a document of another kind is named, and a fault in one line', async (t) => {
  const read = (value: unknown) => () => readStored(value, STORED_MAP, 'x.json');
  t.throws(read({ schema: 'oomdrill.summary/2', runs: [] }), {
    code: 'MAP_INVALID',
    message: 'x.json is not a map of a band: its schema is oomdrill.summary/2.',
    hint: 'Name a file that `oomdrill map BUNDLE --json FILE` wrote.',
  });
  t.throws(read({ bundle: 'web' }), { message: 'x.json is not a map of a band: scale is missing.' });
  t.throws(read([]), { message: 'x.json is not a map of a band: the whole file must be an object.' });
});

t.test('every stored file has expected facts', async (t) => {
  const names = await readdir(STORED, { recursive: true });
  t.same(Object.keys(expected).sort(), names.filter((name) => /\/.+\./.test(name)).sort());
});

for (const [name, said] of Object.entries(expected)) {
  t.test(name, async (t) => {
    const read = await KINDS[name.split('/')[0] ?? '']?.(await textOf(name), name);
    // JSON has no undefined values.
    t.same(JSON.parse(JSON.stringify(read)), said);
  });
}
