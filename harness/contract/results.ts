import { z } from 'zod';
import { outcomeSchema } from '../record/schema.js';
import { runSummarySchema, verdictSchema } from '../verdict/summary.js';

export const RESULTS_SCHEMA = 'oomdrill.results/1';

const text = z.string().nullable();
const figure = z.number().nullable();

/** One drill, as the store has it. What is not known is null. */
const rowSchema = z.object({
  id: z.string().describe('The `id` of the record, or a hash of all that is known of the drill.'),
  at: z.string().describe('When its run ended, ISO 8601 in UTC.'),
  cell: text.describe('The key of its cell.'),
  scenario: text.describe('Name of the scenario; null for a mapped band.'),
  place: text.describe(
    'What was asked, where that is not all of the scenario: `300M`, `past-max`, the name of a mutant.',
  ),
  bundle: text.describe("The bundle that was drilled, where it is not the scenario's own."),
  guest: text.describe(runSummarySchema.shape.guest.description ?? ''),
  kernel: text.describe("Release of the guest's kernel."),
  systemd: text.describe("Version of the guest's systemd."),
  machine: text.describe('Kind of the machine.'),
  accelerator: text.describe('What ran the guest.'),
  scale: figure.describe('Every byte quantity of the bundle was divided by this.'),
  options: text.describe('A hash of the options that change what a drill shows.'),
  declarations: text.describe('A hash of the scenarios and bundles that were drilled.'),
  version: text.describe('The version of oomdrill.'),
  control: z
    .union([z.literal(0), z.literal(1)])
    .nullable()
    .describe('Whether it is a negative control.'),
  verdict: verdictSchema.nullable(),
  outcome: outcomeSchema.nullable(),
  longestGapMs: figure.describe('Milliseconds.'),
  fullStallPercent: figure.describe('Percent of the hold.'),
  brimBytes: figure.describe('Bytes of the guest.'),
  oomKills: figure.describe('Kills by the OOM killer of the kernel.'),
  durationMs: figure.describe('Wall-clock time of the whole drill, milliseconds.'),
  record: text.describe('Path of the record, as its machine has it.'),
  recordHash: text.describe('SHA-256 of the record, hexadecimal.'),
});

/** The output of `results --json`. */
export const resultsSchema = z.object({
  schema: z.literal(RESULTS_SCHEMA),
  store: z.string().describe('Path of the store.'),
  added: z.number().int().nonnegative().describe('How many drills were new to the store.'),
  matching: z.number().int().nonnegative().describe('How many drills of the store are asked for.'),
  by: z.array(z.string()).optional().describe('The columns that they are grouped by; absent where they are listed.'),
  groups: z
    .array(
      z.object({
        values: z.array(z.union([z.string(), z.number()]).nullable()).describe('Of the columns in `by`.'),
        drills: z.number().int().describe('How many there are.'),
        passed: z.number().int().describe('How many passed.'),
        failed: z.number().int().describe('How many failed.'),
        worstGapMs: figure.describe('The longest gap of them all, milliseconds.'),
      }),
    )
    .optional(),
  offset: z.number().int().nonnegative().optional().describe('How many newer drills come before the first one here.'),
  drills: z.array(rowSchema).optional().describe('The newest first.'),
});
