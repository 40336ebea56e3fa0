import type { RunRecord } from '../record/reader.js';
import type { EntryOf } from '../record/schema.js';
import { type Availability, studyAvailability, studySidecars } from './availability.js';
import { type Brim, studyBrim } from './brim.js';
import { entriesOfType, watchedUntil } from './entries.js';
import { type HostHealth, studyHost } from './host.js';
import { type Memory, type Sampling, studyMemory, studySampling } from './memory.js';
import { type Parties, studyParties } from './parties.js';
import { type Phases, stressWindow, studyPhases } from './phases.js';
import { missingProbesPercent } from './probing.js';

/** All that is measured of a record; nothing of it is a judgement. */
export interface Study {
  readonly phases: Phases;
  readonly availability: Availability;
  readonly memory: Memory;
  readonly sampling: Sampling;
  /** Requests of the ordeal that must have ended and are not in the record, percent. */
  readonly missingProbesPercent: number | null;
  readonly parties: Parties;
  readonly host: HostHealth;
  readonly effect: EntryOf<'effect'> | null;
  /** The band below the limit that a creeping hog has shown; null where none creeps. */
  readonly brim: Brim | null;
  /** The longest gap between full answers of each unit beside the serving one, over the ordeal, milliseconds. */
  readonly sidecarGapsMs: Readonly<Record<string, number>>;
  /** Least memory available in the whole guest, bytes. */
  readonly leastAvailableBytes: number | null;
  /** Why the record is no whole one, when it is not. */
  readonly brokenOff: string | null;
}

export function study({ header, entries, truncated }: RunRecord): Study {
  const phases = studyPhases(entries);
  const span = stressWindow(phases);
  const end = entriesOfType(entries, 'end').at(-1);
  // The limits that are drilled are those of the place where the last hog is.
  const role = entriesOfType(entries, 'injection').at(-1)?.role ?? 'server';
  const available = entriesOfType(entries, 'sample').flatMap(({ memAvailableBytes }) => memAvailableBytes ?? []);
  return {
    phases,
    availability: studyAvailability(entries, phases),
    memory: studyMemory(entries, phases, role),
    sampling: studySampling(entries, span, header.sampleIntervalMs),
    missingProbesPercent: missingProbesPercent(entries, header, span, watchedUntil(entries)),
    parties: studyParties(entries, phases),
    host: studyHost(entries, span),
    effect: entriesOfType(entries, 'effect').find((effect) => (effect.role ?? 'server') === role) ?? null,
    brim: studyBrim(entries),
    sidecarGapsMs: studySidecars(entries, span),
    leastAvailableBytes: available.length === 0 ? null : Math.min(...available),
    brokenOff: end?.error?.message ?? (truncated ? 'the record ends in the middle of the drill' : null),
  };
}
