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
  /** Packages that every guest of it carries, besides a kernel. */
  readonly packages: readonly string[];
  /** The package of the kernel that its guests run, where the suite does not have one of its own. */
  readonly kernel: string;
  /** The command that lays out a root file system; run as root on this host. */
  readonly buildRoot: (plan: RootPlan) => Command;
  /** What a failure of it means, by what it said; undefined for one that is not known. */
  readonly explain: (output: string) => BuildRefusal | undefined;
  /** Script below guest/image/ that finishes a root file system, with that as its first argument. */
  readonly customize: string;
  /** The command that prints what is installed below a folder of this host, a line `NAME=VERSION` each. */
  readonly listPackages: (root: string) => Command;
  /** The same in a running guest: a POSIX shell command that prints those of the packages in "$@" that are installed, and nothing where this is not its distribution. */
  readonly installedVersions: string;
  readonly initramfs: Initramfs;
}

/** One release of a distribution, with its own kernel or another one, by the name that `--guest` takes. */
export interface DistributionSuite {
  readonly name: string;
  /** Packages that only this one has. */
  readonly packages: readonly string[];
  /** Packages that every other guest carries, and that this release does not have. */
  readonly lacks?: readonly string[];
  /** The mirror's suites that it is made of, the release itself first; the one with its name where nothing is said. */
  readonly from?: readonly [string, ...string[]];
  /** The package of its kernel, where that is not the distribution's usual one; as its package manager takes it. */
  readonly kernel?: string;
}

/** The mirror's suites that a guest is made of, the release itself first. */
export const sourcesOf = ({ name, from = [name] }: DistributionSuite): readonly [string, ...string[]] => from;

/** What a root file system is laid out from. Paths are absolute. @public */
export interface RootPlan {
  /** The mirror's suites, the release itself first. */
  readonly suites: readonly [string, ...string[]];
  readonly packages: readonly string[];
  /** The folder that is made. */
  readonly root: string;
  /** Files that are laid over it. */
  readonly overlay: string;
  readonly customize: string;
}

/** Why an image could not be built. */
export interface BuildRefusal {
  /** A stable code of an error. */
  readonly code: 'GUEST_NOT_ON_MIRROR' | 'MIRROR_EXPIRED';
  /** To follow "because". */
  readonly why: string;
  readonly hint: string;
}

/** How the initial RAM file system of a distribution shows that a kernel has reached user space. */
export interface Initramfs {
  /** Kernel parameter that makes it stop before it looks for a root disk. */
  readonly stop: string;
  /** Words that it writes to the console by then. */
  readonly sentinel: string;
}
