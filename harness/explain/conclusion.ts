import type { Outcome } from '../record/schema.js';

/** The conclusion from saved numbers. */
export interface Diagnosis {
  /** Whether they include anything that could show harm. */
  readonly enough: boolean;
  /** Outcomes that fit the numbers; empty if they show no harm, or too little. */
  readonly outcomes: readonly Outcome[];
  /** The reasons, in sentences. */
  readonly reasons: readonly string[];
  /** What to look at next, in a sentence. */
  readonly next: string;
  /** The scenario that reproduces it; null if there is none. */
  readonly scenario: string | null;
}

/** A conclusion before it is known whether the numbers are enough for one. */
export type Explanation = Omit<Diagnosis, 'enough'>;

/** The reason if the cgroup of the server died as a whole (Linux, Documentation/admin-guide/cgroup-v2.rst, memory.oom.group). */
export const KILLED_TOGETHER =
  'memory.oom.group is on: the kernel killed all tasks of the cgroup together, including the server.';

/** The next step if the numbers do not show what became of the server. */
export const LOOK_AT_UNIT =
  'Run systemctl show UNIT -p ActiveState,Result,NRestarts,OOMPolicy: it shows whether the server survived.';
