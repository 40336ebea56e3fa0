import t from 'tap';
import { GIB } from '../core/bytes.js';
import { type Submission, slurmScripts } from './submit-slurm.js';

const cells = [
  { key: 'a on trixie', seconds: 100, shard: 1 },
  { key: 'b on trixie', seconds: 60, shard: 2 },
  { key: 'c on trixie', seconds: 60, shard: 2 },
];
const campaign = { version: '0.2.0', options: 'o', declarations: 'd' };
const submission: Submission = {
  command: 'run',
  words: [
    '--suite',
    'nightly',
    '--submit',
    'slurm',
    '--shard=1/2',
    '--junit',
    'night of all.xml',
    '--out',
    'reports',
    '--quiet',
  ],
  ofTheWhole: ['json', 'junit', 'markdown'],
  part: { index: 1, of: 2, campaign, cells, own: cells.map(({ key }) => key) },
  needs: { cpus: 2, memoryBytes: 3 * GIB, scale: 16 },
  outDir: '/share/reports',
  earlier: undefined,
};
const cli = ['/usr/bin/node', '/opt/oomdrill/cli.js'];
const render = (more: Partial<Submission> = {}, files: readonly string[] = []) =>
  slurmScripts({ ...submission, ...more }, '/share/reports/slurm-1', files, cli);

t.test('a task asks for what its cells need, and drills its shard', async (t) => {
  const { 'round-1-task': task = '' } = render();
  t.match(task, /^#!\/bin\/sh\n#SBATCH /);
  // 120 s of the longer shard by 3, and 20 minutes.
  for (const line of [
    '--cpus-per-task=2',
    '--mem=3072M',
    '--time=26',
    '--no-requeue',
    '--output=/share/reports/slurm-1/round-1-shard-%a.log',
  ])
    t.match(task, `#SBATCH ${line}\n`);
  t.match(
    task,
    'exec srun --ntasks=1 --cpus-per-task=2 /usr/bin/node /opt/oomdrill/cli.js run --suite nightly --quiet --scale 16 --out /share/reports --shard "$SLURM_ARRAY_TASK_ID/2" --json /share/reports/slurm-1/results/round-1-shard-"$SLURM_ARRAY_TASK_ID".json\n',
  );
});

t.test('what follows submits what is missing, with the same reports', async (t) => {
  const { collect = '' } = render();
  t.match(collect, '--only-missing /share/reports/slurm-1/results\n');
  t.match(collect, "--junit 'night of all.xml'");
  t.match(collect, '--submit slurm --shard 1/2');
  t.match(collect, '#SBATCH --cpus-per-task=1\n');
});

t.test(
  'the second array drills what the files of the first leave, whatever is written meanwhile, and the merge ends it',
  async (t) => {
    const earlier = '/share/reports/slurm-1/results';
    const own = ['b on trixie'];
    const {
      'round-2-task': task = '',
      merge = '',
      ...others
    } = render({ earlier, part: { ...submission.part, own } }, ['round-1-shard-1.json', 'round-1-shard-2.json']);
    t.same(others, {});
    t.match(
      task,
      `--only-missing ${earlier}/round-1-shard-1.json --only-missing ${earlier}/round-1-shard-2.json --shard`,
    );
    t.match(task, '#SBATCH --time=23\n');
    t.match(
      merge,
      `cli.js merge ${earlier} --out /share/reports --json /share/reports/slurm-1/merged.json --junit 'night of all.xml'\n`,
    );
    t.notMatch(merge, '--submit');
  },
);

t.test('a scale that was asked for stays where there is not one for all', async (t) => {
  const words = [...submission.words, '--scale', '8'];
  const { 'round-1-task': task = '' } = render({ words, needs: { ...submission.needs, scale: undefined } });
  t.match(task, ' --scale 8 ');
});

t.test('a campaign of another command is submitted, submitted again and merged as that', async (t) => {
  const words = ['./web', '--baseline', './old', '--submit', 'slurm', '--shard', '1/2', '--json', 'safe.json'];
  const other = { command: 'validate', words, ofTheWhole: ['json'] };
  const { 'round-1-task': task = '', collect = '' } = render(other);
  t.match(task, 'cli.js validate ./web --baseline ./old --scale 16 --out /share/reports --shard ');
  t.match(collect, 'cli.js validate ./web --baseline ./old --json safe.json --scale 16 ');
  const { merge = '' } = render({ ...other, earlier: '/share/reports/slurm-1/results' }, ['round-1-shard-1.json']);
  t.match(merge, 'cli.js merge /share/reports/slurm-1/results --out /share/reports --json safe.json\n');
});
