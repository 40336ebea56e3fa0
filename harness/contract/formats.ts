import { z } from 'zod';
import { manifestSchema } from '../bundle/manifest.js';
import { baselineSchema } from '../history/baseline.js';
import { historyEntrySchema } from '../history/schema.js';
import { lintReportSchema } from '../lint/finding.js';
import { entrySchema } from '../record/schema.js';
import { acceptSchema } from './accept.js';
import { bandMapSchema, sweepSchema } from './band-map.js';
import { captureSchema, captureScriptSchema } from './capture.js';
import { doctorSchema } from './doctor.js';
import { diagnosisSchema } from './explain.js';
import { failureSchema } from './failure.js';
import { trendSchema } from './history.js';
import { reportSchema } from './html-report.js';
import { boxSchema, imagesBuiltSchema, imagesRemovedSchema, imagesStoredSchema } from './image.js';
import { installSchema } from './install.js';
import { judgedSchema } from './judged.js';
import { mutantListSchema, mutationSchema } from './mutation.js';
import { reapSchema } from './reap.js';
import { scenarioListSchema } from './scenario-list.js';
import { validationSchema } from './validation.js';

/** A kind of file or document that programs read. Its name and version stand in the key `schema` of the documents themselves. */
export interface Format {
  readonly title: string;
  /** What one is, in sentences: what its figures count in, and what holds for all of it. */
  readonly description: string;
  /** Markdown. */
  readonly writtenBy: string;
  /** Programs of ours that read one, Markdown; absent where only the programs of users do. */
  readonly readBy?: string;
  /** Of one document; where `isLines`, of one line. */
  readonly schema: z.ZodType;
  /** JSON lines: a file holds one JSON value a line. */
  readonly isLines?: true;
}

/** What `judge` adds to a summary is absent in those of `run` and `merge`; what `accept` adds is absent in the file. */
const anySummarySchema = judgedSchema.partial({ unread: true });
const anyBaselineSchema = acceptSchema.partial({ baseline: true }).extend(baselineSchema.shape);

/** Every format that oomdrill writes or reads, those that are kept in files first. */
export const FORMATS: readonly Format[] = [
  {
    title: 'Containment bundle',
    description:
      'The file `bundle.json` of a bundle: what must be known of a host besides the files below `etc/`. Sizes are texts as systemd writes them (`24G`), at real scale.',
    writtenBy: 'people; `capture`, as `bundle.json`',
    readBy: 'every command that takes a bundle, `lint`',
    schema: manifestSchema,
  },
  {
    title: 'Run record',
    description:
      'What was seen in one drill: one entry a line, written as things are seen. `t` is milliseconds since the record was opened, on the monotonic clock of the host. Sizes are bytes of the guest, that is, after scaling. A record whose end is missing was broken off. Later versions may have more types of entries: pass over those that you do not know.',
    writtenBy: 'each drill of `run`, `validate`, `map` and `mutate`, as `record.jsonl`',
    readBy: '`judge`, `report`',
    schema: entrySchema,
    isLines: true,
  },
  {
    title: 'Summary of drills',
    description:
      'What came of the drills of one run: the outcome and the verdict of each, and the figures that they rest on. Keys that end in `Ms` are milliseconds, in `Bytes` bytes of the guest, in `Percent` percent.',
    writtenBy: '`run`, `judge`, `merge`',
    readBy: '`merge`',
    schema: anySummarySchema,
  },
  {
    title: 'Lint report',
    description: 'What is wrong with limits as they are written.',
    writtenBy: '`lint`',
    schema: lintReportSchema,
  },
  {
    title: 'Map of a band',
    description:
      'Where below its limit a hog that has settled harms the server without being killed. Sizes are bytes of the guest, that is, after scaling.',
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
    description: 'Whether a set of limits is safe, and the drills that the answer rests on.',
    writtenBy: '`validate`',
    schema: validationSchema,
  },
  {
    title: 'Mutation run',
    description: 'What came of breaking a bundle in one place at a time; with `--list`, what there is to break.',
    writtenBy: '`mutate`, `mutate --list`',
    schema: z.union([mutationSchema, mutantListSchema]),
  },
  {
    title: 'History',
    description: 'What earlier runs came to: one entry a line, each added by a single write at the end.',
    writtenBy: '`run`, `merge`, `map`, as `history.jsonl`',
    readBy: '`history`, `accept`, `run`, `merge`, `map`',
    schema: historyEntrySchema,
    isLines: true,
  },
  {
    title: 'Accepted state',
    description: 'What each series of drills looked like when it was accepted as it should be.',
    writtenBy: '`accept`, as `baseline.json`; with `--json` also the path of that file',
    readBy: '`history`, `accept`, `run`, `merge`, `map`',
    schema: anyBaselineSchema,
  },
  {
    title: 'Error',
    description: 'Why a command failed: what it writes in the place of its result.',
    writtenBy: 'every command',
    readBy: '`merge`',
    schema: failureSchema,
  },
  {
    title: 'Trend',
    description: 'How each series of drills came out, night by night.',
    writtenBy: '`history`',
    schema: trendSchema,
  },
  { title: 'HTML report', description: 'Where a report was written.', writtenBy: '`report`', schema: reportSchema },
  {
    title: 'Diagnosis',
    description: 'What the numbers show that were saved on the night of an incident.',
    writtenBy: '`explain`',
    schema: diagnosisSchema,
  },
  {
    title: 'Capture',
    description: 'The bundle that was made of a live host.',
    writtenBy: '`capture`',
    schema: captureSchema,
  },
  {
    title: 'Capture script',
    description: 'The script that captures a host which cannot be reached from here.',
    writtenBy: '`capture --script`',
    schema: captureScriptSchema,
  },
  {
    title: 'Installed bundle',
    description: 'The limits of a bundle that was installed in a guest, as they are in effect there.',
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
    title: 'Built images',
    description: 'The guest images that were built or found built.',
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
    description: 'What was removed of runs that were interrupted.',
    writtenBy: '`reap`',
    schema: reapSchema,
  },
];
