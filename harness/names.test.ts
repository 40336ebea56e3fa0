import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';

const EXPORTED = /^export (?:async )?(?:const|function\*?|class|interface|type) (\w+)/gm;

// One name, one meaning: a search for a name finds one definition.
t.test('no two files export the same name', async (t) => {
  const root = new URL('.', import.meta.url);
  const homes = new Map<string, string[]>();
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!file.endsWith('.ts') || /\.(?:test|examples)\.ts$|^testing\//.test(file)) continue;
    const names = [...readFileSync(new URL(file, root), 'utf8').matchAll(EXPORTED)].map(([, name = '']) => name);
    for (const name of new Set(names)) homes.set(name, [...(homes.get(name) ?? []), file]);
  }
  t.same(
    [...homes].filter(([, files]) => files.length > 1).map(([name, files]) => `${name}: ${files.join(', ')}`),
    [],
  );
});
