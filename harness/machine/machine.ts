import type { Readable } from 'node:stream';
import type { ExecOptions, ExecResult, GuestShell } from './guest-shell.js';
import type { SshTarget } from './ssh.js';

export type { Progress } from '../core/progress.js';
export type { ExecOptions, ExecResult, GuestShell } from './guest-shell.js';

/** What a drill needs of its machine. Sizes are guest bytes, that is, after scaling. */
export interface MachineSpec {
  /** The name of a guest, as `--guest` takes it. */
  readonly guest: string;
  readonly memoryBytes: number;
  readonly cpus: number;
  /** Debian packages in addition to those that every guest has. */
  readonly packages?: readonly string[];
}

/** Where on the host a port of the guest is reached: always on 127.0.0.1 for machines that we made. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Where the sampler writes to in the guest, and the host's end of it. */
export interface SampleStream {
  readonly guestPath: string;
  /** Its errors are owned: no listener is needed, `close` tells of the end, and `errored` of its cause. */
  readonly stream: Readable;
  /** A stream by ssh suffers when the whole guest suffers; one by virtio-serial does not. */
  readonly via: 'virtio-serial' | 'ssh';
}

/**
 * A machine that runs. Kinds differ in how they start, run a command and are released; everything else is built on these.
 * Disposing it releases everything it holds, may be done twice, and never throws.
 */
export interface Machine extends GuestShell, AsyncDisposable {
  readonly accelerator: string;
  /** Aborted, with an OomdrillError as its reason, when the machine dies while it should live. */
  readonly died: AbortSignal;
  /** The host's end of a TCP port of the guest. */
  endpoint(guestPort: number): Promise<Endpoint>;
  openSampleStream(): Promise<SampleStream>;
  /**
   * Extracts an archive of `packTrees` below the root, on a machine where that takes more than tar(1): one that has users who
   * are not part of the drill, and files that are put back. Writes nothing that `Changes` does not name.
   */
  extract?(archive: Uint8Array, options: ExecOptions): Promise<ExecResult>;
  /** Limits the root disk to so many bytes per second, reads and writes together; null lifts the limit. */
  limitDisk(bytesPerSecond: number | null): Promise<void>;
  /** How its owner logs in, on a machine that is not ours: no key of ours is put there. */
  readonly ownLogin?: SshTarget;
  /** A shell command with which a person logs in. */
  readonly login: string;
  /** Path on the host of the serial console's log. */
  readonly consoleLog: string;
  /** PID on this host of what runs the guest's CPUs; undefined where it is not ours to see. */
  readonly hostPid?: number | undefined;
}

/** What a drill will change on its machine: the unit that it starts, and the files that it writes, as absolute paths. */
export interface Changes {
  readonly unit: string;
  readonly files: readonly string[];
  /** Directories that are the drill's as a whole. */
  readonly trees: readonly string[];
  /** Directories that are the drill's only where they are not there yet. */
  readonly made: readonly string[];
}

/** What one machine is started with. */
export interface StartOptions {
  /** For its sockets, keys and disk. */
  readonly workDir: string;
  readonly signal: AbortSignal;
  /** For machines that have no snapshot to go back to. */
  readonly changes: Changes;
}

/** When a state is made that is not there: at once, when it is wanted for the second time, or not for this drill. */
export type MadeWhen = 'now' | 'second-time' | 'never';

/** A state of a machine that drills begin from, in place of a clean one. */
export interface Preparation {
  /** A word for states of its kind, which is part of their names in the cache. */
  readonly kind: PreparationKind;
  /** What is the case in it, to complete "a guest in which". */
  readonly inWords: string;
  /** All that the state depends on, besides what the machine itself is made of. */
  readonly key: string;
  readonly made: MadeWhen;
  /** The state that it is made from; a clean machine where there is none. */
  readonly from?: Preparation | undefined;
  /** Memory of the machine that it fills, in addition to what any such machine has touched; 0 where it is not said. Bytes. */
  readonly heldBytes?: number | undefined;
  /**
   * Brings a machine into that state, and gives what is to be known of it later, as JSON.
   *
   * @param workDir for files that it needs on this host meanwhile
   * @param known what is known of the state that it was made from
   */
  make(machine: Machine, workDir: string, known: string): Promise<string>;
}

/** The less a state saves for its size, the earlier it gives way: a grown one to a settled one. */
export type PreparationKind = 'settled' | 'grown';

/** A machine that began in a prepared state. */
export interface PreparedMachine {
  readonly machine: Machine;
  /** What `make` gave, of the machine that it was made with. */
  readonly known: string;
  /** The name of the state in the cache. */
  readonly snapshot: string;
}

/**
 * A kind of machine, made ready for one spec; each call of `start` gives a machine in the same clean state. Disposing it
 * releases what it keeps between them.
 */
export interface MachineSource extends AsyncDisposable {
  readonly accelerator: string;
  /** What the reader of each of its records must know of the guest, a sentence without its full stop each. */
  readonly remarks?: readonly string[];
  start(options: StartOptions): Promise<Machine>;
  /**
   * Starts a machine from a prepared state, which is made where it is not there; undefined where it is not worth that, or there is no
   * room for it. Absent where a kind has no snapshots.
   */
  startPrepared?(options: StartOptions, preparation: Preparation): Promise<PreparedMachine | undefined>;
  /** Forgets a prepared state that cannot be used. */
  forgetPrepared?(preparation: Preparation): Promise<void>;
}
