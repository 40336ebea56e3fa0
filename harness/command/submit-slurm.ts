import { appendFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import type { HostNeeds } from '../campaign/needs.js';
import { MIB } from '../core/bytes.js';
import { machineError, messageOf, usageError } from '../core/errors.js';
import { copyableWord } from '../core/shell.js';
import type { CampaignPart } from '../verdict/part.js';

/** Options that are set for each task, or that tasks do not get. */
const OF_A_TASK = ['submit', 'shard', 'only-missing', 'out', 'scale'] as const;

/** What is submitted. */
export interface Submission {
  /** The command whose campaign it is, such as `run`. */
  readonly command: string;
  /** The words of this command line after the command. */
  readonly words: readonly string[];
  /** Names of the options that say where results of the whole go: `merge` gets them, and no task does. */
  readonly ofTheWhole: readonly string[];
  readonly part: CampaignPart;
  readonly needs: HostNeeds;
  readonly outDir: string;
  /** The directory of the results of an earlier submission, to which these are added. */
  readonly earlier: string | undefined;
}

/** What was submitted: the jobs by their numbers, and where their logs and results are. */
export interface Submitted {
  readonly folder: string;
  /** Undefined where nothing was missing. */
  readonly array: string | undefined;
  readonly follows: string;
  readonly tasks: number;
}

/**
 * Submits a job array to Slurm, a task for each shard that has cells, and a job that follows whatever becomes of it. After the first array
 * that job submits what is missing as one more array; after that one it merges all results. With nothing missing it merges at once.
 *
 * @throws OomdrillError `SLURM_MISSING`, `SLURM_SUBMIT`: then no job of these is left in the queue
 */
export async function submitToSlurm(submission: Submission): Promise<Submitted> {
  const { part, outDir, earlier } = submission;
  const round = earlier === undefined ? 1 : 2;
  const stamp = new Date().toISOString().replaceAll(':', '').replace(/\..*/, '');
  const folder = earlier === undefined ? resolve(outDir, `slurm-${stamp}-${process.pid}`) : dirname(resolve(earlier));
  // Those that are there now: what another task of the new array writes must not change the cut of the others.
  const files = earlier === undefined ? [] : (await readdir(earlier)).filter((name) => name.endsWith('.json')).sort();
  const scripts = slurmScripts(submission, folder, files);
  await mkdir(join(folder, 'results'), { recursive: true });
  const shards = [...new Set(part.cells.filter(({ key }) => isLeft(part, key)).map(({ shard }) => shard))].sort(
    (a, b) => a - b,
  );
  for (const [name, text] of Object.entries(scripts)) await writeFile(join(folder, name), text, { mode: 0o755 });
  await appendFile(join(folder, 'cells.tsv'), renderCells(part, round));
  const [task, follow] = Object.keys(scripts).map((name) => join(folder, name));
  const array = shards.length === 0 ? undefined : await sbatch([`--array=${shards.join(',')}`, task ?? '']);
  try {
    const after = array === undefined ? [] : [`--dependency=afterany:${array}`];
    return { folder, array, follows: await sbatch([...after, follow ?? '']), tasks: shards.length };
  } catch (thrown) {
    if (array !== undefined) await execa('scancel', [array], { reject: false });
    throw thrown;
  }
}

/** Of a part that stands for all shards, `own` is all that is left. */
const isLeft = ({ own }: CampaignPart, key: string): boolean => own.includes(key);

/** Of what is left, which shard drills it, and where it tells of it. */
function renderCells(part: CampaignPart, round: number): string {
  const lines = part.cells
    .filter(({ key }) => isLeft(part, key))
    .map(({ key, shard }) => [
      key,
      nameOf(round, String(shard), 'log'),
      `results/${nameOf(round, String(shard), 'json')}`,
    ]);
  const head = round === 1 ? [['cell', 'log', 'results']] : [];
  return [...head, ...lines].map((line) => `${line.join('\t')}\n`).join('');
}

const nameOf = (round: number, shard: string, ending: string): string => `round-${round}-shard-${shard}.${ending}`;

/** A drill that the host spoiled is drilled again, and a node may be slower than it was said to be. Factor. */
const TIME_FACTOR = 3;

/** To build an image, and to wait for a quiet host, seconds. */
const TIME_AROUND_S = 1_200;

/**
 * Renders the scripts of a submission: the task's first, and the one that follows.
 *
 * @param files names of the results of the earlier submission
 *
 * Each has one step, whose processes get the SIGTERM of `scancel` and of a time limit: so the harness cleans up within KillWait (30 s,
 * slurm.conf(5)). A task that lost its node is not queued again by Slurm: what is missing is submitted once, and no more.
 */
export function slurmScripts(
  { command, words, ofTheWhole, part, needs, outDir, earlier }: Submission,
  folder: string,
  files: readonly string[],
  cli: readonly string[] = [process.execPath, process.argv[1] ?? 'oomdrill'],
): Readonly<Record<string, string>> {
  const round = earlier === undefined ? 1 : 2;
  const drill = dropOptions(words, [...OF_A_TASK, ...ofTheWhole]);
  const scale = needs.scale === undefined ? keepOptions(words, ['scale']) : ['--scale', String(needs.scale)];
  const results = join(folder, 'results');
  const run = [...cli, command, ...drill, ...scale, '--out', outDir];
  const merge = keepOptions(words, ofTheWhole);
  const json = words.some((word) => /^--json(?:=|$)/.test(word)) ? [] : ['--json', join(folder, 'merged.json')];
  const perShard = new Map<number, number>();
  for (const { key, seconds, shard } of part.cells)
    if (isLeft(part, key)) perShard.set(shard, (perShard.get(shard) ?? 0) + seconds);
  const minutes = Math.ceil((Math.max(0, ...perShard.values()) * TIME_FACTOR + TIME_AROUND_S) / 60);
  const missing = files.flatMap((name) => ['--only-missing', join(earlier ?? '', name)]);
  const shard = `"$SLURM_ARRAY_TASK_ID/${part.of}"`;
  const task = [
    ...header('drill', nameOf(round, '%a', 'log'), folder, {
      cpus: needs.cpus,
      memoryBytes: needs.memoryBytes,
      minutes,
    }),
    `exec srun --ntasks=1 --cpus-per-task=${needs.cpus} ${inShell([...run, ...missing])} --shard ${shard} --json ${inShell([results])}/${nameOf(round, '"$SLURM_ARRAY_TASK_ID"', 'json')}`,
  ];
  const joined = [...cli, 'merge', results, '--out', outDir, ...json, ...merge];
  const again = [...cli, command, ...dropOptions(words, OF_A_TASK)];
  const second = [
    ...again,
    ...scale,
    '--out',
    outDir,
    '--submit',
    'slurm',
    '--shard',
    `1/${part.of}`,
    '--only-missing',
    results,
  ];
  const name = round === 1 ? 'collect' : 'merge';
  const follow = [
    ...header(name, `${name}.log`, folder, { cpus: 1, memoryBytes: 1024 * MIB, minutes: 15 }),
    `exec ${inShell(round === 1 ? second : joined)}`,
  ];
  return { [`round-${round}-task`]: `${task.join('\n')}\n`, [name]: `${follow.join('\n')}\n` };
}

const inShell = (words: readonly string[]): string => words.map(copyableWord).join(' ');

function header(
  name: string,
  log: string,
  folder: string,
  { cpus, memoryBytes, minutes }: { cpus: number; memoryBytes: number; minutes: number },
): string[] {
  return [
    '#!/bin/sh',
    `#SBATCH --job-name=oomdrill-${name}`,
    `#SBATCH --output=${copyableWord(join(folder, log))}`,
    '#SBATCH --ntasks=1',
    `#SBATCH --cpus-per-task=${cpus}`,
    `#SBATCH --mem=${Math.ceil(memoryBytes / MIB)}M`,
    `#SBATCH --time=${minutes}`,
    '#SBATCH --no-requeue',
  ];
}

/** Whether a word is one of these options, or the value of one. */
function isOption(words: readonly string[], index: number, names: readonly string[]): boolean {
  const at = (word: string | undefined, pattern: (name: string) => string) =>
    names.some((name) => word === pattern(name));
  const word = words[index];
  if (at(word, (name) => `--${name}`) || names.some((name) => word?.startsWith(`--${name}=`) === true)) return true;
  return at(words[index - 1], (name) => `--${name}`);
}

const dropOptions = (words: readonly string[], names: readonly string[]) =>
  words.filter((_, index) => !isOption(words, index, names));

const keepOptions = (words: readonly string[], names: readonly string[]) =>
  words.filter((_, index) => isOption(words, index, names));

/** The number of the job. @throws OomdrillError `SLURM_MISSING`, `SLURM_SUBMIT` */
async function sbatch(words: readonly string[]): Promise<string> {
  // What a job knows of itself is not for the jobs that it submits.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^SLURM_/.test(name) || name === 'SLURM_CONF'),
  );
  try {
    const { stdout } = await execa('sbatch', ['--parsable', ...words], { env, extendEnv: false });
    return stdout.trim().replace(/;.*/, '');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw usageError('SLURM_MISSING', 'There is no sbatch in PATH.', 'Submit on a host of the cluster.', cause);
    const { stderr } = cause as { stderr?: string };
    const message = `Slurm did not take ${basename(words.at(-1) ?? '')}: ${(stderr || messageOf(cause)).trim().replace(/\.$/, '')}.`;
    throw machineError('SLURM_SUBMIT', message, '`sinfo` shows what nodes have.', cause);
  }
}
