import type { RunRecord } from '../record/reader.js';
import type { EntryOf } from '../record/schema.js';
import { type Attribution, studyAttribution } from './attribution/attribution.js';
import { type Availability, studyAvailability, studySidecars } from './availability.js';
import { type Brim, studyBrim } from './brim.js';
import { entriesOfType, smallest, watchedUntil } from './entries.js';
import { boundGap, type GapBounds } from './gap-bounds.js';
import { type HostHealth, studyHost } from './host.js';
import { type Latencies, studyLatencies } from './latency.js';
import { type LoadStudy, studyLoad } from './load.js';
import { type Memory, studyMemory } from './memory.js';
import { type ObserversCost, studyObservers } from './observers.js';
import { type Parties, studyParties } from './parties.js';
import { type Phases, stressWindow, studyPhases } from './phases.js';
import { computeMissingProbesPercent } from './probing.js';
import { type Sampling, studySampling } from './sampling.js';
import { studyWayIn, type WayIn } from './way-in.js';

/** Everything that is measured from a record, without any judgement. */
export interface Study {
  readonly phases: Phases;
  readonly availability: Availability;
  /** The silences of server and sidecars, and what was seen in each. */
  readonly attribution: Attribution;
  /** How long the server itself was silent in the longest gap; null where that is not known. */
  readonly gapBounds: GapBounds | null;
  readonly latencies: Latencies;
  readonly memory: Memory;
  readonly sampling: Sampling;
  readonly observers: ObserversCost;
  /** What became of the load; null where none was asked for. */
  readonly load: LoadStudy | null;
  /** Requests of the stress window that must have ended and are not in the record, percent. */
  readonly missingProbesPercent: number | null;
  readonly parties: Parties;
  readonly host: HostHealth;
  /** The limits that are drilled, and the proof that they were in effect; null where the record has none. */
  readonly effect: EntryOf<'effect'> | null;
  /** The band below the limit that a creeping hog showed; null where none creeps. */
  readonly brim: Brim | null;
  /** The longest gap between full answers of each sidecar in the stress window, milliseconds. */
  readonly sidecarGapsMs: Readonly<Record<string, number>>;
  /** Logins through the guest's own sshd; null where none was tried. */
  readonly wayIn: WayIn | null;
  /** The least memory that was available in the whole guest, bytes. */
  readonly minAvailableBytes: number | null;
  /** Why the record is not complete; null if it is. */
  readonly incompleteReason: string | null;
}

/** Measures everything that a judgement needs. */
export function study({ header, entries, truncated }: RunRecord): Study {
  const phases = studyPhases(entries);
  const span = stressWindow(phases);
  const latencies = studyLatencies(entries, phases, header);
  const end = entriesOfType(entries, 'end').at(-1);
  // The limits that are drilled are those of the cgroup that the last injection is in.
  const role = entriesOfType(entries, 'injection').at(-1)?.role ?? 'server';
  const available = entriesOfType(entries, 'sample').flatMap(({ memAvailableBytes }) => memAvailableBytes ?? []);
  const availability = studyAvailability(entries, phases, latencies);
  return {
    phases,
    availability,
    gapBounds: boundGap(entriesOfType(entries, 'probe'), availability, header.probe),
    latencies,
    attribution: studyAttribution(entries, phases, header),
    memory: studyMemory(entries, phases, role),
    sampling: studySampling(entries, span, header.sampleIntervalMs),
    observers: studyObservers(entries),
    load: studyLoad(entries, phases, header),
    missingProbesPercent: computeMissingProbesPercent(entries, header, span, watchedUntil(entries)),
    parties: studyParties(entries, phases),
    host: studyHost(entries, span),
    effect: entriesOfType(entries, 'effect').find((effect) => (effect.role ?? 'server') === role) ?? null,
    brim: studyBrim(entries),
    sidecarGapsMs: studySidecars(entries, span),
    wayIn: studyWayIn(entries, span),
    minAvailableBytes: smallest(available),
    incompleteReason: end?.error?.message ?? (truncated ? 'the record ends in the middle of the drill' : null),
  };
}
