import { z } from 'zod';
import { manifestFileSchema } from '../bundle/manifest.js';
import { baselineSchema } from '../history/baseline.js';
import { historyEntrySchema } from '../history/schema.js';
import { lintReportSchema } from '../lint/finding.js';
import { entrySchema } from '../record/schema.js';
import { acceptSchema } from './accept.js';
import { bandMapSchema, sweepSchema } from './band-map.js';
import { captureSchema, captureScriptSchema } from './capture.js';
import { configSchema } from './config.js';
import { doctorSchema } from './doctor.js';
import { diagnosisSchema } from './explain.js';
import { failureSchema } from './failure.js';
import { trendSchema } from './history.js';
import { reportSchema } from './html-report.js';
import { boxSchema, imagesBuiltSchema, imagesRemovedSchema, imagesStoredSchema } from './image.js';
import { initSchema } from './init.js';
import { installSchema } from './install.js';
import { judgedSchema } from './judged.js';
import { mutantListSchema, mutationSchema } from './mutation.js';
import { reapSchema } from './reap.js';
import { resultsSchema } from './results.js';
import { scenarioListSchema } from './scenario-list.js';
import { setupSchema } from './setup.js';
import { submittedSchema } from './submitted.js';
import { validationSchema } from './validation.js';

/** A kind of file or document that programs read. The key `schema` of the documents has its name and version. */
export interface Format {
  readonly title: string;
  /** In sentences: its contents, its units, and what holds for the whole document. */
  readonly description: string;
  /** Commands that write it, Markdown. */
  readonly writtenBy: string;
  /** Commands that read it, Markdown; absent if only the users' own programs do. */
  readonly readBy?: string;
  /** Schema of one document; of one line if `isLines`. */
  readonly schema: z.ZodType;
  /** JSON lines: a file holds one JSON value per line. */
  readonly isLines?: true;
}

/** `unread` is only in the output of `judge`; `baseline` is only in the output of `accept`, not in the file. */
const anySummarySchema = judgedSchema.partial({ unread: true });
const anyBaselineSchema = acceptSchema.partial({ baseline: true }).extend(baselineSchema.shape);

/** Every format that oomdrill writes or reads, those that are kept in files first. */
export const FORMATS: readonly Format[] = [
  {
    title: 'Containment bundle',
    description:
      'The file `bundle.json` of a bundle: facts about a host that are not in the files below `etc/`. Sizes are texts in the notation of systemd (`24G`), at real scale.',
    writtenBy: 'people; `capture`, as `bundle.json`',
    readBy: 'every command that takes a bundle, `lint`',
    schema: manifestFileSchema,
  },
  {
    title: 'Run record',
    description:
      'The observations of one drill: one entry per line, written at once. `t` is milliseconds since the record was opened, on the monotonic clock of the host. Sizes are bytes of the guest, that is, after scaling. If the entry `end` is missing, the drill was interrupted. Later versions may have more types of entries: ignore those that you do not know.',
    writtenBy: 'each drill of `run`, `validate`, `map` and `mutate`, as `record.jsonl`',
    readBy: '`judge`, `report`',
    schema: entrySchema,
    isLines: true,
  },
  {
    title: 'Summary of drills',
    description:
      'The results of the drills of one run: the outcome and the verdict of each, and the figures behind them. Keys that end in `Ms` are milliseconds, in `Bytes` bytes of the guest, in `Percent` percent.',
    writtenBy: '`run`, `judge`, `merge`',
    readBy: '`merge`',
    schema: anySummarySchema,
  },
  {
    title: 'Lint report',
    description: 'The faults that were found in written limits.',
    writtenBy: '`lint`',
    schema: lintReportSchema,
  },
  {
    title: 'Map of a band',
    description:
      'The sizes below its limit at which a steady hog harms the server without being killed. Sizes are bytes of the guest, that is, after scaling.',
    writtenBy: '`map`',
    readBy: '`report --map`',
    schema: bandMapSchema,
  },
  {
    title: 'Sweep of maps',
    description: 'A map of the band for each of several values of one setting.',
    writtenBy: '`map --sweep`',
    readBy: '`report --map`',
    schema: sweepSchema,
  },
  {
    title: 'Validation of limits',
    description: 'Whether a set of limits is safe, and the drills that decided it.',
    writtenBy: '`validate`',
    schema: validationSchema,
  },
  {
    title: 'Mutation run',
    description:
      'The results of breaking a bundle in one place at a time; with `--list`, the places that can be broken.',
    writtenBy: '`mutate`, `mutate --list`',
    schema: z.union([mutationSchema, mutantListSchema]),
  },
  {
    title: 'History',
    description: 'The results of earlier runs: one entry per line, each appended by a single write.',
    writtenBy: '`run`, `merge`, `map`, as `history.jsonl`',
    readBy: '`history`, `accept`, `run`, `merge`, `map`',
    schema: historyEntrySchema,
    isLines: true,
  },
  {
    title: 'Accepted state',
    description: 'The state of each series of drills that a user accepted as correct.',
    writtenBy: '`accept`, as `baseline.json`; with `--json` also the path of that file',
    readBy: '`history`, `accept`, `run`, `merge`, `map`',
    schema: anyBaselineSchema,
  },
  {
    title: 'Error',
    description: 'Why a command failed. It is written in place of the result.',
    writtenBy: 'every command',
    readBy: '`merge`',
    schema: failureSchema,
  },
  {
    title: 'Trend',
    description: 'The results of each series of drills, night by night.',
    writtenBy: '`history`',
    schema: trendSchema,
  },
  {
    title: 'Results of a store',
    description: 'What was asked of a store of results: drills, or how many of each group ended how.',
    writtenBy: '`results`',
    schema: resultsSchema,
  },
  {
    title: 'Submitted jobs',
    description: 'The jobs of a cluster that drill.',
    writtenBy: '`run --submit`',
    schema: submittedSchema,
  },
  { title: 'HTML report', description: 'The paths of a written report.', writtenBy: '`report`', schema: reportSchema },
  {
    title: 'Diagnosis',
    description: 'What the saved numbers of an incident show.',
    writtenBy: '`explain`',
    schema: diagnosisSchema,
  },
  {
    title: 'Capture',
    description: 'The bundle that was captured from a live host.',
    writtenBy: '`capture`',
    schema: captureSchema,
  },
  {
    title: 'Capture script',
    description: 'A script that captures a host without a connection to it.',
    writtenBy: '`capture --script`',
    schema: captureScriptSchema,
  },
  {
    title: 'New folder',
    description: 'The files of a folder that drills, and what it still needs.',
    writtenBy: '`init`',
    schema: initSchema,
  },
  {
    title: 'Installed bundle',
    description: 'The limits in effect after a bundle was installed in a guest.',
    writtenBy: '`install`',
    schema: installSchema,
  },
  {
    title: 'List of scenarios',
    description: 'The scenarios that can be drilled.',
    writtenBy: '`list`',
    schema: scenarioListSchema,
  },
  {
    title: 'Examination of this host',
    description: 'Whether drills can run on this host, and what is missing.',
    writtenBy: '`doctor`',
    readBy: 'the Vagrantfile',
    schema: doctorSchema,
  },
  {
    title: 'Set-up of this host',
    description: 'What drills need and this host lacked, and how it was installed.',
    writtenBy: '`setup`',
    schema: setupSchema,
  },
  {
    title: 'Settings in force',
    description: 'The value of every option where the command line does not say otherwise, and where it is set.',
    writtenBy: '`config`',
    schema: configSchema,
  },
  {
    title: 'Built images',
    description: 'The guest images that were built, or were in the cache already.',
    writtenBy: '`image build`',
    schema: imagesBuiltSchema,
  },
  {
    title: 'Stored images',
    description: 'The images and snapshots in the cache.',
    writtenBy: '`image list`',
    schema: imagesStoredSchema,
  },
  {
    title: 'Removed images',
    description: 'The images and snapshots that were removed from the cache.',
    writtenBy: '`image rm`',
    schema: imagesRemovedSchema,
  },
  {
    title: 'Vagrant box',
    description: 'The image that was registered as a box of Vagrant.',
    writtenBy: '`image box`',
    schema: boxSchema,
  },
  {
    title: 'Reaped leftovers',
    description: 'The leftovers of interrupted runs that were removed.',
    writtenBy: '`reap`',
    schema: reapSchema,
  },
];
