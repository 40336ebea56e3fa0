import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { assets } from '../../harness/core/assets.js';
import { sleep } from '../../harness/core/deadline.js';
import { summarySchema } from '../../harness/verdict/summary.js';
import { listProcesses } from '../processes.js';

// Arrays on a real Slurm of two nodes on this host, of which a task or a node is lost in the middle.

t.setTimeout(1_800_000);

const cluster = join(assets.root, 'deploy', 'slurm', 'test-cluster');
const missing = await Promise.all(
  ['slurmctld', 'slurmd', 'munged'].map(async (name) =>
    (await execa('which', [name], { reject: false })).failed ? [name] : [],
  ),
);

/** How long an array and what follows it may take, milliseconds. */
const ARRAY_MS = 1_200_000;

async function waitFor(reason: string, isSo: () => Promise<boolean>, ms = ARRAY_MS): Promise<void> {
  for (const end = Date.now() + ms; !(await isSo()); await sleep(1_000))
    if (Date.now() > end) throw new Error(`timed out: ${reason}`);
}

if (missing.flat().length > 0 || process.getuid?.() !== 0) {
  t.pass('skipped: Slurm is not installed, or this is not root', { skip: 'apt-get install slurm-wlm munge' });
} else {
  const scenario = (more = '') => `import { beyondMax, hog } from 'oomdrill';
${more}
export default { hypothesis: 'It waits.', control: true, bundle: 'devvm', injections: [hog({ target: beyondMax })], expect: { outcomes: ['contained'] } };
`;
  const wait = `import { writeFileSync } from 'node:fs';
const { SLURM_ARRAY_JOB_ID: job, SLURM_ARRAY_TASK_ID: task, WAITING } = process.env;
if (task) {
  writeFileSync(WAITING + '-' + job + '-' + task, '');
  await new Promise((done) => setTimeout(done, 15_000));
}`;
  const scenarios = { 'one.mjs': scenario(wait), 'two.mjs': scenario(), 'three.mjs': scenario() };
  const dir = t.testdir({ slurm: {}, state: {}, scenarios });
  const slurm = join(dir, 'slurm');
  const env = {
    SLURM_CONF: join(slurm, 'slurm.conf'),
    OOMDRILL_STATE: join(dir, 'state'),
    NO_COLOR: '1',
    WAITING: join(dir, 'waiting'),
  };
  const inCluster = async (command: string, ...words: readonly string[]) =>
    (await execa(command, words, { env, reject: false })).stdout;

  t.before(async () => {
    await execa(cluster, ['start', slurm], { stdio: 'ignore' });
  });
  t.teardown(async () => {
    await execa(cluster, ['stop', slurm], { reject: false });
  });

  /** Submits a run as three tasks. */
  const submit = async (out: string, words: readonly string[], more: Readonly<Record<string, string>> = {}) => {
    const cluster = ['--submit', 'slurm', '--shard', '1/3', '--out', out];
    const { stdout } = await execa(process.execPath, [assets.cli, 'run', ...words, ...cluster], {
      env: { ...env, ...more },
    });
    const folder = /^logs and results: (.*)$/m.exec(stdout)?.[1] ?? '';
    const array = /^job (\d+): 3 tasks for 3 cells$/m.exec(stdout)?.[1] ?? '';
    return { folder, array };
  };
  const nodeOf = (task: string) =>
    inCluster('squeue', '--noheader', '--array', `--job=${task}`, '--states=RUNNING', '--format=%N');
  /** Whether the log of a task says that it drills. */
  const isDrilling = async (folder: string, task: number) =>
    /drill .* on /.test(await readFile(join(folder, `round-1-shard-${task}.log`), 'utf8').catch(() => ''));
  const isWaiting = async (task: string) => existsSync(join(dir, `waiting-${task}`));
  const isQueueEmpty = async () => (await inCluster('squeue', '--noheader')).trim() === '';
  const readMerged = async (folder: string) => {
    const summary = summarySchema.parse(JSON.parse(await readFile(join(folder, 'merged.json'), 'utf8')));
    return summary.runs.map(({ scenario, verdict, error }) => ({ scenario, verdict, code: error?.code }));
  };
  const leftovers = () => listProcesses(({ words }) => words.includes(dir) && !/slurmctld|slurmd\b|munged/.test(words));

  const readCells = (folder: string) => readFile(join(folder, 'cells.tsv'), 'utf8');
  const checkWhole = async (t: Pick<Test, 'equal' | 'same' | 'match'>, folder: string) => {
    const runs = await readMerged(folder);
    t.equal(runs.length, 3);
    const lost = runs.filter(({ code }) => code === 'SHARD_MISSING' || code === 'DRILL_MISSING');
    t.same(lost, [], 'no cell is missing');
    t.match(await readCells(folder), /\tround-2-shard-\d\.log\t/, 'and the log of the second drill can be found');
    t.same(await leftovers(), []);
  };

  // Three controls, which do not apply to a bundle of one's own: each task is there for a while, and needs no VM.
  const waiting = ['one', 'two', 'three', '--scenarios', join(dir, 'scenarios'), '--bundle', 'devvm'];

  t.test('a task that is cancelled is repeated by the second array', async (t) => {
    const { folder, array } = await submit(join(dir, 'cancelled'), waiting);
    await waitFor('the first task', () => isWaiting(`${array}-1`));
    await inCluster('scancel', `${array}_1`);
    await waitFor('the end of all jobs', isQueueEmpty);
    await checkWhole(t, folder);
  });

  t.test('a drill is cancelled in the middle, and its VM is gone', async (t) => {
    // One drill at a time: two VMs at once on a host of two CPUs spoil each other's drills.
    const words = ['--suite', 'core', '--wait-for-quiet', '0'];
    const { folder, array } = await submit(join(dir, 'drilled'), words, { SBATCH_PARTITION: 'alone' });
    await waitFor('the drill of a task', () => isDrilling(folder, 1));
    await inCluster('scancel', `${array}_1`);
    await waitFor('the end of all jobs', isQueueEmpty);
    await checkWhole(t, folder);
  });

  t.test('a task whose node is lost is repeated on the other one', async (t) => {
    const { folder, array } = await submit(join(dir, 'lost'), waiting);
    await waitFor('the last task', () => isWaiting(`${array}-3`));
    await execa(cluster, ['lose', slurm, (await nodeOf(`${array}_3`)).trim()]);
    await waitFor('the end of all jobs', isQueueEmpty);
    await checkWhole(t, folder);
  });
}
