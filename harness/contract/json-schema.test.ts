import { readdir, readFile } from 'node:fs/promises';
import t from 'tap';
import { z } from 'zod';
import { formatMarkdown } from '../testing/markdown.js';
import { checkedFormats } from '../testing/published.js';
import { formatsPage } from './formats-page.js';
import { publishedFormats, publishFormat } from './json-schema.js';

t.test('schemas/ and docs/formats.md are what the table says', async (t) => {
  const root = new URL('../../', import.meta.url);
  const formats = publishedFormats();
  const files = (await readdir(new URL('schemas', root))).sort();
  t.same(files, formats.map(({ fileName }) => fileName).sort(), 'npm run generate');
  for (const { fileName, text } of formats)
    t.equal(await readFile(new URL(`schemas/${fileName}`, root), 'utf8'), text, `${fileName}: npm run generate`);
  const page = await readFile(new URL('docs/formats.md', root), 'utf8');
  t.equal(page, await formatMarkdown(formatsPage(formats)), 'npm run generate');
});

t.test('no two formats have one name', async (t) => {
  t.equal(checkedFormats().size, publishedFormats().length);
});

t.test('a format must say what its documents are', async (t) => {
  const facts = { title: 'Thing', description: 'A thing.', writtenBy: 'nothing' };
  const thing = z.object({ schema: z.literal('oomdrill.thing/3'), at: z.string().startsWith('/') });
  t.match(publishFormat({ ...facts, schema: thing }), {
    name: 'oomdrill.thing/3',
    fileName: 'thing-3.schema.json',
    jsonSchema: { $id: 'urn:oomdrill:thing:3', properties: { at: { pattern: '^\\/.*', format: undefined } } },
  });
  for (const schema of [z.object({}), z.array(thing), z.object({ schema: z.literal('thing') })])
    t.throws(() => publishFormat({ ...facts, schema }), /documents of the format "Thing" have no key schema/);
});
