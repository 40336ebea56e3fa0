import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { type Finding, runBatch } from './batch.js';
import { fuzzNight } from './night.js';
import { property } from './property.js';
import { keepSeed, readSeeds } from './seeds.js';

/** A worker that misbehaves as the property of its batch is named. */
const WORKER = `
import { writeFileSync } from 'node:fs';
const say = (index) => writeFileSync(process.argv[2], Buffer.from(new Float64Array([index]).buffer));
process.on('message', ({ property, runs }) => {
  say(0);
  if (property === 'hangs') { say(3); for (;;); }
  if (property === 'dies') { say(2); process.kill(process.pid, 'SIGABRT'); return; }
  const maxRssBytes = property === 'grows' ? 2 ** 31 : 0;
  process.send({ tried: runs, ms: 1, maxRssBytes, finding: undefined });
});
process.on('disconnect', () => process.exit());
`;

t.test('a worker that does not come back, dies or grows is a finding, and the night goes on', async (t) => {
  const worker = join(t.testdir({ 'worker.mjs': WORKER }), 'worker.mjs');
  const inputs = fc.nat();
  const names = ['hangs', 'dies', 'grows', 'holds'];
  const properties = names.map((name) => property<number>({ name, covers: [], inputs, check: () => {} }));
  const found: Finding[] = [];
  const onFinding = (finding: Finding) => found.push(finding);
  const night = await fuzzNight({
    properties,
    inputs: 2_000,
    limitMs: 45_000,
    seed: 1,
    jobs: 2,
    onFinding,
    worker,
    maxCpuMs: 100,
  });
  t.ok(night.tried >= 2_000, `${night.tried} inputs`);
  t.same([...new Set(found.map((each) => each.property))].sort(), ['dies', 'grows', 'hangs']);
  const of = (name: string) => found.find((each) => each.property === name);
  t.match(of('hangs'), { path: '3', why: /^it did not come back from one input within / });
  t.type(of('hangs')?.input, 'number', 'the input is known');
  t.match(of('dies'), { path: '2', why: 'the process ended with SIGABRT' });
  t.match(of('grows'), { why: 'a batch took 2048 MiB of memory' });
});

t.test('the making of an input is not counted for the one before', async (t) => {
  const seen: string[] = [];
  const inputs = fc.constant(0).map((made) => {
    seen.push('made');
    return made;
  });
  const check = () => {
    seen.push('checked');
  };
  const onInput = (index: number) => seen.push(`input ${index}`);
  const onChecked = () => seen.push('none');
  await runBatch(
    property<number>({ name: 'a', covers: [], inputs, check }),
    { seed: 1, runs: 2 },
    { onInput, onChecked },
  );
  const one = (index: number) => ['made', `input ${index}`, 'checked', 'none'];
  t.same(seen, [...one(0), ...one(1)]);
});

t.test('a finding is kept once, and read back', async (t) => {
  const dir = t.testdir({});
  const finding = { property: 'a', seed: 1, path: '0', input: '\ud800\n', why: 'it is odd' };
  const file = keepSeed(finding, dir);
  t.equal(keepSeed(finding, dir), file);
  keepSeed({ ...finding, input: ['other'] }, dir);
  t.same(readSeeds(dir).get('a'), [
    { input: '\ud800\n', why: 'it is odd' },
    { input: ['other'], why: 'it is odd' },
  ]);
  mkdirSync(join(dir, 'sub'));
  writeFileSync(join(dir, 'README.md'), '');
  t.equal(readSeeds(dir).size, 1, 'other files are passed over');
  t.equal(readSeeds(join(dir, 'none')).size, 0);
});
