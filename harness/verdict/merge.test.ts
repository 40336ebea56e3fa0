import t from 'tap';
import { REPORTERS } from '../report/reporters.js';
import { compose } from '../testing/record.js';
import { mergeShards, type ShardResult } from './merge.js';
import { measureCells, measureSpeeds, secondsAt } from './part.js';
import { summarize, summarizeFailed, summarizeRecord } from './summarize.js';
import type { Planned, RunPart, Shard, Summary } from './summary.js';

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
  const runs = done.map((scenario, round) => ({
    ...summarizeRecord(record, `reports/${scenario}/record.jsonl`),
    scenario,
    id: `${scenario}-${index}-${round}`,
  }));
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
  t.same(missing, []);
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
  t.same(
    missing.map(({ key, code }) => [key, code]),
    [
      ['a on trixie', 'SHARD_MISSING'],
      ['c on trixie', 'SHARD_MISSING'],
    ],
  );
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
  t.equal(missing.length, 2);
  t.match(summary.runs[0]?.error?.message, / or 21\/9007199254740991 or one of 9007199254740970 others is missing\.$/);
  t.equal(summary.exitCode, 2);
});

t.test('a shard ended early', async (t) => {
  const { summary, missing } = mergeShards([shard(1, ['a', 'c'], ['a']), shard(2, ['b', 'd'])]);
  t.same(
    missing.map(({ key, why }) => [key, why]),
    [['c on trixie', 'shard 1/2 ended before it ran this']],
  );
  t.equal(summary.exitCode, 2);
  t.match(summary.runs[2], {
    error: { code: 'DRILL_MISSING', message: 'This drill has no result: shard 1/2 ended before it ran this.' },
  });
});

t.test('a shard of an older oomdrill has no time', async (t) => {
  const { path, summary } = shard(1, ['a', 'b', 'c', 'd'], undefined, { of: 1 });
  const { at: _, ...timeless } = summary;
  t.notOk('at' in mergeShards([{ path, summary: timeless }]).summary);
});

t.test('results that cannot be one run', async (t) => {
  const one = shard(1, ['a', 'c']);
  t.throws(() => mergeShards([]), { code: 'SHARD_NONE' });
  t.throws(() => mergeShards([one, shard(2, ['b'], [], { suite: suite.slice(0, 3) })]), {
    code: 'SHARDS_DIFFER',
    message:
      'shard-1.json and shard-2.json are not of one campaign: the first has 4 cells, the other one 3, and they are not the same.',
  });
  const whole = { path: 'run.json', summary: summarize([], record.header.host) };
  t.throws(() => mergeShards([whole]), {
    code: 'SHARD_NO_SHARD',
    message: 'run.json is not the result of a shard, or of a whole run.',
  });
  t.throws(() => mergeShards([shard(3, ['a'])]), { code: 'SHARD_NO_SHARD' });
});

const MISSED = { verdict: 'fail' as const, outcome: 'livelocked' as const };
const CAMPAIGN = { version: '0.2.0', options: 'o', declarations: 'd' };
const keys = suite.map(({ scenario }) => `${scenario} on trixie`);
const cells = keys.map((key, index) => ({ key, seconds: 60, shard: (index % 2) + 1 }));

/** The result of a part that says of what campaign it is. */
function part(index: number, own: string[], done = own, more: Partial<RunPart> = {}): ShardResult {
  const { path, summary } = shard(index, own, done);
  const ownKeys = own.map((scenario) => `${scenario} on trixie`);
  const ofCampaign: RunPart = {
    index,
    of: 2,
    campaign: CAMPAIGN,
    cells,
    own: ownKeys,
    drills: suite,
    tookMs: 60_000,
    ...more,
  };
  return { path: `${path}-${own.join('')}`, summary: { ...summary, shard: undefined, part: ofCampaign } };
}

t.test('in any order, and twice, the same', async (t) => {
  const [one, two] = [part(1, ['a', 'c']), part(2, ['b', 'd'])];
  const { summary } = mergeShards([one, two]);
  t.same(verdictsOf(summary), ['a pass', 'b pass', 'c pass', 'd pass']);
  for (const files of [
    [two, one],
    [two, one, two],
    [one, { ...one, path: 'copy.json' }, two],
  ])
    t.same(mergeShards(files).summary, summary);
  const whole = { path: 'merged.json', summary };
  t.same(verdictsOf(mergeShards([whole]).summary), verdictsOf(summary), 'what was merged can be merged');
  t.same(verdictsOf(mergeShards([one, whole]).summary), verdictsOf(summary));
});

t.test('what was missing, drilled by another cut', async (t) => {
  const before = mergeShards([part(2, ['b', 'd'], ['b'])]);
  t.same(
    before.missing.map(({ key, why }) => `${key}: ${why}`),
    [
      'a on trixie: shard 1/2 is missing',
      'c on trixie: shard 1/2 is missing',
      'd on trixie: shard 2/2 ended before it ran this',
    ],
  );
  const rest = part(1, ['a', 'c', 'd'], undefined, { of: 1 });
  const { summary, missing } = mergeShards([rest, part(2, ['b', 'd'], ['b'])]);
  t.same(missing, []);
  t.same(verdictsOf(summary), ['a pass', 'b pass', 'c pass', 'd pass']);
});

t.test('a drill that an error broke off is missing, until another part has it', async (t) => {
  const failed = part(1, ['a', 'c'], ['a']);
  const [run] = failed.summary.runs;
  if (!run) throw new Error('there is no drill');
  const error = { code: 'QEMU_DIED', message: 'QEMU died.' };
  const broken = { ...run, scenario: 'c', id: 'c-broken', ...summarizeFailed(error) };
  const first = { ...failed, summary: { ...failed.summary, runs: [run, broken] } };
  const before = mergeShards([first, part(2, ['b', 'd'])]);
  t.match(before.missing, [{ key: 'c on trixie', why: 'QEMU died' }]);
  t.match(before.summary.runs[2], { scenario: 'c', verdict: 'error', error });
  const after = mergeShards([first, part(2, ['b', 'd']), part(1, ['c'], ['c'], { of: 1 })]);
  t.same(after.missing, []);
  t.same(verdictsOf(after.summary), ['a pass', 'b pass', 'c pass', 'd pass']);
});

t.test('a claim that failed stays failed, whatever another part has of it', async (t) => {
  const failed = part(1, ['a', 'c']);
  const runs = failed.summary.runs.map((run) => ({ ...run, verdict: 'fail' as const }));
  const first = { ...failed, summary: { ...failed.summary, runs } };
  const { summary } = mergeShards([first, part(2, ['b', 'd']), part(1, ['a'], ['a'], { of: 1 })]);
  t.equal(summary.exitCode, 1);
});

t.test('repetitions are cells of their own', async (t) => {
  const twice = keys.flatMap((key) => [key, `${key}, round 2`].map((one) => ({ key: one, seconds: 60, shard: 1 })));
  const own = twice.map(({ key }) => key);
  const one = part(1, ['a', 'b', 'c', 'd'], ['a', 'b', 'c', 'd', 'a'], { of: 1, cells: twice, own });
  const runs = one.summary.runs.map((run, index) => ({ ...run, id: `run-${index}` }));
  const { summary, missing } = mergeShards([{ ...one, summary: { ...one.summary, runs } }]);
  t.same(
    missing.map(({ key }) => key),
    ['b', 'c', 'd'].map((name) => `${name} on trixie, round 2`),
  );
  t.same(verdictsOf(summary).slice(0, 4), ['a pass', 'a pass', 'b pass', 'b error']);
});

t.test('a shard of another version, other options or another commit', async (t) => {
  const one = part(1, ['a', 'c']);
  for (const [campaign, why] of [
    [{ version: '0.3.0' }, /made by oomdrill 0\.2\.0 and 0\.3\.0/],
    [{ options: 'x' }, /different options/],
    [{ declarations: 'x' }, /scenarios or bundles differ/],
  ] as const)
    t.throws(() => mergeShards([one, part(2, ['b', 'd'], undefined, { campaign: { ...CAMPAIGN, ...campaign } })]), {
      code: 'SHARDS_DIFFER',
      message: why,
    });
});

t.test('how fast the machines were', async (t) => {
  const slow = part(2, ['b', 'd'], undefined, { tookMs: 240_000 });
  const { parts } = mergeShards([part(1, ['a', 'c'], undefined, { tookMs: 120_000 }), slow]);
  t.same(measureSpeeds(parts), [
    { index: 1, speed: 1 },
    { index: 2, speed: 0.5 },
  ]);
});

/** Of a drill that watched for 30 s. */
const TIMINGS = {
  machineMs: 0,
  installMs: 0,
  baselineMs: 5_000,
  rampMs: 0,
  holdMs: 20_000,
  repairMs: 5_000,
  recoveryMs: 0,
  overheadMs: 0,
};

t.test('how fast the machines were, however long their drills were expected to take', async (t) => {
  const createTimed = (index: number, names: readonly string[], guestSpeed: number, totalMs: number) => {
    const one = part(index, [...names], undefined, { tookMs: names.length * totalMs });
    const timings = { ...TIMINGS, totalMs };
    return {
      ...one,
      summary: { ...one.summary, runs: one.summary.runs.map((run) => ({ ...run, guestSpeed, timings })) },
    };
  };
  // Both machines are alike; the drills of the second take twice as long.
  const { parts } = mergeShards([createTimed(1, ['a', 'c'], 0.5, 60_000), createTimed(2, ['b', 'd'], 0.5, 120_000)]);
  t.same(measureSpeeds(parts), [
    { index: 1, speed: 0.5 },
    { index: 2, speed: 0.5 },
  ]);
  const costs = measureCells(parts);
  t.same(costs.get('a on trixie'), { seconds: 45, waitSeconds: 30 }, 'at speed 1 its work takes half of the 30 s');
  t.same(costs.get('b on trixie'), { seconds: 75, waitSeconds: 30 });
  t.equal(secondsAt(0.5, costs.get('b on trixie') ?? { seconds: 0 }), 120);
});

t.test('tables, JUnit, TAP, metrics and exit status are those of one run', async (t) => {
  const [one, two] = [part(1, ['a', 'c']), part(2, ['b', 'd'])];
  const failed = { ...two, summary: { ...two.summary, runs: two.summary.runs.map((run) => ({ ...run, ...MISSED })) } };
  const all = [...one.summary.runs, ...failed.summary.runs].sort((a, b) => (a.scenario < b.scenario ? -1 : 1));
  const whole = summarize(all, record.header.host, { at: '2026-07-02T02:00:00Z' });
  for (const files of [
    [one, failed],
    [failed, one, failed],
  ]) {
    const { summary } = mergeShards(files);
    t.equal(summary.exitCode, 1);
    t.equal(summary.exitCode, whole.exitCode);
    const style = { columns: 120, color: false };
    for (const { name, render } of REPORTERS) t.same(await render(summary, style), await render(whole, style), name);
  }
});
