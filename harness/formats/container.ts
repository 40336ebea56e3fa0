import type { Bytes } from '../core/bytes.js';
import type { FilePlace } from './place.js';

/** An amount of memory that a file states for a container. */
export interface Stated {
  /** As the file has it: `mem_limit: 2g`. */
  readonly written: string;
  /** Undefined if it is not known, such as a variable or a share of the host's memory; infinite for no limit. */
  readonly bytes: Bytes | undefined;
  /** The share of the host's memory, from 0 to 1, if it is stated as one. */
  readonly share?: number | undefined;
  readonly at: FilePlace;
}

/** What a container may swap. */
export interface ContainerSwap {
  /** `unknown` if the file does not decide it. */
  readonly use: 'none' | 'some' | 'unknown';
  /** To follow "may swap ": `as much again`, `without limit`. */
  readonly amount: string;
}

/** Memory that a container uses as files. */
export interface MemoryVolume {
  /** Such as `tmpfs /tmp`. */
  readonly name: string;
  readonly at: FilePlace;
  /** Undefined if it has none of its own. */
  readonly size: Stated | undefined;
}

/** What is wrong with a setting by itself. */
export interface ContainerFault {
  /**
   * `value`: it is none that the format has. `refused`: the container is not made. `ignored`: it does nothing. `legacy`: a
   * limit that does nothing, because it is cgroup v1's.
   */
  readonly kind: 'value' | 'refused' | 'ignored' | 'legacy';
  readonly at: FilePlace;
  /** A sentence. */
  readonly message: string;
  readonly fix: string;
}

/** How a format says what rules advise: each an instruction. */
export interface ContainerWords {
  /** The name of the program that reads it: `Docker`. */
  readonly reader: string;
  /** Where its limits are described, as the source of a finding. */
  readonly source: string;
  readonly cap: string;
  readonly lowerCap: string;
  readonly noSwap: string;
  readonly noHigh: string;
  readonly killable: string;
  /** Whether all that is in its files runs on one host; Kubernetes spreads pods over nodes. */
  readonly isOfOneHost: boolean;
}

/** A container, or an instance like one, with the limits that a file states for it. */
export interface Container {
  /** Such as `service web`. */
  readonly name: string;
  readonly at: FilePlace;
  readonly words: ContainerWords;
  /** memory.max; undefined if none is set. */
  readonly max: Stated | undefined;
  /** memory.high. */
  readonly high: Stated | undefined;
  /** What versions of the program set as memory.high, without a setting for it. */
  readonly highOfSome: (Stated & { readonly versions: string }) | undefined;
  /** memory.low or memory.min. */
  readonly low: Stated | undefined;
  readonly swap: ContainerSwap;
  readonly score: { readonly value: number; readonly written: string; readonly at: FilePlace } | undefined;
  /** The slice of systemd's that it is to be in. */
  readonly slice: { readonly name: string; readonly at: FilePlace } | undefined;
  /** How many of them run; undefined if that is not known. */
  readonly count: number | undefined;
  /** Whether another file may say more of it. */
  readonly isKnownInPart: boolean;
  /** Why one OOM kill ends the whole of it, if the file shows that. */
  readonly groupKill: { readonly at: FilePlace; readonly why: string; readonly fix: string } | undefined;
  /** Why it stays down after a kill of its main process, if the file shows that. */
  readonly staysDown: { readonly at: FilePlace; readonly why: string; readonly fix: string } | undefined;
  readonly volumes: readonly MemoryVolume[];
  /** What it has instead of a limit, to follow "has ": `only mem_reservation: 1g, which is not a cap`. */
  readonly insteadOfCap: string | undefined;
}

/** A file of containers, or several that are read as one. */
export interface ContainerFile {
  readonly containers: readonly Container[];
  readonly faults: readonly ContainerFault[];
}

/** What a container has if a file says nothing of it. */
export const UNSTATED = {
  max: undefined,
  high: undefined,
  highOfSome: undefined,
  low: undefined,
  score: undefined,
  slice: undefined,
  count: 1,
  isKnownInPart: false,
  groupKill: undefined,
  staysDown: undefined,
  volumes: [],
  insteadOfCap: undefined,
} as const;

/** Whether an amount is stated, and is a limit. */
export const isLimit = (stated: Stated | undefined): stated is Stated =>
  stated !== undefined && stated.bytes !== Number.POSITIVE_INFINITY;
