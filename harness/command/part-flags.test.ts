import { join } from 'node:path';
import t from 'tap';
import { choosePart } from '../campaign/shard.js';
import { compose } from '../testing/record.js';
import { summarize, summarizeRecord } from '../verdict/summarize.js';
import { readPartFlags } from './part-flags.js';

const campaign = { version: '0.2.0', options: 'o', declarations: 'd' };
const names = ['a', 'b', 'c', 'd'];
const cells = names.map((name) => ({ key: `${name} on trixie`, seconds: 60 }));
const drill = (scenario: string) => ({
  scenario,
  guest: 'trixie',
  machine: 'qemu',
  scale: 8,
  control: false,
  expected: ['contained' as const],
});

const TIMINGS = {
  machineMs: 1,
  installMs: 1,
  settleMs: 1,
  baselineMs: 1,
  rampMs: 1,
  holdMs: 1,
  repairMs: 0,
  recoveryMs: 1,
  evidenceMs: 1,
  overheadMs: 1,
};

/** What a shard of two wrote, whose drills took so long, seconds. */
function shard(index: number, took: Readonly<Record<string, number>>): string {
  const record = compose();
  const runs = Object.entries(took).map(([scenario, seconds]) => {
    const run = { ...summarizeRecord(record, 'record.jsonl'), scenario, id: scenario };
    return { ...run, timings: { ...TIMINGS, totalMs: 1_000 * seconds } };
  });
  const part = {
    index,
    of: 2,
    campaign,
    cells: cells.map((cell) => ({ ...cell, shard: 1 })),
    own: runs.map(({ scenario }) => `${scenario} on trixie`),
    drills: names.map(drill),
    tookMs: 1_000 * Object.values(took).reduce((sum, seconds) => sum + seconds, 0),
  };
  return JSON.stringify(summarize(runs, record.header.host, { part }));
}

const cutBy = async (speeds: string) => {
  const own = [1, 2].map(async (index) => {
    const { choice } = await readPartFlags({ shard: `${index}/2`, speeds });
    return choosePart(cells, campaign, choice)
      .own.map((key) => key.slice(0, 1))
      .join('');
  });
  return Promise.all(own);
};

t.test('a campaign is cut by what an earlier one took', async (t) => {
  // The first drill takes five times as long as it was expected to take, and the second machine is somewhat slower.
  const results = t.testdir({ '1.json': shard(1, { a: 300, b: 60 }), '2.json': shard(2, { c: 280, d: 200 }) });
  t.same(await cutBy('1,0.75'), ['ac', 'bd'], 'by the speeds alone');
  t.same(await cutBy(results), ['ad', 'bc'], 'and by how long each took');
});

t.test('results that do not say how fast all machines were', async (t) => {
  const half = t.testdir({ '1.json': shard(1, { a: 60, b: 60 }) });
  await t.rejects(readPartFlags({ shard: '1/2', speeds: half }), {
    code: 'SPEEDS_UNKNOWN',
    message: /of 2 shards were: it has drills of 1 of them/,
  });
  await t.rejects(readPartFlags({ shard: '1/3', speeds: half }), { code: 'SPEEDS_UNKNOWN' });
  await t.rejects(readPartFlags({ shard: '1/2', speeds: join(half, 'none') }), { code: 'SPEEDS_INVALID' });
  await t.rejects(readPartFlags({ speeds: half }), { code: 'SPEEDS_ALONE' });
});
