import type { PhaseName } from '../../record/schema.js';
import type { Column } from './column.js';

/**
 * The data for the charts of one drill: it is collected from a record, compressed into the page, and read there by the
 * page's own script. Times are milliseconds of the record; bytes are those of the guest.
 */
export interface DrillData {
  readonly name: string;
  /** The time of the last entry. */
  readonly endT: number;
  /** Whether the record was cut off there. */
  readonly cut: boolean;
  /** How long clients wait before they give up. */
  readonly windowMs: number;
  readonly phases: readonly { readonly name: PhaseName; readonly from: number; readonly to: number }[];
  readonly sampleT: Column;
  /** Times in which samples are missing. */
  readonly gaps: readonly Stretch[];
  /** First the one whose limits are drilled. */
  readonly cgroups: readonly CgroupData[];
  /** The progress of each injection that does not count in bytes: memory is in `cgroups` already. */
  readonly progress: readonly ProgressData[];
  /** Connections that wait to be accepted; null while nothing listens. */
  readonly listenQueue: Column;
  /** The serving unit, then each sidecar that is probed. */
  readonly answers: readonly AnswerData[];
  /** The control group; null in a record of before there was one. */
  readonly canary: AnswerData | null;
  readonly kills: readonly Mark[];
  /** Events of the client's session. */
  readonly session: readonly Mark[];
  readonly log: readonly LogLine[];
}

/** A span of time, milliseconds of the record. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** An event with its text. */
export interface Mark {
  readonly t: number;
  readonly words: string;
}

/** The files of one cgroup, one value for each sample. */
export interface CgroupData {
  readonly unit: string;
  readonly current: Column;
  readonly anon: Column;
  readonly file: Column;
  /** Swap, which is not part of `current`; null if none was ever used. */
  readonly swap: Column | null;
  /** Share of the last two seconds in which some, or all, tasks stalled on memory, from PSI's totals, percent. */
  readonly some: Column;
  readonly full: Column;
  /** What its tasks wanted besides memory; null where they had it. */
  readonly wants: WantData | null;
  /** Number of events since the sample before. */
  readonly high: Column;
  readonly max: Column;
  readonly oomKill: Column;
  /** File pages that were read in again (refaults), per second. */
  readonly refaults: Column;
  /** Limits, and the time since when they are in effect; null for no limit. */
  readonly limits: readonly { readonly t: number; readonly high: number | null; readonly max: number | null }[];
}

/** What the tasks of a cgroup waited for besides memory, one value for each sample. */
export interface WantData {
  /** Share of the last two seconds in which some of them waited, from PSI's totals, percent. */
  readonly cpu: Column;
  readonly disk: Column;
  /** Number of processes and threads that a limit of tasks refused since the value before. */
  readonly refused: Column;
}

/** The progress of one injection, one value for each sample. */
export interface ProgressData {
  readonly name: string;
  /** `processes`, `files`. */
  readonly unit: string;
  readonly value: Column;
  /** The value at which it should hold; null if it grows without end. */
  readonly target: number | null;
}

/** What clients of one unit saw. */
export interface AnswerData {
  readonly unit: string;
  /** When each request was due. */
  readonly dueT: Column;
  /** When it ended. */
  readonly endedT: Column;
  /** Index into `fates`, whose first value is `answered`. */
  readonly fate: Column;
  readonly fates: readonly string[];
  /** The time from one full answer to the next, if a request between them got no answer or the time is long. */
  readonly silences: readonly Stretch[];
}

/** A line of the journal, of the kernel's log, or of oomdrill itself. */
export interface LogLine {
  readonly t: number;
  readonly source: string;
  readonly text: string;
  readonly kind: 'kill' | 'kernel' | 'unit' | 'drill';
}
