import t from 'tap';
import { compose } from '../testing/record.js';
import { mergeShards, type ShardResult } from './merge.js';
import { summarize, summarizeRecord } from './summarize.js';
import type { Planned, Shard, Summary } from './summary.js';

const record = compose();
const drill = (scenario: string): Planned => ({
  scenario,
  guest: 'trixie',
  machine: 'qemu',
  scale: 8,
  control: false,
  expected: ['contained'],
});
const suite = ['a', 'b', 'c', 'd'].map(drill);

/** The result of a shard that had the drills `own` and ran only `done` of them. */
function shard(index: number, own: string[], done = own, more: Partial<Shard> = {}, hour = index): ShardResult {
  const runs = done.map((scenario) => ({ ...summarizeRecord(record, `reports/${scenario}/record.jsonl`), scenario }));
  const at = `2026-07-02T0${hour}:00:00Z`;
  return {
    path: `shard-${index}.json`,
    summary: summarize(runs, record.header.host, { at, shard: { index, of: 2, own: own.map(drill), suite, ...more } }),
  };
}

const verdictsOf = ({ runs }: Summary) => runs.map(({ scenario, verdict }) => `${scenario} ${verdict}`);

t.test('all shards are there: one run, in the order of the suite', async (t) => {
  const { summary, missing } = mergeShards([shard(2, ['b', 'd']), shard(1, ['a', 'c'])]);
  t.same(verdictsOf(summary), ['a pass', 'b pass', 'c pass', 'd pass']);
  t.same(missing, { numbers: [], count: 0 });
  t.match(summary, { exitCode: 0, at: '2026-07-02T02:00:00Z' });
  t.notOk('shard' in summary, 'the whole suite is not a shard');
});

t.test('repeated drills are all kept', async (t) => {
  const { summary } = mergeShards([shard(1, ['a', 'c'], ['a', 'c', 'a', 'c']), shard(2, ['b', 'd'])]);
  t.same(verdictsOf(summary), ['a pass', 'a pass', 'b pass', 'c pass', 'c pass', 'd pass']);
});

t.test('a shard is missing', async (t) => {
  const { summary, missing } = mergeShards([shard(2, ['b', 'd'])]);
  t.same(verdictsOf(summary), ['a error', 'b pass', 'c error', 'd pass']);
  t.same(missing, { numbers: [1], count: 1 });
  t.equal(summary.exitCode, 2);
  t.match(summary.runs[0], {
    scenario: 'a',
    guest: 'trixie',
    scale: 8,
    outcome: null,
    record: null,
    error: { code: 'SHARD_MISSING', message: 'This drill has no result: shard 1/2 is missing.' },
  });
});

t.test('a number of shards that no suite has is only counted', async (t) => {
  const of = Number.MAX_SAFE_INTEGER;
  const { summary, missing } = mergeShards([shard(2, ['b', 'd'], undefined, { of })]);
  t.equal(missing.count, of - 1);
  t.same(missing.numbers.slice(0, 3), [1, 3, 4]);
  t.equal(missing.numbers.length, 20);
  t.match(summary.runs[0]?.error?.message, / or 21\/9007199254740991 or one of 9007199254740970 others is missing\.$/);
  t.equal(summary.exitCode, 2);
});

t.test('a shard ended early', async (t) => {
  const { summary, missing } = mergeShards([shard(1, ['a', 'c'], ['a']), shard(2, ['b', 'd'])]);
  t.same(missing, { numbers: [], count: 0 });
  t.equal(summary.exitCode, 2);
  t.match(summary.runs[2], { error: { code: 'DRILL_MISSING', message: 'Shard 1/2 ended before it ran this drill.' } });
});

t.test('a shard of an older oomdrill has no time', async (t) => {
  const { path, summary } = shard(1, ['a', 'b', 'c', 'd'], undefined, { of: 1 });
  const { at: _, ...timeless } = summary;
  t.notOk('at' in mergeShards([{ path, summary: timeless }]).summary);
});

t.test('results that cannot be one run', async (t) => {
  const one = shard(1, ['a', 'c']);
  t.throws(() => mergeShards([]), { code: 'SHARD_NONE' });
  t.throws(() => mergeShards([one, { ...one, path: 'copy.json' }]), {
    code: 'SHARD_TWICE',
    message: 'shard-1.json and copy.json are both shard 1/2.',
  });
  t.throws(() => mergeShards([one, shard(2, ['b', 'd'], [], { of: 3 })]), {
    code: 'SHARDS_DIFFER',
    message: 'shard-1.json and shard-2.json are shards of different suites: 1/2 of 4 drills, 2/3 of 4.',
  });
  t.throws(() => mergeShards([one, shard(2, ['b'], [], { suite: suite.slice(0, 3) })]), { code: 'SHARDS_DIFFER' });
  const whole = { path: 'run.json', summary: summarize([], record.header.host) };
  t.throws(() => mergeShards([whole]), { code: 'SHARD_NO_SHARD', message: 'run.json is not the result of a shard.' });
  t.throws(() => mergeShards([shard(3, ['a'])]), { code: 'SHARD_NO_SHARD' });
});
