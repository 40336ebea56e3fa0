import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { assets } from '../harness/core/assets.js';
import { pollUntil } from '../harness/core/deadline.js';
import { type Resource, readLedger } from '../harness/machine/ledger-pages.js';
import { processResourceSchema } from '../harness/machine/qemu/leftovers.js';
import { compose } from '../harness/testing/record.js';
import { STACK_LINE } from '../harness/testing/stack-line.js';
import { summarize, summarizeRecord } from '../harness/verdict/summarize.js';
import { actAt } from './act-at.js';

t.setTimeout(600_000);

const cli = assets.cli;

/** Everything here keeps its ledger and its temporary files to itself, so that nothing else is mistaken for a leftover. */
const dir = t.testdir({ state: {}, tmp: {}, out: {} });
process.env.OOMDRILL_STATE = join(dir, 'state');
// The path of a UNIX socket must stay short, so the directories are in /tmp itself, and the ledger says which are ours.
const env = { OOMDRILL_STATE: join(dir, 'state'), NO_COLOR: '1' };

const oomdrill = (...args: string[]) => execa('node', [cli, ...args], { env, reject: false });

const DRILL = ['run', '2026-07-02-fixed'];

const drillUntil = (line: RegExp, act: Parameters<typeof actAt>[2]) =>
  actAt(line, [...DRILL, '--out', join(dir, 'out'), '--json', '-'], act, env);

/** The PID of a process that the ledger names; none of anything else. */
function pidsOf(held: Resource): number[] {
  const { data } = processResourceSchema.safeParse(held);
  return data ? [data.identity.pid] : [];
}

/** The processes and directories that the ledger still names. */
const inLedger = async () => (await readLedger()).pages.flatMap(({ resources }) => resources.map(({ kind }) => kind));

for (const [phase, line] of Object.entries({
  'while the guest is restored': /drill 2026-07-02-fixed/,
  'while the server starts': /the guest is up/,
  'in the baseline': /baseline/,
  'while the hog grows': /injection/,
})) {
  t.test(`Ctrl-C ${phase}`, async (t) => {
    const { exitCode, stderr, stdout } = await drillUntil(line, (child) => child.kill('SIGINT'));
    t.equal(exitCode, 2);
    t.match(stderr, /oomdrill: Interrupted by SIGINT\. \[INTERRUPTED\]/);
    t.notMatch(stderr, STACK_LINE, 'no stack trace');
    t.match(JSON.parse(stdout), { error: { code: 'INTERRUPTED' }, exitCode: 2 });
    t.same(await inLedger(), [], 'nothing is left');
  });
}

t.test('kill -9 of the harness, then reap', async (t) => {
  await drillUntil(/injection/, (child) => child.kill('SIGKILL'));
  const { pages } = await readLedger();
  t.ok(pages.length > 0, 'the ledger names what was left');
  const pids = pages.flatMap(({ resources }) => resources.flatMap(pidsOf));
  await pollUntil(
    async () => ((await execa('ps', ['--pid', pids.join(',')], { reject: false })).exitCode === 0 ? undefined : true),
    {
      reason: 'QEMU to die with the harness',
      timeoutMs: 10_000,
    },
  );
  const { exitCode, stdout } = await oomdrill('reap');
  t.equal(exitCode, 0);
  t.match(stdout, /removed directory/);
  t.same(await inLedger(), []);
  t.match((await oomdrill('reap')).stdout, /nothing was left behind/);
});

t.test('QEMU killed in mid-drill is an error of the machine, and the record tells it', async (t) => {
  const { exitCode, stdout, stderr } = await drillUntil(/injection/, async () => {
    for (const { resources } of (await readLedger()).pages) {
      for (const pid of resources.flatMap(pidsOf)) process.kill(pid, 'SIGKILL');
    }
  });
  t.equal(exitCode, 2);
  const [run] = JSON.parse(stdout).runs;
  t.match(run, { verdict: 'error', outcome: null, error: { code: 'QEMU_DIED', hint: String } });
  t.match(stderr, /QEMU ended in the middle of the drill/);
  const judged = await oomdrill('judge', run.record, '--json', '-');
  t.equal(judged.exitCode, 2);
  t.match(JSON.parse(judged.stdout).runs[0], { verdict: 'error', error: { code: 'QEMU_DIED' } });
  t.same(await inLedger(), []);
});

t.test('usage errors exit 64 without starting a machine', { jobs: availableParallelism() }, async (t) => {
  const cases: [string[], RegExp][] = [
    [['run', 'nope'], /There is no scenario nope\. \[SCENARIO_UNKNOWN\]\nhint: `npx oomdrill list`/],
    [['run', '--guest', 'buzz'], /There is no guest "buzz"/],
    [['run', '--repeat', '0'], /--repeat must be an integer from 1 to 1000 \(got 0\)\. \[COUNT_INVALID\]/],
    [['run', '--machine', 'ssh'], /--machine ssh needs a host/],
    [['run', '--machine', 'ssh', '--host=-oProxyCommand=x@y'], /--host must be USER@HOST/],
    [['run', '--host', 'root@h'], /--host cannot be used with --machine qemu/],
    [['run', '--scale', '1/1000'], /--scale must be auto or a divisor/],
    [['run', '--watchdog', 'patient'], /There is no watchdog model/],
    [['run', '--server', '/nowhere'], /--server must name a directory that holds bin\/t3 \(got \/nowhere\)/],
    [['run', '--keep-machine'], /--keep-machine must be used with a single drill \(got 3\)/],
    [['run', '--nonsense'], /Unknown option "--nonsense"\. \[OPTION_UNKNOWN\]\nhint: Run `npx oomdrill run --help`/],
    [['run', '--bundle', '/nowhere'], /There is no bundle at \/nowhere/],
    [['map', '/nowhere'], /There is no bundle at \/nowhere/],
    [['map', 'devvm', '--sweep', 'MemoryHigh=16G..8G'], /--sweep must go from a size, such as 8G, up to a larger one/],
    [
      ['map', 'devvm', '--sweep', 'MemoryHigh=8G..16G', '--steps', '1'],
      /--steps must be an integer from 2 to 64 \(got 1\)/,
    ],
    [['history', '--history', '/nowhere'], /There is no history at \/nowhere/],
    [['validate'], /A bundle, a unit file or a limit must be given/],
    [['validate', '/nowhere'], /There is no unit file or bundle at \/nowhere/],
    [['validate', '--memory-max', 'lots'], /--memory-max must be a size .* \(got lots\)/],
    [['validate', '--memory-high', '20G', '--memory-max', '16G'], /lies above --memory-max 16G/],
    [['validate', '--memory-max', '8G', '--machine', 'ssh'], /validate cannot use --machine ssh: .*\[MACHINE_UNFIT\]/s],
    [['map', 'devvm', '--machine', 'ssh'], /map cannot use --machine ssh: .*\[MACHINE_UNFIT\]/s],
    [['mutate', 'devvm', '--machine', 'ssh'], /mutate cannot use --machine ssh: .*\[MACHINE_UNFIT\]/s],
    [['capture'], /One unit, one container or one pod must be named\. \[CAPTURE_FLAGS\]/],
    [
      ['capture', 'web.slice'],
      /The unit must be a service, such as web\.service or web@blue\.service \(got web\.slice\)/,
    ],
    [['capture', 'web', '--host=-oProxyCommand=x@y'], /--host must be given a value that does not look like an option/],
    [['capture', '--from', '/nowhere'], /There is no capture at \/nowhere/],
    [['capture', '--from', '/etc/hostname'], /\/etc\/hostname is not a complete capture: there is no line/],
    [['lint', '/no/such/path'], /Could not read \/no\/such\/path/],
    [['lint', '/etc/hostname'], /is not a file that lint reads/],
    [['lint', '/etc', '--format', 'poem'], /There is no format "poem"/],
    [
      ['lint', '/etc', '--memory', '24GB'],
      /--memory must be a size above 0, such as 16G or 512M \(got 24GB\)\. \[LINT_AMOUNT\]/,
    ],
    [['judge', '/no/such/record'], /There is no record at/],
    [['judge', '/etc/hostname'], /is not a record: line 1/],
    [['image', 'rm', 'buzz'], /There is no guest "buzz"/],
    [['dance'], /Unknown command "dance"\. \[COMMAND_UNKNOWN\]/],
  ];
  for (const [args, words] of cases)
    void t.test(args.join(' '), async (t) => {
      const { exitCode, stderr } = await oomdrill(...args);
      t.equal(exitCode, 64);
      t.match(stderr, words);
    });
});

t.test('a reader that has seen enough', async (t) => {
  const units = t.testdir({ 'a.service': `[Service]\n${'nonsense\n'.repeat(20_000)}` });
  const { stdout, stderr } = await execa('sh', ['-c', 'node "$1" lint "$2" | head -n 1', 'sh', cli, units], { env });
  t.match(stdout, /service-incomplete/);
  t.equal(stderr, '');
});

t.test('a full disk at the end of a pipe', async (t) => {
  for (const args of [['list'], ['list', '--json', '-'], ['doctor']]) {
    const shell = ['-c', 'node "$@" >/dev/full', 'sh', cli, ...args];
    const { exitCode, stderr } = await execa('sh', shell, { env, reject: false });
    t.equal(exitCode, 2, args.join(' '));
    t.match(stderr, /^oomdrill: Standard output could not be written: ENOSPC.*\[OUTPUT_WRITE\]$/m);
    t.notMatch(stderr, STACK_LINE, 'no stack trace');
  }
});

t.test('a record that cannot be read does not hide the others', async (t) => {
  const { header, entries } = compose();
  const lines = [header, ...entries].map((entry) => `${JSON.stringify(entry)}\n`).join('');
  const records = t.testdir({ good: `${lines}\n`, bad: 'nonsense\n' });
  const files = ['good', 'bad'].map((name) => join(records, name));
  const { exitCode, stdout } = await oomdrill('judge', ...files, '--junit', join(records, 'junit.xml'));
  t.equal(exitCode, 2);
  t.match(stdout, /not read: .*bad is not a record: line 1/);
  t.match(stdout, /contained/);
  t.match(await readFile(join(records, 'junit.xml'), 'utf8'), /testsuite/);
});

t.test('a file that cannot be written loses no night', async (t) => {
  const record = compose();
  const run = summarizeRecord(record, 'record.jsonl');
  const { scenario, guest, machine, scale, control, expected } = run;
  const all = [{ scenario, guest, machine, scale, control, expected }];
  const shard = summarize([run], record.header.host, { shard: { index: 1, of: 1, own: all, suite: all } });
  const folder = t.testdir({ 'shard.json': JSON.stringify(shard) });
  const history = join(folder, 'history.jsonl');
  // A device that is always full: that shows only when it is written to.
  const full = '/dev/full';
  const merge = ['merge', join(folder, 'shard.json'), '--history', history, '--json', full, '--junit', full];
  const { exitCode, stderr } = await oomdrill(...merge);
  t.equal(exitCode, 2);
  t.match(stderr, /REPORT_WRITE|JSON_WRITE/);
  t.match(await readFile(history, 'utf8'), /"type":"night"/);
});

t.test('help as a command', async (t) => {
  const [asked, help] = await Promise.all([oomdrill('help', 'run'), oomdrill('run', '--help')]);
  t.equal(asked.stdout, help.stdout);
  t.equal(asked.exitCode, 0);
});

t.test('a record that cannot be written', async (t) => {
  const { exitCode, stderr } = await oomdrill('run', '2026-07-02-fixed', '--out', '/proc/nowhere');
  t.equal(exitCode, 2);
  t.match(stderr, /RECORD_WRITE/);
});
