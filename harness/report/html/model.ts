import type { PhaseName } from '../../record/schema.js';
import type { Column } from './column.js';

/**
 * What the charts of one drill are drawn from, and nothing else: it is made from a record, deflated into the page, and read there by
 * the page's own script. Times are milliseconds of the record; bytes are the guest's.
 */
export interface DrillData {
  readonly name: string;
  /** When the last thing was seen. */
  readonly endT: number;
  /** The record breaks off there. */
  readonly cut: boolean;
  readonly windowMs: number;
  readonly phases: readonly { readonly name: PhaseName; readonly from: number; readonly to: number }[];
  readonly sampleT: Column;
  /** Stretches in which samples are missing. */
  readonly gaps: readonly Stretch[];
  /** The one that is drilled first. */
  readonly cgroups: readonly CgroupData[];
  /** How far each injection was whose unit is not bytes: those are seen in the cgroups. */
  readonly progress: readonly ProgressData[];
  /** Connections that wait to be accepted; null where nothing listens. */
  readonly listenQueue: Column;
  /** The serving unit, then each unit beside it that is asked. */
  readonly answers: readonly AnswerData[];
  readonly kills: readonly Mark[];
  /** What became of the client's session. */
  readonly session: readonly Mark[];
  readonly log: readonly LogLine[];
}

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface Mark {
  readonly t: number;
  readonly words: string;
}

/** What the files of one cgroup said, one value a sample. */
export interface CgroupData {
  readonly unit: string;
  readonly current: Column;
  readonly anon: Column;
  readonly file: Column;
  /** What is swapped out, beside `current`; null where nothing ever was. */
  readonly swap: Column | null;
  /** Share of the last two seconds in which some, or all, tasks stalled on memory: from PSI's totals, percent. */
  readonly some: Column;
  readonly full: Column;
  /** How often since the sample before. */
  readonly high: Column;
  readonly max: Column;
  readonly oomKill: Column;
  /** Pages of file memory that were faulted back in, a second. */
  readonly refaults: Column;
  /** Limits and since when they hold; null is none. */
  readonly limits: readonly { readonly t: number; readonly high: number | null; readonly max: number | null }[];
}

/** How far one injection was, one value a sample. */
export interface ProgressData {
  readonly name: string;
  /** `processes`, `files`. */
  readonly unit: string;
  readonly value: Column;
  /** Where it was to hold; null for one without end. */
  readonly target: number | null;
}

/** What clients of one unit saw. */
export interface AnswerData {
  readonly unit: string;
  /** When each request was due. */
  readonly dueT: Column;
  /** When it ended. */
  readonly endedT: Column;
  /** Index into `fates`, of which the first is `answered`. */
  readonly fate: Column;
  readonly fates: readonly string[];
  /** From one full answer to the next, where a request went unanswered between them or they are far apart. */
  readonly silences: readonly Stretch[];
}

/** A line of the journal, the kernel's log, or a word of oomdrill's own. */
export interface LogLine {
  readonly t: number;
  readonly source: string;
  readonly text: string;
  readonly kind: 'kill' | 'kernel' | 'unit' | 'drill';
}
