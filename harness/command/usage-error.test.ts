import t from 'tap';
import { program } from '../cli.js';
import { runCommandLine, withOutputKept } from '../testing/command-line.js';
import { usageErrorOf } from './usage-error.js';

/** Command lines that commander refuses, and what each is refused with. */
const REFUSED: readonly (readonly [string, { code: string; message: string; hint: string }])[] = [
  ['judge --jason x', { code: 'OPTION_UNKNOWN', message: 'Unknown option "--jason".', hint: 'Did you mean --json?' }],
  [
    'run --nonsense',
    { code: 'OPTION_UNKNOWN', message: 'Unknown option "--nonsense".', hint: 'Run `oomdrill run --help`.' },
  ],
  ['confg --help', { code: 'COMMAND_UNKNOWN', message: 'Unknown command "confg".', hint: 'Did you mean config?' }],
  ['help confg', { code: 'COMMAND_UNKNOWN', message: 'Unknown command "confg".', hint: 'Did you mean config?' }],
  ['image bild -h', { code: 'COMMAND_UNKNOWN', message: 'Unknown command "bild".', hint: 'Did you mean build?' }],
  ['dance', { code: 'COMMAND_UNKNOWN', message: 'Unknown command "dance".', hint: 'Run `oomdrill --help`.' }],
  [
    'judge',
    {
      code: 'ARGUMENT_MISSING',
      message: 'The argument "record" must be given.',
      hint: 'Run `oomdrill judge --help`.',
    },
  ],
  [
    'image list x',
    {
      code: 'ARGUMENTS_TOO_MANY',
      message: 'Too many arguments for "list": expected 0 arguments but got 1.',
      hint: 'Run `oomdrill image list --help`.',
    },
  ],
  [
    'list --suite',
    {
      code: 'OPTION_VALUE_MISSING',
      message: '--suite must be given a value.',
      hint: 'Run `oomdrill list --help`.',
    },
  ],
  [
    'install x --host root@h',
    {
      code: 'OPTION_MISSING',
      message: '--key must be given.',
      hint: 'Run `oomdrill install --help`.',
    },
  ],
  [
    'report x --out',
    { code: 'OPTION_VALUE_MISSING', message: '--out must be given a value.', hint: 'Run `oomdrill report --help`.' },
  ],
  [
    'image',
    {
      code: 'COMMAND_MISSING',
      message: 'A command must be given after oomdrill image.',
      hint: 'Run `oomdrill image --help`.',
    },
  ],
  ['help nosuch', { code: 'COMMAND_UNKNOWN', message: 'Unknown command "nosuch".', hint: 'Run `oomdrill --help`.' }],
  [
    'help image nosuch',
    { code: 'COMMAND_UNKNOWN', message: 'Unknown command "nosuch".', hint: 'Run `oomdrill image --help`.' },
  ],
];

for (const [words, refusal] of REFUSED) {
  t.test(`oomdrill ${words}`, async (t) => {
    await t.rejects(runCommandLine(words.split(' ')), { kind: 'usage', ...refusal });
  });
}

t.test('a value that is none of the choices', async (t) => {
  const commanders =
    "error: command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are zsh, bash, fish.";
  t.match(usageErrorOf(commanders, 'commander.invalidArgument', 'oomdrill completion'), {
    code: 'ARGUMENT_INVALID',
    message: 'The argument "shell" must be zsh, bash or fish (got tcsh).',
    hint: 'Run `oomdrill completion --help`.',
  });
});

t.test('the help of a command, and of one below it', async (t) => {
  for (const words of ['run', 'image build']) {
    const kept = await withOutputKept(() => runHelp(words));
    t.match(kept.stdout, `Usage: oomdrill ${words} [options]`);
  }
});

/** commander ends by an error after it printed a help. */
const runHelp = (words: string) =>
  program('0')
    .parseAsync(['node', 'oomdrill', 'help', ...words.split(' ')])
    .catch(() => {});

t.test('install says which of its options are required', async (t) => {
  const kept = await withOutputKept(() => runHelp('install'));
  for (const option of ['--host <user@host>', '--key <file>'])
    t.match(kept.stdout, new RegExp(`${option} +required: `));
});
