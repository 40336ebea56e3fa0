import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { assets } from '../core/assets.js';
import { defineScenario, drill, judge, loadBundle, OomdrillError } from '../index.js';
import { findScenarios, loadScenarios } from './catalogue.js';

// The library as a repository of one's own uses it; the examples of docs/library.md are such a repository.

/** Writes the examples of the page into a directory, with the bundle that they name. */
async function writeExamples(dir: string): Promise<void> {
  const page = await readFile(join(assets.root, 'docs', 'library.md'), 'utf8');
  const bundle = { 'bundle.json': MANIFEST, 'etc/systemd/system/web.service': UNIT };
  const files = Object.entries(bundle).map(([path, text]) => [`bundles/web/${path}`, text] as const);
  const examples = [...page.matchAll(/^```ts\n\/\/ (\S+)\n([\s\S]*?)^```$/gm)].map(
    ([, path = '', text = '']) => [path, text] as const,
  );
  for (const [path, text] of [...files, ...examples]) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
}

const MANIFEST = JSON.stringify({
  description: 'A web server.',
  host: { memory: '4G', swap: '0', cpus: 2 },
  serving: { unit: 'web.service', port: 8080, path: '/' },
});
const UNIT = '[Service]\nExecStart=/usr/bin/web\nOOMPolicy=continue\nMemoryMax=3G\nMemorySwapMax=0\n';

t.test('the scenarios of the page are loaded, with their bundles', async (t) => {
  const dir = t.testdir({});
  await writeExamples(dir);
  const scenarios = await loadScenarios([join(dir, 'drills')]);
  t.match(scenarios, [{ name: 'crowd' }, { name: 'runaway' }, { name: 'with-2g' }]);
  const bundles = await Promise.all(scenarios.map(({ bundle }) => bundle.load()));
  t.match(bundles, [{ name: 'devvm' }, { name: 'web' }, { name: 'web-2g' }]);
  t.match(bundles[2]?.files.at(-1), { text: /MemoryMax=2G/ });
  const [runaway] = await findScenarios([join(dir, 'drills', 'runaway.ts')]);
  t.equal(runaway?.name, 'runaway');
});

t.test('a bundle by name, by directory and by URL', async (t) => {
  const url = new URL(`file://${assets.bundle('devvm')}`);
  for (const bundle of ['devvm', assets.bundle('devvm'), url]) t.match(await loadBundle(bundle), { name: 'devvm' });
  await t.rejects(loadBundle('none'), OomdrillError);
});

t.test('a stored record is judged', async (t) => {
  const stored = await readFile(join(assets.root, 'fixtures/stored/1/record/brim.jsonl.gz'));
  const record = join(t.testdir({ 'record.jsonl': gunzipSync(stored) }), 'record.jsonl');
  t.match(await judge(record), { scenario: 'brim', outcome: 'degraded', verdict: 'pass', record });
  await t.rejects(judge('none.jsonl'), OomdrillError);
});

t.test('a drill that cannot be carried out as asked', async (t) => {
  const [scenario] = await findScenarios(['runaway-past-max']);
  if (!scenario) throw new Error('there is no such scenario');
  const odd = (value: unknown) => value as never;
  for (const value of [undefined, 'night', {}, Promise.resolve(scenario), { ...scenario, bundle: 'devvm' }])
    await t.rejects(drill(odd(value)), { code: 'SCENARIO_INVALID', message: /^drill must be given a scenario/ });
  for (const bundle of ['devvm', {}, loadBundle('devvm')])
    await t.rejects(drill(scenario, { bundle: odd(bundle) }), { code: 'SCENARIO_INVALID', message: /^drill: bundle/ });
  for (const meta of [undefined, {}, { hypothesis: 'h.' }, { url: 'https://a.example/b.ts' }])
    await t.rejects(defineScenario(odd(meta), odd({})), { code: 'SCENARIO_INVALID', message: /given import\.meta/ });
  await t.rejects(drill(scenario, { guest: 'slink' }), { code: 'GUEST_UNKNOWN', kind: 'usage' });
  await t.rejects(drill(scenario, { machine: 'abacus' }), { code: 'MACHINE_UNKNOWN' });
  await t.rejects(drill(scenario, { machine: 'ssh' }), { code: 'HOST_FLAGS' }, 'it needs a host');
});
