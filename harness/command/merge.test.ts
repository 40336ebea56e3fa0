import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { machineError } from '../core/errors.js';
import { runCommandLine } from '../testing/command-line.js';
import { compose } from '../testing/record.js';
import { summarize, summarizeRecord } from '../verdict/summarize.js';
import { failureOf } from './failure.js';
import { readPart } from './read-parts.js';

const record = compose();
const summary = summarize([summarizeRecord(record, 'reports/a/record.jsonl')], record.header.host);
const planned = {
  scenario: 'lost',
  guest: 'trixie',
  machine: 'qemu',
  scale: 8,
  control: false,
  expected: ['contained' as const],
};
const shard = { ...summary, shard: { index: 1, of: 1, own: [planned], suite: [planned] } };
const whole = JSON.stringify(shard);

t.test('what a shard wrote, or why it is not to be had', async (t) => {
  const dir = t.testdir({
    'whole.json': whole,
    'judged.json': JSON.stringify(summary),
    'cut.json': whole.slice(0, 300),
    'failed.json': JSON.stringify(failureOf(machineError('QEMU_MISSING', 'There is no QEMU.'))),
    'other.json': '{"runs": 3}',
    'number.json': '7',
  });
  const path = (name: string) => join(dir, name);
  t.match(await readPart(path('whole.json')), { kind: 'run', part: { path: path('whole.json'), summary: shard } });
  t.match(
    await readPart(path('judged.json')),
    { code: 'SHARD_NO_SHARD' },
    'what `judge` wrote does not say of what it is a part',
  );
  t.match(await readPart(path('cut.json')), { message: /cut\.json is not JSON: / });
  t.match(await readPart(path('failed.json')), {
    message: /failed\.json holds an error instead of a result: There is no QEMU\.$/,
  });
  t.match(await readPart(path('other.json')), { message: /other\.json is not a summary of drills: .*schema/ });
  t.match(await readPart(path('number.json')), { message: /number\.json is not a summary of drills: / });
  t.match(await readPart(path('none.json')), { message: /^There is no file at .*none\.json\.$/ });
  t.match(await readPart(dir), { message: /^Could not read .*: it is a directory, not a file\.$/ });
});

t.test('the one result that is of a later version says so', async (t) => {
  const newer = join(t.testdir({ 'newer.json': whole.replace('summary/2', 'summary/3') }), 'newer.json');
  const { exitCode, stdout } = await runCommandLine(['merge', newer, '--json', '-']);
  t.equal(exitCode, 64);
  t.match(JSON.parse(stdout), { error: { code: 'FORMAT_NEWER', hint: /newer/ } });
});

t.test('a file that is not a history or a baseline is refused before anything else', async (t) => {
  const dir = t.testdir({ notes: 'hello\n', 'shard.json': whole });
  const notes = join(dir, 'notes');
  // If a drill were started all the same, no program would be found.
  const { PATH } = process.env;
  process.env.PATH = '';
  t.teardown(() => {
    process.env.PATH = PATH;
  });
  for (const command of [
    ['merge', join(dir, 'shard.json')],
    ['run', '2026-07-02-fixed'],
    ['map', 'devvm'],
  ])
    for (const [flag, code] of [
      ['--history', 'HISTORY_INVALID'],
      ['--baseline', 'BASELINE_INVALID'],
    ] as const) {
      const { exitCode, stdout, stderr } = await runCommandLine([...command, flag, notes]);
      t.match({ exitCode, stdout }, { exitCode: 64, stdout: '' }, `${command[0]} ${flag}`);
      t.match(stderr, new RegExp(`^oomdrill: .*notes is not a .*\\[${code}\\]\nhint: .*\n$`));
      t.equal(readFileSync(notes, 'utf8'), 'hello\n');
    }
});

t.test('a number of shards that no suite has takes no memory, and no page of messages', async (t) => {
  const suite = Array.from({ length: 30 }, (_, index) => ({ ...planned, scenario: `lost-${index}` }));
  const withShards = (of: number) => JSON.stringify({ ...summary, shard: { index: 1, of, own: [], suite } });
  const dir = t.testdir({ 'many.json': withShards(10 ** 9), 'more.json': withShards(1e308) });
  const merge = (name: string) => runCommandLine(['merge', join(dir, name), '--history', join(dir, 'history.jsonl')]);
  const many = await merge('many.json');
  t.equal(many.exitCode, 2);
  t.match(
    many.stderr,
    /^oomdrill: missing: lost-0 on trixie: shard 2\/1000000000 or .* or one of 999999979 others is missing\n/,
  );
  t.match(many.stderr, /\n(?:.*\n){18}oomdrill: 10 further cells are missing\noomdrill: `--only-missing` .*\n$/);
  t.match(await merge('more.json'), { exitCode: 64, stderr: /shard\.of .*\[SHARD_NONE\]/ });
});

t.test('if no result can be read, the error says why', async (t) => {
  const dir = t.testdir({ 'number.json': '7' });
  const { exitCode, stdout, stderr } = await runCommandLine([
    'merge',
    join(dir, 'none.json'),
    join(dir, 'number.json'),
    '--json',
    '-',
  ]);
  t.equal(exitCode, 64);
  const why = /There is no file at .*none\.json; .*number\.json is not a summary of drills/;
  t.match(JSON.parse(stdout), { error: { code: 'SHARD_NONE', message: why, hint: /--json/ } });
  t.match(stderr, /^oomdrill: .*\[SHARD_NONE\]\nhint: .*\n$/);
});
