import { type ContextChoices, createContext, type DrillContext } from '../campaign/context.js';
import type { HostNeeds } from '../campaign/needs.js';
import { choosePart, type ExpectedCell, type PartChoice } from '../campaign/shard.js';
import { SUBMITTED_SCHEMA, submittedSchema } from '../contract/submitted.js';
import { mustError } from '../core/must.js';
import { textOf } from '../core/printable-text.js';
import type { Campaign } from '../verdict/part.js';
import { type Conclusion, documentOf } from './conclude.js';
import { progressOnStderr } from './progress.js';
import { submitToSlurm } from './submit-slurm.js';

/** A campaign that is handed to a cluster. */
interface Handed {
  /** The command whose campaign it is, such as `run`. */
  readonly command: string;
  /** Names of its options that say where results of the whole go. */
  readonly ofTheWhole: readonly string[];
  readonly flags: { readonly shard?: string | undefined; readonly onlyMissing?: readonly string[] | undefined };
  readonly settings: Omit<ContextChoices, 'progress' | 'signal'> & Pick<DrillContext, 'outDir'>;
  readonly cells: readonly ExpectedCell[];
  readonly campaign: Campaign;
  readonly choice: PartChoice;
  /** Finds what a node must have for any of its drills. */
  readonly findNeeds: (context: DrillContext) => Promise<HostNeeds>;
}

/** Hands the cells of a campaign to a cluster. @throws OomdrillError `SUBMIT_ENGINE`, `SUBMIT_SHARD`, and those of `submitToSlurm` */
export async function submit(engine: string, handed: Handed): Promise<Conclusion> {
  const { command, ofTheWhole, flags, settings, cells, campaign, choice } = handed;
  if (engine !== 'slurm') throw mustError('SUBMIT_ENGINE', '--submit', 'be slurm', engine);
  if (choice.shard?.index !== 1)
    throw mustError('SUBMIT_SHARD', '--submit', 'be used with --shard 1/n, for n tasks', flags.shard ?? 'no --shard');
  const { signal } = new AbortController();
  const needs = await handed.findNeeds(await createContext({ ...settings, progress: progressOnStderr(), signal }));
  const part = choosePart(cells, campaign, choice);
  const done = choice.findDone?.(campaign, part.cells);
  const left = part.cells.filter(({ key }) => !done?.has(key)).map(({ key }) => key);
  const submitted = await submitToSlurm({
    command,
    words: process.argv.slice(process.argv.indexOf(command) + 1),
    ofTheWhole,
    part: { ...part, own: left },
    needs,
    outDir: settings.outDir,
    earlier: flags.onlyMissing?.[0],
  });
  const { array, follows, folder, tasks } = submitted;
  const lines = [
    array === undefined ? 'no cell is missing' : `job ${array}: ${tasks} tasks for ${left.length} cells`,
    array === undefined ? `job ${follows} merges the results` : `job ${follows} follows`,
    `logs and results: ${folder}`,
  ];
  const document = documentOf(submittedSchema, { schema: SUBMITTED_SCHEMA, ...submitted, array: array ?? null });
  return { document, text: textOf(lines), exitCode: 0 };
}
