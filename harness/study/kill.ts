import type { EarlyoomLimits, OomdReason } from '../cgroup/killer.js';
import type { EntryOf, KILLERS } from '../record/schema.js';

/**
 * What killed. `systemd` stands for a unit that it ended because of `OOMPolicy=`; null for a killer that no log names.
 */
type Killer = (typeof KILLERS)[number] | 'systemd' | null;

/** By whose limit something was killed. */
export type KillLimit =
  /** `memory.max` of a cgroup, with its value where the kernel logged it; null for a cgroup that it did not name. */
  | { readonly kind: 'cgroup'; readonly cgroup: string | null; readonly bytes: number | null }
  /** The memory of the whole guest. */
  | { readonly kind: 'guest' }
  /** So little memory and swap is available that earlyoom acts. */
  | ({ readonly kind: 'available' } & EarlyoomLimits)
  /** Of systemd-oomd. */
  | OomdReason
  /** `OOMPolicy=` of a unit. */
  | { readonly kind: 'oom-policy'; readonly unit: string };

/** One process that a killer ended, or all of a cgroup or a unit. The harness' own release is never one. */
export interface Kill {
  /** Milliseconds of the record. */
  readonly t: number;
  /** Name of the process; path of the cgroup that systemd-oomd killed; name of the unit that systemd ended. */
  readonly victim: string;
  /** Null for all of a cgroup or a unit. */
  readonly pid: number | null;
  readonly killer: Killer;
  /** `SIGKILL`; null where it is not known. */
  readonly signal: string | null;
  /** Null where it is not known. */
  readonly limit: KillLimit | null;
  /** The cgroup that was killed as a whole, because of `memory.oom.group`; null otherwise. */
  readonly group: string | null;
}

/** A line of the guest's journal. */
export type JournalLine = EntryOf<'journal'>;

/** Whether a cgroup is, or is below, one that was killed: by its path, or by the name of its unit. */
export const isInKilledCgroup = (cgroup: string, victim: string): boolean =>
  victim.startsWith('/') ? `${cgroup}/`.startsWith(`${victim}/`) : `${cgroup}/`.includes(`/${victim}/`);
