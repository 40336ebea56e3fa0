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
 * What starts a server, knows its state, and may start it again, where that is not systemd.
 */
export interface Supervisor {
  /** As people call it: `Docker`. */
  readonly name: string;
  /** Prints MainPID, NRestarts, ActiveState, SubState and Result, each as `systemctl show` does for a service; Health as well, where it has one. */
  readonly show: GuestCommand;
  /** Prints the last that the server said. */
  readonly lastWords: GuestCommand;
}

/** Where a server is that runs: what systemd calls the cgroup whose limits it meets, and that cgroup. */
export interface ServerLocation {
  readonly unit: string;
  readonly cgroup: string;
  /** The cgroup of its processes, where that is one below. */
  readonly inner?: string;
}

/**
 * The server of a drill: how to install, start and find it in a guest. It is only data, including the commands, so it
 * can be tested without a machine; the code in drill/guest/ runs the commands.
 */
export interface Workload {
  /** What its owner calls it: `web.service`, or of a container `web`. */
  readonly name: string;
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
  /** Makes what it is started from, once the bundle is installed: the image of a container. */
  readonly build?: GuestCommand;
  /** Undefined: systemd. */
  readonly supervisor?: Supervisor;
  /**
   * Where it is, by the cgroup of its main process (proc_pid_cgroup(5)), if that is known only when it runs; undefined where it is
   * not in one of this kind.
   */
  readonly locate?: (cgroup: string) => ServerLocation | undefined;
  /** Whether a hog becomes a child of its main process, in that one's PID namespace. */
  readonly isContainer?: boolean;
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
