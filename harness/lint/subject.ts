import type { Bytes } from '../core/bytes.js';
import type { FilePlace } from '../formats/place.js';
import { isDelegation } from '../systemd/boolean.js';
import { OOM_VALUES } from '../systemd/oom-values.js';
import { expandSpecifiers } from '../systemd/specifiers.js';
import type { Unit } from '../systemd/unit.js';
import type { Assignment } from '../systemd/unit-file.js';
import { defaultSlice, parseUnitName, sectionOfType, slicePath, type UnitName } from '../systemd/unit-name.js';
import type { Manager } from '../systemd/unit-search.js';
import { type Amount, amountOf, compareAmounts } from './amount.js';

/** An assignment with the file that holds it. */
export type Placed = Assignment & { readonly path: string };

/** A limit as systemd applies it: the last assignment that it does not ignore. */
export interface Limit extends Amount {
  readonly key: string;
  /** As written. */
  readonly text: string;
  readonly at: Required<FilePlace>;
  /** The name of the unit that sets it: the unit in question, or a slice above it. */
  readonly by: string;
}

export interface SubjectFacts {
  readonly name: string;
  readonly manager: Manager;
  readonly unit: Unit;
  /** The caller's path of the unit file; undefined if the unit has only drop-ins. */
  readonly main: string | undefined;
  /** The first of its files that the caller asked for. */
  readonly place: string;
  readonly masked: boolean;
  readonly oomPolicyDefault: string;
  /** Finds a slice of a manager. */
  readonly slice: (manager: Manager, name: string) => Subject;
}

/** A unit that has a cgroup: a service, a slice or a scope, with the slices above it. */
export class Subject {
  readonly name: string;
  readonly manager: Manager;
  readonly unit: Unit;
  readonly masked: boolean;
  readonly type: string;
  readonly #facts: SubjectFacts;
  readonly #parsed: UnitName | undefined;

  constructor(facts: SubjectFacts) {
    this.#facts = facts;
    this.#parsed = parseUnitName(facts.name);
    this.name = facts.name;
    this.manager = facts.manager;
    this.unit = facts.unit;
    this.masked = facts.masked;
    this.type = this.#parsed?.type ?? '';
  }

  /** The section that holds its limits. */
  get section(): string {
    return sectionOfType(this.type);
  }

  get isTemplate(): boolean {
    return this.#parsed?.instance === '';
  }

  /** The name of its template, or its own. */
  get template(): string {
    return this.#parsed?.file ?? this.name;
  }

  /** The caller's path of its unit file; undefined if the unit has only drop-ins. */
  get mainPath(): string | undefined {
    return this.#facts.main;
  }

  /** Its unit file, or its first drop-in; if that is the vendor's, the first file of the caller's. */
  get place(): FilePlace {
    return { path: this.#facts.place };
  }

  /**
   * Whether the tree has only drop-ins of a service, so that a unit file elsewhere may say more. Slices and scopes need
   * none.
   */
  get isKnownInPart(): boolean {
    return this.type === 'service' && this.mainPath === undefined;
  }

  /** The slice that it is in; undefined for the root, and if only the host knows. */
  get parent(): Subject | undefined {
    if (!this.#parsed) return undefined;
    const { manager } = this;
    if (this.name === '-.slice') {
      // A user's manager and everything below it is in the slice of that user (user@.service(5)).
      return manager === 'user' ? this.#facts.slice('system', 'user-.slice') : undefined;
    }
    if (this.type === 'slice') {
      const above = slicePath(this.name).split('/').at(-2);
      return this.#facts.slice(manager, above || '-.slice');
    }
    const named = this.value('Slice')?.value;
    // Whatever slice its unit file names, it is below the root.
    if (named === undefined && this.isKnownInPart) return this.#facts.slice(manager, '-.slice');
    try {
      const slice = named === undefined ? defaultSlice(this.#parsed, manager) : expandSpecifiers(named, this.name);
      return parseUnitName(slice)?.type === 'slice' ? this.#facts.slice(manager, slice) : undefined;
    } catch {
      return undefined;
    }
  }

  /** The slices above it, the nearest first; the root last. */
  get ancestors(): readonly Subject[] {
    const { parent } = this;
    return parent ? [parent, ...parent.ancestors] : [];
  }

  /** The unit and the slices above it that can have limits: all but the root (cgroup-v2.rst, "non-root cgroups"). */
  get levels(): readonly Subject[] {
    return [this, ...this.ancestors].filter(({ name }) => name !== '-.slice');
  }

  isBelow(slice: Subject): boolean {
    return this.ancestors.includes(slice);
  }

  /** The last assignment that systemd does not ignore; undefined if there is none, or that one resets the setting. */
  value(key: string): Placed | undefined {
    const last = this.assignments(key).findLast(({ value }) => isHeard(key, value));
    return last?.value === '' ? undefined : last;
  }

  assignments(key: string): readonly Placed[] {
    return this.unit.assignments(this.section, key);
  }

  /** Its own limit; undefined if none is set or the last assignment reset it. */
  own(key: string, memory: Bytes | undefined): Limit | undefined {
    let limit: Limit | undefined;
    for (const assignment of this.assignments(key)) {
      if (assignment.value === '') limit = undefined;
      else limit = this.#limit(assignment, memory) ?? limit;
    }
    return limit;
  }

  #limit({ key, value, path, line }: Placed, memory: Bytes | undefined): Limit | undefined {
    const amount = amountOf(key, value, memory);
    return amount && { ...amount, key, text: value, at: { path, line }, by: this.name };
  }

  /** The finite limits that apply to it: its own and those of the slices above it, the nearest first. */
  limits(key: string, memory: Bytes | undefined): readonly Limit[] {
    return this.levels.map((level) => level.own(key, memory)).filter(isFiniteLimit);
  }

  /**
   * The lowest of these limits; undefined if there is none. Where the host's memory decides which is the lowest and is
   * not known, the nearest of those in question.
   */
  tightest(key: string, memory: Bytes | undefined): Limit | undefined {
    return lowestOf(this.limits(key, memory));
  }

  /**
   * The manager's default (`stop`), or `continue` if the unit has a cgroup tree of its own (systemd.service(5),
   * systemd.scope(5), `OOMPolicy=`). Undefined if a unit file outside the tree decides.
   */
  get oomPolicy(): { readonly policy: string | undefined; readonly at: Placed | undefined } {
    const set = this.value('OOMPolicy');
    if (set) return { policy: set.value, at: set };
    if (this.isKnownInPart) return { policy: undefined, at: undefined };
    // An empty value delegates too: no controller, but the tree.
    const delegate = this.assignments('Delegate').at(-1)?.value;
    const isDelegated = isDelegation(delegate) || ENGINE_SCOPE.test(this.name);
    return { policy: isDelegated ? 'continue' : this.#facts.oomPolicyDefault, at: undefined };
  }
}

/** Settings that an empty value does not reset (systemd 257, src/core/load-fragment.c, DEFINE_CONFIG_PARSE_ENUM). */
const NEVER_EMPTY: ReadonlySet<string> = new Set(['OOMPolicy', 'ManagedOOMPreference', 'Slice']);

/** Whether systemd uses a value, and does not log that it ignores it. */
function isHeard(key: string, value: string): boolean {
  if (value === '') return !NEVER_EMPTY.has(key);
  return key === 'Slice' ? value.endsWith('.slice') : (OOM_VALUES[key]?.accepts(value) ?? true);
}

/**
 * Scopes of containers and machines, of which files have only drop-ins: their engines create them with `Delegate=yes`
 * (opencontainers/runc, libcontainer/cgroups/systemd/v2.go; containers/crun, cgroup-systemd.c; systemd-machined).
 */
const ENGINE_SCOPE = /^(?:docker|libpod|crio|cri-containerd|nerdctl|machine)-.*\.scope$/;

/** The lowest of several limits, the first of those that cannot be compared. */
export function lowestOf(limits: readonly Limit[]): Limit | undefined {
  let lowest = limits[0];
  for (const limit of limits) if (lowest && (compareAmounts(limit, lowest) ?? 0) < 0) lowest = limit;
  return lowest;
}

/** A limit in a sentence: `MemoryMax=16G`. */
export const renderLimit = ({ key, text }: Limit): string => `${key}=${text}`;

/** A limit in a sentence, with the unit that sets it unless that is `subject`. */
export function renderLimitOfUnit(limit: Limit, subject: Subject): string {
  return limit.by === subject.name ? renderLimit(limit) : `${renderLimit(limit)} of ${limit.by}`;
}

/** Whether a limit is set and finite. */
export const isFiniteLimit = (limit: Limit | undefined): limit is Limit =>
  limit !== undefined && limit.bytes !== Number.POSITIVE_INFINITY;
