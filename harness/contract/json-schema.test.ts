import { readdir, readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { z } from 'zod';
import { BUNDLE_SCHEMA } from '../bundle/manifest.js';
import { parseRecord } from '../record/reader.js';
import { RECORD_SCHEMA } from '../record/schema.js';
import { formatMarkdown } from '../testing/markdown.js';
import { compileFormats } from '../testing/published.js';
import { renderFormatsPage } from './formats-page.js';
import { publishFormat, publishFormats } from './json-schema.js';

t.test('schemas/ and docs/formats.md are up to date', async (t) => {
  const root = new URL('../../', import.meta.url);
  const formats = publishFormats();
  const files = (await readdir(new URL('schemas', root))).sort();
  t.same(files, formats.map(({ fileName }) => fileName).sort(), 'npm run generate');
  for (const { fileName, text } of formats)
    t.equal(await readFile(new URL(`schemas/${fileName}`, root), 'utf8'), text, `${fileName}: npm run generate`);
  const page = await readFile(new URL('docs/formats.md', root), 'utf8');
  t.equal(page, await formatMarkdown(renderFormatsPage(formats)), 'npm run generate');
});

t.test('files match their JSON Schema', async (t) => {
  const formats = compileFormats();
  const faultsIn = (name: string, documents: readonly unknown[]) =>
    documents.map((document) => formats.get(name)?.faultIn(JSON.parse(JSON.stringify(document)))).filter(Boolean);
  const root = new URL('../../fixtures/', import.meta.url);
  for (const bundle of await readdir(new URL('bundles', root))) {
    const text = await readFile(new URL(`bundles/${bundle}/bundle.json`, root), 'utf8');
    t.same(faultsIn(BUNDLE_SCHEMA, [JSON.parse(text)]), [], bundle);
  }
  for (const file of await readdir(new URL('stored/1/record', root))) {
    const bytes = await readFile(new URL(`stored/1/record/${file}`, root));
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
    // Converted to the current version.
    const { header, entries } = parseRecord(text, file);
    t.same(faultsIn(RECORD_SCHEMA, [header, ...entries]), [], file);
  }
  t.not(faultsIn(RECORD_SCHEMA, [{ type: 'header' }]).length, 0, 'the check can fail');
});

/** Numbers that need no unit. */
const COUNTS = new Set(['cpus', 'pid', 'mainPid', 'error', 'warning', 'note']);

/** Finds the names of numbers in a JSON Schema that have no description. */
function bareNumbersIn(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return [];
  const { properties = {} } = part as { properties?: Record<string, { type?: unknown; description?: string }> };
  const isNumber = (type: unknown) => [type].flat().some((one) => one === 'number' || one === 'integer');
  const bare = Object.entries(properties).filter(([, { type, description }]) => isNumber(type) && !description);
  return [...bare.map(([name]) => name), ...Object.values(part).flatMap(bareNumbersIn)];
}

t.test('every number has a description', async (t) => {
  for (const { name, jsonSchema } of publishFormats())
    t.same(
      bareNumbersIn(jsonSchema).filter((bare) => !COUNTS.has(bare)),
      [],
      name,
    );
});

t.test('no two formats have the same name', async (t) => {
  t.equal(compileFormats().size, publishFormats().length);
});

t.test('documents of every format must have the key schema', async (t) => {
  const facts = { title: 'Thing', description: 'A thing.', writtenBy: 'nothing' };
  const thing = z.object({ schema: z.literal('oomdrill.thing/3'), at: z.string().startsWith('/') });
  t.match(publishFormat({ ...facts, schema: thing }), {
    name: 'oomdrill.thing/3',
    fileName: 'thing-3.schema.json',
    jsonSchema: { $id: 'urn:oomdrill:thing:3', properties: { at: { pattern: '^\\/.*', format: undefined } } },
  });
  for (const schema of [z.object({}), z.array(thing), z.object({ schema: z.literal('thing') })])
    t.throws(() => publishFormat({ ...facts, schema }), /documents of the format "Thing" must have the key schema/);
});
