import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { program } from '../harness/cli.js';
import { assets } from '../harness/core/assets.js';
import { createNight } from '../harness/history/night.js';
import { compose } from '../harness/testing/record.js';
import { summarize, summarizeRecord } from '../harness/verdict/summarize.js';

// Every command, with every way in which what it writes can get lost: no file is missing, cut off or empty, and no exit status is
// another one, except where a result is lost and is said to be.

t.setTimeout(900_000);

/** Commands of the program's own table, as they are called, and whether they have `--json`. */
function listCommands(command: Command, path: readonly string[] = []): { name: string; hasJson: boolean }[] {
  if (command.commands.length === 0)
    return [{ name: path.join(' '), hasJson: command.options.some(({ long }) => long === '--json') }];
  return command.commands.flatMap((one) => listCommands(one, [...path, one.name()]));
}

const REPORTS = ['--junit', 'junit.xml', '--markdown', 'results.md', '--openmetrics', 'oomdrill.prom'];

/** What each command is called with: quick, and without a machine. Several where it can end in several ways. */
const CALLS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  init: [['new', '--unit', 'app.service']],
  run: [['nosuch', ...REPORTS]],
  list: [[]],
  map: [['/nowhere']],
  mutate: [['devvm', '--list']],
  validate: [['/nowhere']],
  lint: [['app.service']],
  judge: [
    ['record.jsonl', ...REPORTS],
    ['failed.jsonl', ...REPORTS],
    ['record.jsonl', '--tap'],
  ],
  merge: [['shard.json', '--out', '.', ...REPORTS]],
  history: [['--out', '.']],
  results: [['--add', 'shard.json', '--csv', 'results.csv']],
  accept: [['--out', '.']],
  report: [['record.jsonl', '--out', 'page']],
  explain: [['nosuch'], [join(assets.root, 'fixtures/captured')]],
  capture: [['--from', '/nowhere']],
  doctor: [[]],
  setup: [['nosuch']],
  'image build': [['nosuch']],
  'image list': [[]],
  'image rm': [['nosuch']],
  'image box': [['nosuch']],
  install: [['/nowhere', '--host', 'root@-x', '--key', '/nowhere']],
  reap: [[]],
  config: [[]],
  help: [['run']],
};

const commands = listCommands(program(''));

t.test('every command of the table is called here', async (t) => {
  t.same(Object.keys(CALLS).sort(), commands.map(({ name }) => name).sort());
});

const calls = commands.flatMap(({ name, hasJson }) =>
  (CALLS[name] ?? []).map((args) => ({ words: [...name.split(' '), ...args], hasJson })),
);

/** Whatever one run needs, so that none sees what another one wrote. */
function makeFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'oomdrill-streams-'));
  const record = compose();
  const failed = compose({ expect: { outcomes: ['livelocked'] } });
  const toText = ({ header, entries }: typeof record) =>
    [header, ...entries].map((entry) => `${JSON.stringify(entry)}\n`).join('');
  const run = summarizeRecord(record, 'record.jsonl');
  const { scenario, guest, machine, scale, control, expected } = run;
  const all = [{ scenario, guest, machine, scale, control, expected }];
  const shard = summarize([run], record.header.host, { shard: { index: 1, of: 1, own: all, suite: all } });
  const files = {
    'record.jsonl': toText(record),
    'failed.jsonl': toText(failed),
    'shard.json': JSON.stringify(shard),
    'app.service': '[Service]\nExecStart=/usr/bin/app\nMemoryMax=1G\n',
    'history.jsonl': `${JSON.stringify(createNight(summarize([run], record.header.host), '2026-11-01T00:00:00.000Z'))}\n`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return dir;
}

const own = mkdtempSync(join(tmpdir(), 'oomdrill-own-'));
t.teardown(() => rmSync(own, { recursive: true }));
const env = { NO_COLOR: '1', OOMDRILL_STATE: join(own, 'state'), OOMDRILL_CACHE: join(own, 'cache') };

interface Ran {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** All files of the folder, numbers left out: times differ. */
  readonly files: Readonly<Record<string, string>>;
}

const withoutNumbers = (text: string, dir: string): string =>
  text.replaceAll(dir, '').replaceAll(/\d+(?:\.\d+)?/g, '0');

/** Runs a command line by a line of shell that has it as `"$@"`, in a folder of its own. */
async function run(line: string, words: readonly string[]): Promise<Ran> {
  const cwd = makeFolder();
  // As a user starts it: tap has each Node.js load what measures coverage, which takes longer than the command itself.
  const shell = ['-c', `unset NODE_OPTIONS; ${line}`, 'bash', process.execPath, assets.cli, ...words];
  const { exitCode, stdout, stderr } = await execa('bash', shell, { cwd, env, reject: false, timeout: 120_000 });
  const files: Record<string, string> = {};
  for (const path of (readdirSync(cwd, { recursive: true }) as string[]).sort()) {
    const file = join(cwd, path);
    if (statSync(file).isFile()) files[path] = withoutNumbers(readFileSync(file, 'utf8'), cwd);
  }
  rmSync(cwd, { recursive: true });
  return { exitCode, stdout: withoutNumbers(stdout, cwd), stderr, files };
}

/** Lines of shell, and whether what is printed is lost without the reader's wish. */
const STREAMS: Readonly<Record<string, { readonly line: string; readonly loses?: true }>> = {
  'standard output closed': { line: '"$@" >&-' },
  'standard error closed': { line: '"$@" 2>&-' },
  'both closed': { line: '"$@" >&- 2>&-' },
  'standard output on a full disk': { line: '"$@" >/dev/full', loses: true },
  'standard error on a full disk': { line: '"$@" 2>/dev/full' },
  'both on a full disk': { line: '"$@" >/dev/full 2>&1', loses: true },
  'no reader of standard output': { line: '"$@" | :; exit $PIPESTATUS' },
  'no reader of standard error': { line: '"$@" 2> >(:)' },
  'no reader of both': { line: '"$@" 2>&1 | :; exit $PIPESTATUS' },
  'a reader of one byte': { line: '"$@" 2>&1 | head -c 1 >/dev/null; exit $PIPESTATUS' },
};

/** Two at the same time, for two processors. */
async function inPairs<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const queue = [...all];
  const drain = async () => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) await work(one);
  };
  await Promise.all([drain(), drain()]);
}

/** Status 2 where a result is lost, and else what it was. */
const orLost = (status: number | undefined): number => status || 2;

for (const { words, hasJson } of calls) {
  const name = words.join(' ').replace(assets.root, '');
  const toFile = hasJson ? [...words, '--json', 'result.json'] : words;
  t.test(`oomdrill ${name}`, async (t) => {
    const undisturbed = await run('"$@"', toFile);
    if (hasJson) t.doesNotThrow(() => JSON.parse(undisturbed.files['result.json'] ?? ''), 'it writes JSON');
    await inPairs(Object.entries(STREAMS), async ([what, { line, loses }]) => {
      const { exitCode, files } = await run(line, toFile);
      t.equal(exitCode, loses && undisturbed.stdout !== '' ? orLost(undisturbed.exitCode) : undisturbed.exitCode, what);
      t.same(files, undisturbed.files, `${what}: the same files`);
    });
  });
}

for (const { words, hasJson } of calls) {
  if (!hasJson) continue;
  t.test(`oomdrill ${words.join(' ').replace(assets.root, '')} --json -`, async (t) => {
    const toFile = await run('"$@"', [...words, '--json', 'result.json']);
    const printed = [...words, '--json', '-'];
    const whole = await run('"$@" 2>&-', printed);
    t.equal(whole.exitCode, toFile.exitCode);
    t.equal(`${whole.stdout}\n`, toFile.files['result.json'], 'the JSON alone, and all of it');
    await inPairs(['"$@" | :; exit $PIPESTATUS', '"$@" >/dev/full', '"$@" >/dev/full 2>&-'], async (line) => {
      const { exitCode } = await run(line, printed);
      t.equal(exitCode, orLost(toFile.exitCode), `lost: ${line}`);
    });
  });
}

t.test('other names of standard output', async (t) => {
  const dash = await run('"$@" | cat; exit $PIPESTATUS', ['judge', 'record.jsonl', '--json', '-']);
  for (const name of ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']) {
    const { stdout, exitCode } = await run('"$@" | cat; exit $PIPESTATUS', ['judge', 'record.jsonl', '--json', name]);
    t.same({ stdout, exitCode }, { stdout: dash.stdout, exitCode: 0 }, name);
  }
  const { exitCode, stderr } = await run('"$@" > result.json', ['judge', 'record.jsonl', '--json', 'result.json']);
  t.equal(exitCode, 64);
  t.match(stderr, /--json must name another file than the one that standard output goes to/);
});

t.test('what a file of the user prints is not mixed into JSON', async (t) => {
  const config = "console.log('noise'); process.stdout.write('noise\\n'); export default {};";
  const line = `echo "${config}" > oomdrill.config.mjs; "$@"`;
  const { stdout, stderr, exitCode } = await run(line, ['judge', 'record.jsonl', '--json', '-']);
  t.equal(exitCode, 0);
  t.doesNotThrow(() => JSON.parse(stdout));
  t.match(stderr, /noise\nnoise\n/);
});

/** A full file system of its own; undefined where this user cannot mount. */
async function mountFull(t: Test): Promise<string | undefined> {
  const disk = mkdtempSync(join(tmpdir(), 'oomdrill-full-'));
  const { failed } = await execa('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk], { reject: false });
  t.teardown(async () => {
    if (!failed) await execa('umount', [disk]);
    rmSync(disk, { recursive: true });
  });
  if (failed) return undefined;
  writeFileSync(join(disk, 'old.json'), '"old"');
  await execa('dd', ['if=/dev/zero', `of=${join(disk, 'rest')}`, 'bs=1k'], { reject: false });
  return disk;
}

t.test('a result on a full disk', async (t) => {
  const disk = await mountFull(t);
  if (disk === undefined) return t.comment('this user cannot mount');
  await inPairs(
    calls.filter(({ hasJson }) => hasJson),
    async ({ words }) => {
      const name = words.join(' ').replace(assets.root, '');
      const undisturbed = await run('"$@"', words);
      for (const file of words[0] === 'judge' ? ['new.json', 'old.json'] : ['new.json']) {
        const { exitCode, stderr, stdout } = await run('"$@"', [...words, '--json', join(disk, file)]);
        t.equal(exitCode, orLost(undisturbed.exitCode), name);
        t.match(stderr, /\[JSON_WRITE\]/, `${name}: it is said`);
        t.equal(stdout, undisturbed.stdout, `${name}: what is printed is the same`);
      }
    },
  );
  t.same(readdirSync(disk).sort(), ['old.json', 'rest'], 'no empty file, and nothing temporary');
  t.equal(readFileSync(join(disk, 'old.json'), 'utf8'), '"old"');
});

t.test('a drill into `head` goes on to its end', async (t) => {
  const out = mkdtempSync(join(tmpdir(), 'oomdrill-streams-'));
  t.teardown(() => rmSync(out, { recursive: true }));
  const file = (name: string) => join(out, name);
  const line = '"$@" 2>&1 | head -n 1; exit $PIPESTATUS';
  const words = ['run', '2026-07-02-fixed', '--out', out, '--json', file('result.json'), '--junit', file('junit.xml')];
  const { exitCode, stdout } = await execa('bash', ['-c', line, 'bash', process.execPath, assets.cli, ...words], {
    env: { NO_COLOR: '1', OOMDRILL_STATE: env.OOMDRILL_STATE },
    reject: false,
  });
  t.equal(stdout.split('\n').length, 1, stdout);
  const { runs, exitCode: status } = JSON.parse(readFileSync(file('result.json'), 'utf8'));
  t.equal(exitCode, status);
  t.match(runs, [{ scenario: '2026-07-02-fixed', verdict: String }]);
  t.match(readFileSync(file('junit.xml'), 'utf8'), /<\/testsuites>/);
  t.equal(readFileSync(file('history.jsonl'), 'utf8').trim().split('\n').length, 1);
  const ledger = readdirSync(join(env.OOMDRILL_STATE, 'ledger')).filter((name) => name.endsWith('.json'));
  t.same(ledger, [], 'nothing is left behind');
});
