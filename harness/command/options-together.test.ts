import t from 'tap';
import { runCommandLine } from '../testing/command-line.js';

/** Command lines whose options do not go together, or whose value is out of bounds; and what is said of each. */
const REFUSED: readonly (readonly [string, string])[] = [
  ['lint x --format sarif --json -', '--format sarif cannot be used with --json -. [LINT_FORMAT]'],
  ['lint x --format github --json -', '--format github cannot be used with --json -. [LINT_FORMAT]'],
  ['capture --script --from x', '--script cannot be used with --from or --host. [CAPTURE_FLAGS]'],
  ['capture --script --host root@h', '--script cannot be used with --from or --host. [CAPTURE_FLAGS]'],
  [
    'validate --memory-max \t',
    '--memory-max must be a size above 0 such as 16G, a percentage up to 100%, or infinity (got "\\t"). [VALUE_INVALID]',
  ],
  [
    'install x --host root@h --key k --scale 65',
    '--scale must be a whole number from 1 to 64, such as 8 or 1/8 (got 65). [SCALE_INVALID]',
  ],
];

for (const [words, message] of REFUSED) {
  t.test(`oomdrill ${words}`, async (t) => {
    const { stderr, exitCode } = await runCommandLine(words.split(' '));
    t.match(stderr, message);
    t.equal(exitCode, 64);
  });
}
