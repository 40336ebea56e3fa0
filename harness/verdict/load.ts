import { z } from 'zod';
import type { LoadOfPhase, LoadStudy } from '../study/load.js';

const milliseconds = z.number().nullable();
const percent = z.number().nullable();

const loadOfPhaseSchema = z
  .object({
    askedPerSecond: z.number().describe('Requests a second that were asked for, on average.'),
    sentPerSecond: z.number().describe('Requests a second that were sent, on average.'),
    answeredPercent: percent.describe(
      'Share that had a full answer, of the requests that ended in the phase or could not be sent, percent.',
    ),
    p50Ms: milliseconds.describe('The median of the medians of each second, milliseconds.'),
    p99Ms: milliseconds.describe('The largest 99th percentile of any second, milliseconds.'),
    generatorCpuPercent: percent.describe('CPU time of the generator, percent of one CPU of the host.'),
    serverCpuPercent: percent.describe(
      "CPU time of the server's cgroup, with all that asks it and with hogs in it, percent of one CPU of the guest.",
    ),
    stallMs: milliseconds.describe('The longest stall of the generator itself, milliseconds.'),
    behind: z.boolean().describe('Whether fewer requests were sent than asked for, by more than a tenth.'),
  })
  .nullable()
  .describe('Null where the drill did not come so far.');

/** `evidence.load` of a result. */
export const loadEvidenceSchema = z
  .object({
    from: z.number().describe('Requests a second that were asked for until the injection began.'),
    to: z.number().describe('The same at the end; the same number unless the rate rises.'),
    rampMs: z
      .number()
      .describe('How long it rises from the start of the injection on, milliseconds; 0 if it does not.'),
    baseline: loadOfPhaseSchema,
    hold: loadOfPhaseSchema,
  })
  .nullable()
  .optional()
  .describe(
    'The honest requests in addition to those of the prober, and what they cost. Null where none were asked for; absent in results of earlier versions. Figures that the record does not show are null.',
  );

export type LoadEvidence = z.infer<typeof loadEvidenceSchema>;

/** What became of a load, as evidence. */
export function collectLoadEvidence(found: LoadStudy | null): LoadEvidence {
  if (!found) return null;
  const { load, baseline, hold } = found;
  return { ...load, baseline: baseline && evidenceOf(baseline), hold: hold && evidenceOf(hold) };
}

const evidenceOf = ({ generatorPercent, serverPercent, isBehind, ...same }: LoadOfPhase) => ({
  ...same,
  generatorCpuPercent: generatorPercent,
  serverCpuPercent: serverPercent,
  behind: isBehind,
});
