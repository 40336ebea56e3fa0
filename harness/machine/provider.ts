import type { OomdrillError } from '../core/errors.js';
import type { DoctorCheck } from './doctor-check.js';
import type { Guest } from './image/guests.js';
import type { Image } from './image/store.js';
import type { Ledger } from './ledger.js';
import type { Resource } from './ledger-pages.js';
import type { MachineSource, MachineSpec, Progress } from './machine.js';
import type { NeededPackage } from './needed-package.js';

/**
 * A kind of machine that drills are carried out on, by the name that `--machine` takes and records bear. What it can do stands in its
 * capabilities, and nothing outside its own folder asks which kind it is. `providers.ts` is the table of all kinds.
 *
 * Loaded by every command, for `--help`: what costs time to load is imported by the functions that need it.
 */
export interface MachineProvider {
  readonly name: string;
  /** What it is, in a phrase that completes a list: `an embedded VM`. */
  readonly phrase: string;
  readonly capabilities: MachineCapabilities;
  /** Options of the command line that it alone has; undefined where it needs none. */
  readonly flags?: MachineFlags;
  /**
   * Reads its own options, before anything starts.
   *
   * @param flags all options of the command, as commander names them; those that were not given are absent
   * @throws OomdrillError of kind `usage`
   */
  choose(flags: FlagValues): ChosenMachine;
  /**
   * What it needs of this host besides what all kinds do. `oomdrill setup` installs that of the first kind of the table, and that
   * of each other as a part of its name.
   */
  readonly packages: readonly NeededPackage[];
  /** Looks at what it needs of this host. Starts nothing and changes nothing. */
  doctor(): Promise<readonly DoctorCheck[]>;
  /** Packs an image of ours as what its own tool starts from, where it has such a tool. */
  readonly packImage?: (guest: Guest, context: MachineContext) => Promise<PackedImage>;
  /** What only it can remove of what an interrupted run left, by its kind in the ledger. */
  readonly leftovers?: Readonly<Record<string, OpenLeftover>>;
}

/** What a kind of machine can do, and what a drill is given on it. */
export interface MachineCapabilities {
  /** Each drill starts from the same clean state, which drills that are compared with each other need. */
  readonly snapshots: boolean;
  /** Several drills at a time, each on a machine of its own. */
  readonly parallel: boolean;
  /** Packages that a bundle names: installed, refused, or the owner's affair. */
  readonly packages: 'installed' | 'refused' | 'as they are';
  /** Users and groups that a unit names are made where they are missing. */
  readonly accounts: boolean;
  /** Swap, as a file on its disk. */
  readonly swap: boolean;
  /** Sessions, panes, containers and scopes for hogs to be in. */
  readonly places: boolean;
  /**
   * Which sidecars there are, units next to the serving one: all, those of which the bundle has the unit, or none. Other optional
   * ones are left out.
   */
  readonly sidecars: 'all' | 'of the bundle' | 'none';
}

/** Values of options by their names in camel case, as commander gives them. */
export type FlagValues = Readonly<Record<string, unknown>>;

/** Options that one kind of machine has. @public */
export interface MachineFlags {
  readonly options: readonly MachineOption[];
  /** Other options of the command, by their names in camel case, that it does not take. */
  readonly refused?: readonly string[];
  /** The error of an option of these, such as `--host`, that was given together with another kind. */
  readonly misplaced: (kind: string, option: string) => OomdrillError;
}

/** One option, as `--help` shows it. */
interface MachineOption {
  /** Its name in camel case, as commander gives its value. */
  readonly name: string;
  /** As commander declares it: `--host <user@host>`. */
  readonly flags: string;
  readonly description: string;
  /** Former names with their dashes, which still work. */
  readonly deprecated?: readonly string[];
  /** Other commands have an option of this name that means something else. */
  readonly own?: boolean;
  /** It cannot be set by the environment or a file; why, to follow "because". */
  readonly commandLineOnly?: string;
}

/** What a drill must fit into: memory that is free on this host for a machine to be made, or all that one has which is there. Bytes. */
export type Room = { readonly availableBytes: number } | { readonly machineBytes: number };

/** A kind of machine with its own options read. */
export interface ChosenMachine {
  readonly name: string;
  readonly capabilities: MachineCapabilities;
  /** What goes by a name of its own in results, instead of the guest that it would boot. */
  readonly ownName?: string | undefined;
  /**
   * Looks whether this host has what it needs, before anything starts; absent where it needs nothing.
   *
   * @throws OomdrillError `PROGRAMS_MISSING`, `TOOLKIT_MISSING`, `TOOLKIT_BUILD`
   */
  check?(): Promise<void>;
  /** @throws OomdrillError where a machine that should be there does not answer */
  room(context: MachineContext): Promise<Room>;
  /** Makes machines of one spec ready. */
  source(spec: MachineSpec, context: MachineContext): Promise<MachineSource>;
}

/** What a machine is made ready with. */
export interface MachineContext {
  readonly ledger: Ledger;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** An image as another tool starts from it. */
export interface PackedImage {
  /** The name that the tool knows it by. */
  readonly name: string;
  readonly image: Image;
  /** The command that starts a machine from it. */
  readonly start: string;
}

/** Something that an interrupted run left, and how it is removed. */
export interface Leftover {
  /** In words: `domain oomdrill-1-default`. */
  readonly name: string;
  /** Removes it; false when it was gone already. What it throws says why it was left. */
  remove(): Promise<boolean>;
}

/**
 * Reads an entry of the ledger. Throws where it is not what its kind says. Removing it must refuse whatever is not of our own form:
 * a page may be damaged, or written by others.
 */
export type OpenLeftover = (resource: Resource) => Promise<Leftover>;
