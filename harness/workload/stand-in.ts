import type { Manifest } from '../bundle/manifest.js';
import type { Bytes } from '../core/bytes.js';

/** What a bundle does not say of it, or says elsewhere. */
export type StandInChoices = Omit<StandInOptions, 'weight' | 'limit'>;

/** Facts about the server that a stand-in replaces. */
export interface StandInOptions {
  /** Divisor of the drill, by which sizes are divided. */
  readonly scale: number;
  /** Size of the server from the bundle, at real scale; if undefined, the stand-in's default. */
  readonly weight?: Manifest['serving']['weight'];
  /** The memory that its unit may use, guest bytes, which the default size must leave room in; not known if undefined. */
  readonly limit?: Bytes | undefined;
  /** Whether it loses its listener after an OOM kill in its cgroup, as a real server did. */
  readonly losesListenerAfterOom?: boolean | undefined;
}

/** A real server as its users install it, which replaces the stand-in. @public */
export interface ServerInstallation {
  /** Its folder in the guest, as an absolute path. */
  readonly dir: string;
  /** Path of its program, below that folder. */
  readonly program: string;
}

/**
 * A program of oomdrill that replaces a real server: with the same size, name and path, so that the server's unit needs
 * no change. Includes everything that its units need in a guest in order to start.
 */
export interface StandIn {
  /** The name that a bundle uses. */
  readonly name: string;
  /** Name of the built program in dist/guest/. */
  readonly program: string;
  /** Path in the guest from which the server's unit starts it, absolute. */
  readonly path: string;
  /** Names of the server's processes, real and stand-in (proc_pid_comm(5)). */
  readonly processNames: readonly string[];
  /** Whether its users run programs in terminals that it opens, also in tmux. */
  readonly opensTerminals: boolean;
  /** Users of its units: every guest has them, with a home directory and a login shell. */
  readonly accounts: readonly string[];
  /** Data folders of its servers, as absolute paths. */
  readonly data: readonly string[];
  /** Paths below the root of the environment files of its units (systemd.exec(5), `EnvironmentFile=`). */
  readonly settingsFile: RegExp;
  /** Renders its settings, as lines to append to such a file. */
  settings(options: StandInOptions): string;
  readonly installation: ServerInstallation;
  /** The bundle of the catalogue that `oomdrill validate` uses to try single values for such a server. */
  readonly bundle: string;
}
