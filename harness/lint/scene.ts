import { type Manifest, managerOfServing, parseManifest, type ReadManifest } from '../bundle/manifest.js';
import type { Tree } from '../bundle/tree.js';
import { type Bytes, parseBytes } from '../core/bytes.js';
import { OomdrillError } from '../core/errors.js';
import { type DockerDaemon, readDockerDaemon } from '../formats/docker-daemon.js';
import { type Earlyoom, readEarlyoom } from '../formats/earlyoom.js';
import type { FilePlace } from '../formats/place.js';
import type { Quadlet } from '../formats/quadlet.js';
import { readSettings, settingsAt } from '../systemd/manager-conf.js';
import type { Unit } from '../systemd/unit.js';
import { readUnitFile } from '../systemd/unit-file.js';
import type { Manager, UnitSearch } from '../systemd/unit-search.js';
import { type ContainerScene, readContainers } from './containers/scene.js';
import { findPayload, type Payload } from './payload.js';
import { isFiniteLimit, type Limit, type Subject } from './subject.js';
import { type ReadUnitFile, type TextFile, UnitTable } from './unit-table.js';

/** Memory and swap of the host. */
export interface HostMemory {
  /** Undefined if it is not known. */
  readonly memory?: Bytes;
  /** 0 for none; undefined if it is not known. */
  readonly swap?: Bytes;
}

/** What the caller says of the host whose files these are. */
export interface HostFacts extends HostMemory {
  /** Names of the units that serve; undefined to take what bundle.json says. */
  readonly serving?: readonly string[];
}

/** Everything that rules check: one tree, resolved as systemd does it. */
export interface Scene {
  /** The part of it that the caller asked for, without its context. */
  readonly tree: Tree;
  /** Whether the tree is that of a whole host: only then is something missing worth a finding. */
  readonly whole: boolean;
  readonly host: HostMemory;
  readonly manifest: Manifest | undefined;
  /** What is wrong with bundle.json; undefined if nothing is. */
  readonly manifestFault: ManifestFault | undefined;
  /** Keys of bundle.json that oomdrill does not know. */
  readonly unknownKeys: readonly string[];
  /** Units that have a unit file or drop-in among those asked for, without masked ones. */
  readonly subjects: readonly Subject[];
  /** The units that are there to serve: those that the caller or bundle.json names. */
  readonly serving: readonly Subject[];
  /** What services start outside of their own cgroups. */
  readonly payloads: ReadonlyMap<Subject, Payload>;
  /**
   * Finds a unit of the system's manager by its name, even one that no file describes: a slice still has slices above it.
   */
  readonly unit: (name: string, manager?: Manager) => Subject;
  /**
   * The scope of each tmux pane, if tmux is built with systemd. It belongs to the user's manager, and has only
   * drop-ins.
   */
  readonly paneScope: Subject;
  /** The settings of the system's manager. */
  readonly managerConf: Unit;
  readonly unitFiles: readonly ReadUnitFile[];
  readonly quadlets: readonly Quadlet[];
  /** Each file of settings of the managers and of systemd-oomd. */
  readonly settings: readonly ReadUnitFile[];
  readonly searches: Readonly<Record<Manager, UnitSearch<TextFile>>>;
  readonly earlyoom: Earlyoom | undefined;
  readonly docker: DockerDaemon | undefined;
  readonly containers: ContainerScene;
}

/** A fault of bundle.json, and what to do about it where that is known. */
type ManifestFault = Pick<OomdrillError, 'message' | 'hint'>;

/** Resolves a tree; what the caller says about the host overrides bundle.json. */
export function buildScene(all: Tree, { serving: named, ...given }: HostFacts = {}): Scene {
  const units = new UnitTable(all.entries);
  const { files, searches } = units;
  const { manifest, unknownKeys = [], fault: manifestFault } = readManifest(files);
  const context = new Set(all.entries.filter(({ isContext }) => isContext).map(({ shown }) => shown));
  const ofBundle = manifest?.serving.unit;
  const manager = named === undefined && manifest ? managerOfServing(manifest) : 'system';
  const serving = (named ?? (ofBundle === undefined ? [] : [ofBundle])).map((name) => units.find(manager, name));
  const subjects = selectSubjects(units, { serving, manifest, context, isAsked: named !== undefined });
  return {
    tree: withoutContext(all),
    whole: all.kind !== 'files',
    host: { ...readHost(manifest), ...given },
    manifest,
    manifestFault,
    unknownKeys,
    subjects,
    searches,
    payloads: findPayloads(subjects),
    unit: (name, manager = 'system') => units.find(manager, name),
    paneScope: units.find('user', 'tmux-spawn-.scope'),
    serving: serving.filter((subject) => subjects.includes(subject)),
    unitFiles: [...units.unitFiles.values(), ...units.quadlets.flatMap(readSources)].filter(
      ({ file }) => !context.has(file.path),
    ),
    quadlets: units.quadlets.filter(({ file }) => !context.has(file.shown)),
    managerConf: readSettings('system', files, units.links),
    settings: files
      .filter(({ path, shown }) => settingsAt(path) !== undefined && !context.has(shown))
      .map(({ text, shown }) => readUnitFile(text, shown)),
    earlyoom: findEarlyoom(units, all, context),
    docker: readDockerDaemon(files, subjects),
    containers: readContainers(files, context, units.quadlets.filter(isMade)),
  };
}

/** The earlyoom of a tree; undefined if it has none, or one that is masked: its settings may still be there. */
function findEarlyoom(units: UnitTable, tree: Tree, context: ReadonlySet<string>): Earlyoom | undefined {
  // The vendor's unit says which files hold the arguments, also where only an /etc is asked for.
  const unit = units.find('system', 'earlyoom.service');
  if (unit.masked) return undefined;
  return readEarlyoom(units.files, unit.unit.files.length > 0 ? [unit] : [], {
    mayBeElsewhere: mayBeElsewhere(tree),
    isAsked: (shown) => !context.has(shown),
  });
}

/** Whether a host may have a file that its tree does not: one outside of what was given. */
const mayBeElsewhere =
  ({ kind, place }: Tree) =>
  (path: string): boolean =>
    kind === 'files' || (place !== undefined && !path.startsWith(`${place}/`));

/** Whether some version of podman makes a service of a quadlet. */
const isMade = ({ faults }: Quadlet): boolean => faults.every(({ since }) => since !== undefined);

/** What systemd reads of a quadlet's own files; what podman refuses in them is a fault of the quadlet. */
const readSources = ({ sources }: Quadlet): ReadUnitFile[] => sources.map((file) => ({ file, faults: [] }));

/** Types of units that have a cgroup with its own limits. */
const TYPES: ReadonlySet<string> = new Set(['service', 'slice', 'scope']);

/** What decides which units are checked. */
interface Selection {
  readonly serving: readonly Subject[];
  readonly manifest: Manifest | undefined;
  /** Paths that the caller did not ask for. */
  readonly context: ReadonlySet<string>;
  /** Whether the caller asked for the serving units by their names, even if all their files are the vendor's. */
  readonly isAsked: boolean;
}

/**
 * The units to check: those that the tree or its bundle.json mentions, except masked ones and those that are only
 * context.
 */
function selectSubjects(units: UnitTable, { serving, manifest, context, isAsked }: Selection): readonly Subject[] {
  const drilled = manifest ? [manifest.serving, ...(manifest.sidecars ?? [])] : [];
  const known = new Set([...units.list('system'), ...units.list('user'), ...serving]);
  for (const { unit } of drilled) if (unit !== undefined) known.add(units.find('system', unit));
  const instantiated = new Set([...known].flatMap(({ name, template }) => (template === name ? [] : [template])));
  return [...known].filter(
    (subject) =>
      TYPES.has(subject.type) &&
      !subject.masked &&
      subject.unit.files.some(({ path }) => !context.has(path) || (isAsked && serving.includes(subject))) &&
      // A template is checked only if no instance of it is known.
      !(subject.isTemplate && instantiated.has(subject.name)),
  );
}

/** A tree without the entries that only resolve it: the caller cannot fix the vendor's units. */
const withoutContext = (tree: Tree): Tree => ({
  ...tree,
  entries: tree.entries.filter(({ isContext }) => !isContext),
});

function findPayloads(subjects: readonly Subject[]): ReadonlyMap<Subject, Payload> {
  return new Map(
    subjects.flatMap((subject) => {
      const payload = findPayload(subject);
      return payload ? [[subject, payload] as const] : [];
    }),
  );
}

/** A unit with a finite MemoryMax of its own. */
export interface Cap {
  readonly subject: Subject;
  readonly max: Limit;
}

/**
 * Whether a unit is itself a killer of the host. It is small, locks its memory or has no children, and its own cap says
 * nothing of what else the host limits (the units of earlyoom, nohang, oomd and systemd).
 */
export const isKiller = ({ name }: Subject): boolean =>
  /^(?:earlyoom|nohang(?:-desktop)?|oomd|systemd-oomd)\.service$/.test(name);

/** Units that set a finite MemoryMax themselves, without those whose cap does not hold what they start. */
export function findCapped(scene: Scene): Cap[] {
  return scene.subjects.flatMap((subject) => {
    // A limit of the root does nothing (root-limit).
    if (scene.payloads.has(subject) || isKiller(subject) || subject.name === '-.slice') return [];
    const max = subject.own('MemoryMax', scene.host.memory);
    return isFiniteLimit(max) ? [{ subject, max }] : [];
  });
}

/** What a serving unit is in a sentence: bundle.json names one, and the caller may name several. */
export const nameRole = ({ serving }: Scene): string => (serving.length > 1 ? 'a serving unit' : 'the serving unit');

/** The place of a whole tree: its bundle.json if it has one, otherwise its folder. */
export function placeOfTree({ tree }: Scene): FilePlace {
  return { path: tree.entries.find(({ path }) => path === 'bundle.json')?.shown ?? tree.root };
}

function readManifest(files: readonly TextFile[]): Partial<ReadManifest> & { fault?: ManifestFault } {
  const file = files.find(({ path }) => path === 'bundle.json');
  if (!file) return {};
  try {
    const read = parseManifest(file.text, 'bundle.json', files);
    readHost(read.manifest);
    return read;
  } catch (cause) {
    if (!(cause instanceof OomdrillError)) throw cause;
    return { fault: cause };
  }
}

function readHost(manifest: Manifest | undefined): HostMemory {
  if (!manifest) return {};
  return { memory: parseBytes(manifest.host.memory), swap: parseBytes(manifest.host.swap) };
}
