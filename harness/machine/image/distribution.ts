/** A program and its arguments. @public */
export type Command = readonly [program: string, ...args: string[]];

/**
 * A distribution that guests are made of: how a root file system of it is laid out, what every guest carries, and how it is asked
 * for versions. Data alone, so that every command can load it. `guests.ts` is the table.
 */
export interface Distribution {
  /** As people call it: `Debian`. */
  readonly name: string;
  /** Its releases that there is a guest of. */
  readonly suites: readonly DistributionSuite[];
  /** Packages that every guest of it carries. */
  readonly packages: readonly string[];
  /** The command that lays out a root file system; run as root on this host. */
  readonly buildRoot: (plan: RootPlan) => Command;
  /** Script below guest/image/ that finishes a root file system, with that as its first argument. */
  readonly customize: string;
  /** The command that prints what is installed below a folder of this host, a line `NAME=VERSION` each. */
  readonly listPackages: (root: string) => Command;
  /** The same in a running guest: a POSIX shell command that prints those of the packages in "$@" that are installed, and nothing where this is not its distribution. */
  readonly installedVersions: string;
  readonly initramfs: Initramfs;
}

/** One release of a distribution, by the name that `--guest` takes. */
export interface DistributionSuite {
  readonly name: string;
  /** Packages that only this one has. */
  readonly packages: readonly string[];
}

/** What a root file system is laid out from. Paths are absolute. @public */
export interface RootPlan {
  readonly suite: string;
  readonly packages: readonly string[];
  /** The folder that is made. */
  readonly root: string;
  /** Files that are laid over it. */
  readonly overlay: string;
  readonly customize: string;
}

/** How the initial RAM file system of a distribution shows that a kernel has reached user space. */
export interface Initramfs {
  /** Kernel parameter that makes it stop before it looks for a root disk. */
  readonly stop: string;
  /** Words that it writes to the console by then. */
  readonly sentinel: string;
}
