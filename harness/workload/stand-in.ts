import type { Manifest } from '../bundle/manifest.js';

/** What a stand-in is told of the server in whose place it serves. */
export interface StandInOptions {
  /** Divisor of the drill; sizes are divided by it. */
  readonly scale: number;
  /** What the bundle says the server weighs, at real scale; the stand-in's own usual weight where it says nothing. */
  readonly weight?: Manifest['serving']['weight'];
  /** Whether it is to lose its listener after an OOM kill in its cgroup, as a real server was seen to do. */
  readonly losesListenerAfterOom?: boolean | undefined;
}

/** A real server as its users install it, which takes the stand-in's place. @public */
export interface ServerInstallation {
  /** The folder that it is put into in the guest, as an absolute path. */
  readonly dir: string;
  /** What starts it, below that folder. */
  readonly program: string;
}

/**
 * A program of ours that serves in the place of a real server: as heavy as that, under the name and at the place at which the
 * server's unit looks for it, so that the unit stays as it is. With all that must be in a guest for its units to start.
 */
export interface StandIn {
  /** By which a bundle names it. */
  readonly name: string;
  /** The built program, by its name in dist/guest/. */
  readonly program: string;
  /** Where the server's unit starts it in the guest, as an absolute path. */
  readonly path: string;
  /** Names that the server's processes bear, the real one's and the stand-in's (proc_pid_comm(5)). */
  readonly processNames: readonly string[];
  /** Users that its units run as: every guest has them, with a home and a shell to log in by. */
  readonly accounts: readonly string[];
  /** Folders in which its servers keep data, as absolute paths. */
  readonly data: readonly string[];
  /** Files of a bundle from which its units read their environment (systemd.exec(5), `EnvironmentFile=`), by their path below the root. */
  readonly settingsFile: RegExp;
  /** Its settings, as lines that are added to such a file. */
  settings(options: StandInOptions): string;
  readonly installation: ServerInstallation;
  /** The catalogue's bundle of a host of today with such a server, against which single values are tried. */
  readonly bundle: string;
}
