import t from 'tap';
import { argument, argumentOr, defineCommand } from './define.js';
import { DocumentedCommand } from './documented-command.js';
import { type FlagsOf, listFlag, switchFlag, unlessNoFlag, valueFlag } from './flag.js';

const flags = {
  memoryMax: valueFlag('<size>', 'a limit'),
  scale: valueFlag('<divisor>', 'how much smaller', { default: 'auto' }),
  host: valueFlag('<user@host>', 'whose', { required: true }),
  guest: listFlag('<name>', 'on which'),
  failFast: switchFlag('stop early'),
  baseline: unlessNoFlag('trust the baseline'),
};

/** What a command line comes to for the command that declares these flags. */
async function parse(...words: string[]): Promise<{ file: string; flags: FlagsOf<typeof flags> }> {
  const handed: { file: string; flags: FlagsOf<typeof flags> }[] = [];
  const program = new DocumentedCommand('program');
  defineCommand({
    name: 'drill',
    description: 'drills',
    argument: argument('<file>', 'a file'),
    flags,
    // The compiler sees to it that these are of the types that were declared.
    run: async (file: string, flags) => {
      const { memoryMax, scale, host, guest, failFast, baseline } = flags;
      handed.push({ file, flags: { memoryMax, scale, host, guest, failFast, baseline } });
    },
  }).addTo(program);
  await program.parseAsync(['node', 'program', 'drill', ...words]);
  const [first] = handed;
  if (!first) throw new Error('the command was not carried out');
  return first;
}

t.test('a command is handed what it declares, by names in camel case', async (t) => {
  t.same(await parse('a', '--host', 'u@h'), {
    file: 'a',
    flags: {
      memoryMax: undefined,
      scale: 'auto',
      host: 'u@h',
      guest: undefined,
      failFast: undefined,
      baseline: true,
    },
  });
  const all = ['--memory-max', '1G', '--scale', '8', '--guest', 'trixie,bookworm', '--guest', 'sid', '--fail-fast'];
  t.same((await parse('a', '--host', 'u@h', ...all, '--no-baseline')).flags, {
    memoryMax: '1G',
    scale: '8',
    host: 'u@h',
    guest: ['trixie', 'bookworm', 'sid'],
    failFast: true,
    baseline: false,
  });
});

t.test('what is missing, too much or unknown ends before the command begins', async (t) => {
  await t.rejects(parse('a'), { code: 'OPTION_MISSING' });
  await t.rejects(parse('--host', 'u@h'), { code: 'ARGUMENT_MISSING' });
  await t.rejects(parse('a', 'b', '--host', 'u@h'), { code: 'ARGUMENTS_TOO_MANY' });
  await t.rejects(parse('a', '--host', 'u@h', '--hots'), { code: 'OPTION_UNKNOWN' });
  await t.rejects(parse('a', '--host', '--scale', '8'), {
    code: 'OPTION_VALUE_MISSING',
    message: '--host must be given a value that does not look like an option (got --scale).',
  });
  await t.rejects(parse('a', '--host', 'u@h', '--guest', '-o'), { code: 'OPTION_VALUE_MISSING' });
});

t.test('an argument that is missing may stand for itself', async (t) => {
  const handed: (readonly string[])[] = [];
  const run = async (guests: readonly string[]) => {
    handed.push(guests);
  };
  const program = new DocumentedCommand('program');
  const guests = argumentOr('[guest...]', 'guests', ['trixie']);
  defineCommand({ name: 'build', description: 'builds', argument: guests, flags: {}, run }).addTo(program);
  await program.parseAsync(['node', 'program', 'build']);
  await program.parseAsync(['node', 'program', 'build', 'sid', 'bookworm']);
  t.same(handed, [['trixie'], ['sid', 'bookworm']]);
});
