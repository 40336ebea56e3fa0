import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createNight } from '../history/night.js';
import { runCommandLine } from '../testing/command-line.js';
import { compose } from '../testing/record.js';
import { summarize, summarizeRecord } from '../verdict/summarize.js';

const record = compose();
const run = summarizeRecord(record, 'reports/a/record.jsonl');
const failed = { ...run, scenario: 'other, of two', verdict: 'fail' as const };
const nightAt = (at: string) => JSON.stringify(createNight({ host: record.header.host, runs: [run, failed] }, at));
const judged = summarize([{ ...run, id: 'judged', kernel: '6.12.48' }], record.header.host, {
  at: '2026-11-01T03:00:00Z',
});

const dir = t.testdir({
  'history.jsonl': `${nightAt('2026-10-01T03:00:00Z')}\n${nightAt('2026-10-02T03:00:00Z')}\n`,
  'judged.json': JSON.stringify(judged),
  'other.json': '{"a":1}',
  'lint.json': '{"schema":"oomdrill.lint/2","findings":[]}',
});
const file = (name: string) => join(dir, name);
const ask = (...words: readonly string[]) => runCommandLine(['results', '--store', file('results.db'), ...words]);

t.test('a history and results are taken over, each drill once', async (t) => {
  t.match(await ask(), { exitCode: 64, stderr: /There is no store at .*\[STORE_MISSING\]/ });
  const add = () => ask('--add', file('history.jsonl'), '--add', file('judged.json'), '--json', '-');
  t.match(JSON.parse((await add()).stdout), { added: 5, matching: 5 });
  const { stdout } = await add();
  t.match(JSON.parse(stdout), {
    added: 0,
    drills: [{ id: 'judged', kernel: '6.12.48', at: '2026-11-01T03:00:00Z' }, { kernel: null }, {}, {}, {}],
  });
});

t.test('for people: a page of drills, or groups', async (t) => {
  const { stdout } = await ask('--limit', '2', '--offset', '1');
  t.match(stdout, /2026-10-02T03:00/);
  t.match(stdout, /2 to 3 of 5 drills, the newest first\n$/);
  const groups = await ask('--by', 'scenario,verdict', '--since', '2026-10-02');
  t.match(groups.stdout, /│ other, of two +│ fail +│ +1 │ +0 │ +1 │/);
  t.match((await ask('--where', 'guest=none')).stdout, /^none of 0 drills/);
});

t.test('as CSV', async (t) => {
  const { stdout } = await ask('--by', 'scenario', '--csv', '-');
  t.equal(stdout.split('\r\n')[0], 'scenario,drills,passed,failed,worstGapMs');
  t.match(stdout, /^"other, of two",2,0,2,/m);
  await ask('--where', 'verdict=fail', '--csv', file('failed.csv'));
  const lines = readFileSync(file('failed.csv'), 'utf8').split('\r\n');
  t.match(lines, [/^id,at,cell,scenario,/, /,"other, of two",/, /,"other, of two",/, '']);
});

t.test('what cannot be asked or added', async (t) => {
  t.match(await ask('--where', 'colour=red'), { exitCode: 64, stderr: /\[RESULTS_COLUMN\]/ });
  t.match(await ask('--by', 'colour'), { exitCode: 64, stderr: /\[RESULTS_COLUMN\]/ });
  for (const name of ['other.json', 'lint.json', 'none.json'])
    t.match(await ask('--add', file(name)), { exitCode: 64, stderr: /\[RESULTS_UNREADABLE\]/ }, name);
  const both = await ask('--add', file('other.json'), '--add', file('judged.json'));
  t.match(both, { exitCode: 0, stderr: /other\.json holds no results/ }, 'one does not keep the other out');
  const fresh = await runCommandLine(['results', '--store', file('fresh.db'), '--add', file('other.json')]);
  t.equal(fresh.exitCode, 64);
  t.notOk(existsSync(file('fresh.db')), 'no store is made of nothing');
});

t.test('a merge adds to it, and lost drills are none', async (t) => {
  const planned = { scenario: run.scenario, guest: run.guest, machine: 'qemu', scale: 8, control: false };
  const drills = [planned, { ...planned, scenario: 'lost' }].map((one) => ({
    ...one,
    expected: ['contained' as const],
  }));
  const cells = drills.map(({ scenario }, index) => ({
    key: `${scenario} on ${run.guest}`,
    seconds: 60,
    shard: index + 1,
  }));
  const campaign = { version: '0.2.0', options: 'o', declarations: 'd' };
  const part = { index: 1, of: 2, campaign, cells, own: [cells[0]?.key ?? ''], drills };
  const folder = t.testdir({ 'shard.json': JSON.stringify({ ...judged, part }) });
  const store = join(folder, 'results.db');
  const merged = await runCommandLine(['merge', folder, '--store', store, '--out', folder]);
  t.match(merged, { exitCode: 2, stderr: /missing: lost on .*: shard 2\/2 is missing/ });
  const { stdout } = await runCommandLine(['results', '--store', store, '--json', '-']);
  t.match(JSON.parse(stdout), { matching: 1, drills: [{ id: 'judged', version: '0.2.0', cell: cells[0]?.key }] });
});
