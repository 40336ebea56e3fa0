import type { Bundle, BundleFile } from '../bundle/bundle.js';
import type { ServingUnit } from '../bundle/serving.js';
import type { StandIn, StandInOptions } from './stand-in.js';

/** A command of the guest and its arguments; root runs it there. @public */
export type GuestCommand = readonly string[];

/** A user and a group of the guest; empty where it is to have none of that name. */
export interface Account {
  readonly user: string;
  readonly group: string;
}

/**
 * Who serves in a drill: how it is put into a guest, started and found there. All of it is data and commands as data, so that it is
 * tested without a machine; what carries them out is in drill/guest/. Whatever its kind, systemd supervises it as a unit.
 */
export interface Workload {
  /** The unit as systemd will read it. Its cgroup is the place that it offers for hogs: what the server spawns runs there. */
  readonly serving: ServingUnit;
  /** What serves where no real installation of the server is given. */
  readonly standIn: StandIn;
  /** The files of the bundle as they are put into the guest, with what the stand-in is told. */
  readonly files: readonly BundleFile[];
  /** Links that are put into the guest beside them: what they point to, by their path below the root. */
  readonly links: ReadonlyMap<string, string>;
  /** Whom it runs as, where not every guest has that account. */
  readonly account: Account | undefined;
  /** Starts it, whether or not it runs, and prints the PID of its main process. Ends with another status than 0 when it cannot. */
  readonly start: GuestCommand;
  /** Has its configuration checked by who reads it, who says nothing where all is well. */
  readonly verify: GuestCommand;
}

/** One kind of workload, as an entry of a table. */
export interface WorkloadKind {
  readonly name: string;
  /** Whether it is this kind that serves by a bundle. */
  serves(bundle: Bundle): boolean;
  /**
   * @param bundle at scale
   * @throws OomdrillError the errors of `resolveServingUnit`
   */
  workload(bundle: Bundle, standIn: StandIn, options: Omit<StandInOptions, 'weight'>): Workload;
}
