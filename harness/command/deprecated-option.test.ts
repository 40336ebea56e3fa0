import t from 'tap';
import { program } from '../cli.js';
import { usageError } from '../core/errors.js';
import type { MachineProvider } from '../machine/provider.js';
import { MACHINES } from '../machine/providers.js';
import { withOutputKept } from '../testing/command-line.js';
import { addCompletion } from './completion.js';
import { defineCommand } from './define.js';
import { DocumentedCommand } from './documented-command.js';
import { type FlagsOf, listFlag, switchFlag, unlessNoFlag, valueFlag } from './flag.js';

const flags = {
  force: switchFlag('overwrite', { deprecated: ['--i-mean-it'] }),
  out: valueFlag('<dir>', 'where to', { short: 'o', default: '.', deprecated: ['--into', '--to'] }),
  only: listFlag('<name>', 'which', { deprecated: ['--just'] }),
  color: unlessNoFlag('in black and white', { deprecated: ['--no-paint'] }),
};

/** What a command line comes to, and what it says on standard error. */
async function parse(...words: string[]): Promise<{ values: FlagsOf<typeof flags>; stderr: string }> {
  const handed: FlagsOf<typeof flags>[] = [];
  const root = new DocumentedCommand('program');
  const run = async (_: unknown, { force, out, only, color }: FlagsOf<typeof flags>) => {
    handed.push({ force, out, only, color });
  };
  defineCommand({ name: 'copy', description: 'copies', flags, run }).addTo(root);
  const { stderr } = await withOutputKept(() => root.parseAsync(['node', 'program', 'copy', ...words]));
  const [values] = handed;
  if (!values) throw new Error('the command was not carried out');
  return { values, stderr };
}

const unchanged = { force: undefined, out: '.', only: undefined, color: true };

t.test('a former name does what the new one does, and names it', async (t) => {
  const cases: [string[], object, string][] = [
    [['--i-mean-it'], { force: true }, '--i-mean-it is deprecated: use --force'],
    [['--into', 'a'], { out: 'a' }, '--into is deprecated: use --out'],
    [['--to=a'], { out: 'a' }, '--to is deprecated: use --out'],
    [['--just', 'a,b'], { only: ['a', 'b'] }, '--just is deprecated: use --only'],
    [['--no-paint'], { color: false }, '--no-paint is deprecated: use --no-color'],
  ];
  for (const [words, changed, sentence] of cases) {
    const { values, stderr } = await parse(...words);
    t.same(values, { ...unchanged, ...changed }, words.join(' '));
    t.equal(stderr, `oomdrill: ${sentence}\n`);
  }
});

t.test('the new name says nothing', async (t) => {
  const { values, stderr } = await parse('--force', '-o', 'a', '--only', 'b', '--no-color');
  t.same(values, { force: true, out: 'a', only: ['b'], color: false });
  t.equal(stderr, '');
});

t.test('said once, however often it is written', async (t) => {
  const { values, stderr } = await parse('--just', 'a', '--just', 'b', '--into', 'c', '--i-mean-it');
  t.same(values, { ...unchanged, force: true, only: ['a', 'b'], out: 'c' });
  t.equal(stderr.match(/--just is deprecated/g)?.length, 1);
  t.equal(stderr.split('\n').length, 4, 'and a line for each name');
});

t.test('old and new together are the option given twice: the last value, or all of a list', async (t) => {
  t.equal((await parse('--into', 'old', '--out', 'new')).values.out, 'new');
  t.equal((await parse('--out', 'new', '--into', 'old')).values.out, 'old');
  t.same((await parse('--only', 'a', '--just', 'b')).values.only, ['a', 'b']);
  t.equal((await parse('--i-mean-it', '--force')).values.force, true);
});

t.test('a former name takes what the new one takes, and no abbreviation', async (t) => {
  await t.rejects(parse('--into'), { code: 'OPTION_VALUE_MISSING' });
  await t.rejects(parse('--i-mean'), { code: 'OPTION_UNKNOWN' });
  await t.rejects(parse('--i-mean-it=yes'), { code: 'OPTION_UNKNOWN' });
});

t.test("former names of a machine's options", async (t) => {
  const [qemu] = MACHINES;
  if (!qemu) throw new Error('there is no kind of machine');
  const read: unknown[] = [];
  const recorder: MachineProvider = {
    ...qemu,
    name: 'recorder',
    flags: {
      options: [{ name: 'newName', flags: '--new-name <text>', description: 'x', deprecated: ['--old-name'] }],
      misplaced: () => usageError('OLD_FLAGS', 'It is not of this kind.'),
    },
    choose: (values) => {
      read.push(values.newName);
      throw new Error('enough');
    },
  };
  const oomdrill = program('0', { machines: [recorder] });
  addCompletion(oomdrill);
  const words = ['node', 'oomdrill', 'run', '--machine', 'recorder', '--old-name', 'x'];
  const { stderr } = await withOutputKept(() => oomdrill.parseAsync(words));
  t.match(stderr, /^oomdrill: --old-name is deprecated: use --new-name$/m);
  t.same(read, ['x']);
});

t.test('former names are in neither help nor completion', async (t) => {
  const oomdrill = program('0');
  addCompletion(oomdrill);
  const help = oomdrill.commands.find((command) => command.name() === 'run')?.helpInformation();
  t.match(help, /--allow-destructive/);
  t.notMatch(help, /i-may-wreck-it|use-running/);
  const { stdout } = await withOutputKept(() =>
    oomdrill.parseAsync(['node', 'oomdrill', 'complete', '--', 'run', '--']),
  );
  t.match(stdout, /--allow-destructive/);
  t.notMatch(stdout, /i-may-wreck-it|use-running/);
});

t.test('the options of --machine ssh by their former names', async (t) => {
  const oomdrill = program('0');
  const words = ['run', '--machine', 'ssh', '--host', 'root@scratch.example', '--use-running', '--guest', 'trixie'];
  const { stderr } = await withOutputKept(() =>
    oomdrill.parseAsync(['node', 'oomdrill', ...words, '--i-may-wreck-it']),
  );
  t.match(stderr, /^oomdrill: --use-running is deprecated: use --stop-running-service$/m);
  t.match(stderr, /^oomdrill: --i-may-wreck-it is deprecated: use --allow-destructive$/m);
  t.match(stderr, /\[HOST_FLAGS\]/, 'and what else is wrong is said as ever');
});
