import type { Bundle, BundleFile } from '../bundle/bundle.js';
import type { ServingUnit } from '../bundle/serving.js';
import type { StandIn, StandInChoices } from './stand-in.js';

/** A command with its arguments, which root runs in the guest. @public */
export type GuestCommand = readonly string[];

/** A user and a group to create in the guest; an empty name creates none. */
export interface Account {
  readonly user: string;
  readonly group: string;
}

/**
 * The server of a drill: how to install, start and find it in a guest. It is only data, including the commands, so it
 * can be tested without a machine; the code in drill/guest/ runs the commands. Whatever its kind, systemd supervises it
 * as a unit.
 */
export interface Workload {
  /** The unit as systemd reads it. Hogs run in its cgroup, as processes do that the server spawns. */
  readonly serving: ServingUnit;
  /** The program that serves unless the user gives a real installation of the server. */
  readonly standIn: StandIn;
  /** The files of the bundle to put into the guest, with the stand-in's settings. */
  readonly files: readonly BundleFile[];
  /** Links to put into the guest as well: their targets, by path below the root. */
  readonly links: ReadonlyMap<string, string>;
  /** The account of the server; undefined if every guest has it. */
  readonly account: Account | undefined;
  /**
   * Starts it, or restarts it if it runs, and prints the PID of its main process. Exits with a status other than 0 on
   * failure.
   */
  readonly start: GuestCommand;
  /** Checks its configuration with the program that reads it, which prints nothing if there is no fault. */
  readonly verify: GuestCommand;
}

/** One kind of workload, an entry of the table of kinds. */
export interface WorkloadKind {
  readonly name: string;
  /** Whether this kind can serve a bundle. */
  serves(bundle: Bundle): boolean;
  /**
   * Creates the workload of a bundle.
   *
   * @param bundle at scale
   * @throws OomdrillError the errors of `resolveServingUnit`
   */
  workload(bundle: Bundle, standIn: StandIn, options: StandInChoices): Workload;
}
