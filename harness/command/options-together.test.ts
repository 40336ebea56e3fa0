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
  ['run --submit slurm --shard 1/2 --store x --resume', '--submit cannot be used with --resume. [SUBMIT_FLAGS]'],
  [
    'run runaway-past-max --submit slurm --shard 1/2 --keep-machine',
    '--submit cannot be used with --keep-machine. [SUBMIT_FLAGS]',
  ],
  [
    'mutate devvm --submit slurm',
    '--submit must be used with --shard 1/n, for n tasks (got "no --shard"). [SUBMIT_SHARD]',
  ],
  ['map devvm --submit pbs --shard 1/2', '--submit must be slurm (got pbs). [SUBMIT_ENGINE]'],
  [
    'validate --memory-max 8G --submit slurm --shard 2/2',
    '--submit must be used with --shard 1/n, for n tasks (got 2/2). [SUBMIT_SHARD]',
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
