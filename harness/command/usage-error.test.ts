import t from 'tap';
import { runCommandLine } from '../testing/command-line.js';

/** Command lines that commander refuses, and what each is refused with. */
const REFUSED: readonly (readonly [string, { code: string; message: string; hint: string }])[] = [
  ['judge --jason x', { code: 'OPTION_UNKNOWN', message: 'Unknown option "--jason".', hint: 'Did you mean --json?' }],
  [
    'run --nonsense',
    { code: 'OPTION_UNKNOWN', message: 'Unknown option "--nonsense".', hint: 'Run `oomdrill run --help`.' },
  ],
  ['dance', { code: 'COMMAND_UNKNOWN', message: 'Unknown command "dance".', hint: 'Run `oomdrill --help`.' }],
  [
    'judge',
    { code: 'ARGUMENT_MISSING', message: 'Missing required argument "record".', hint: 'Run `oomdrill judge --help`.' },
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
      message: 'Option "--suite <name>" argument missing.',
      hint: 'Run `oomdrill list --help`.',
    },
  ],
  [
    'install x --host root@h',
    {
      code: 'OPTION_MISSING',
      message: 'Required option "--key <file>" not specified.',
      hint: 'Run `oomdrill install --help`.',
    },
  ],
];

for (const [words, refusal] of REFUSED) {
  t.test(`oomdrill ${words}`, async (t) => {
    await t.rejects(runCommandLine(words.split(' ')), { kind: 'usage', ...refusal });
  });
}
