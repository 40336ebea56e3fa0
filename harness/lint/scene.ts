import { type Manifest, parseManifest, type ReadManifest } from '../bundle/manifest.js';
import type { Tree } from '../bundle/tree.js';
import { type Bytes, parseBytes } from '../core/bytes.js';
import { messageOf } from '../core/errors.js';
import { type DockerDaemon, readDockerDaemon } from '../formats/docker-daemon.js';
import { type Earlyoom, readEarlyoom } from '../formats/earlyoom.js';
import type { FilePlace } from '../formats/place.js';
import { readManagerConf } from '../systemd/manager-conf.js';
import type { Unit } from '../systemd/unit.js';
import type { Manager, UnitSearch } from '../systemd/unit-search.js';
import { isFiniteLimit, type Limit, type Subject } from './subject.js';
import { type ReadUnitFile, type TextFile, UnitTable } from './unit-table.js';

/** What is known of the host; undefined where nobody said. */
export interface HostMemory {
  readonly memory?: Bytes;
  /** 0 for none. */
  readonly swap?: Bytes;
}

/** All that rules look at: one tree, resolved as systemd would. */
export interface Scene {
  /** What was asked for of it. */
  readonly tree: Tree;
  /** Whether the tree is a host's: only then does what is not there mean anything. */
  readonly whole: boolean;
  readonly host: HostMemory;
  readonly manifest: Manifest | undefined;
  /** What is wrong with bundle.json. */
  readonly manifestFault: string | undefined;
  /** Keys of bundle.json that oomdrill does not know. */
  readonly unknownKeys: readonly string[];
  /** Units with files of their own or drop-ins that were asked for, and the serving one; masked ones are left out. */
  readonly subjects: readonly Subject[];
  readonly serving: Subject | undefined;
  /** A slice of the system's manager by its name, also one that no file describes: it is within others all the same. */
  readonly slice: (name: string) => Subject;
  /** What each pane of tmux is in, where it is built with systemd: a scope of its user's manager, which has drop-ins at most. */
  readonly paneScope: Subject;
  /** The settings of the system's manager. */
  readonly managerConf: Unit;
  readonly unitFiles: readonly ReadUnitFile[];
  readonly searches: Readonly<Record<Manager, UnitSearch<TextFile>>>;
  readonly earlyoom: Earlyoom | undefined;
  readonly docker: DockerDaemon | undefined;
}

/** Resolves a tree; facts that the caller gives come before those of bundle.json. */
export function buildScene(all: Tree, given: HostMemory = {}): Scene {
  const units = new UnitTable(all.entries);
  const { files, searches } = units;
  const { manifest, unknownKeys = [], fault: manifestFault } = readManifest(files);
  const context = new Set(all.entries.filter(({ isContext }) => isContext).map(({ shown }) => shown));
  const subjects = selectSubjects(units, manifest, context);
  const serving = manifest && units.find('system', manifest.serving.unit);
  return {
    tree: withoutContext(all),
    whole: all.kind !== 'files',
    host: { ...readHost(manifest), ...given },
    manifest,
    manifestFault,
    unknownKeys,
    subjects,
    searches,
    slice: (name) => units.find('system', name),
    paneScope: units.find('user', 'tmux-spawn-.scope'),
    serving: serving && subjects.includes(serving) ? serving : undefined,
    unitFiles: [...units.unitFiles.values()].filter(({ file }) => !context.has(file.path)),
    managerConf: readManagerConf(files, 'system'),
    // Its settings may outlive it.
    earlyoom: searches.system.find('earlyoom.service').masked ? undefined : readEarlyoom(files, subjects),
    docker: readDockerDaemon(files, subjects),
  };
}

/** Types of units that have a cgroup with limits of its own. */
const TYPES: ReadonlySet<string> = new Set(['service', 'slice', 'scope']);

/** The units that are judged: those that the tree or its bundle.json speaks of, but for what is only context, and masked ones. */
function selectSubjects(
  units: UnitTable,
  manifest: Manifest | undefined,
  context: ReadonlySet<string>,
): readonly Subject[] {
  const named = manifest ? [manifest.serving, ...(manifest.sidecars ?? [])] : [];
  const known = new Set([...units.list('system'), ...units.list('user')]);
  for (const { unit } of named) known.add(units.find('system', unit));
  const hasInstance = (template: Subject) =>
    [...known].some((other) => other !== template && other.template === template.name);
  return [...known].filter(
    (subject) =>
      TYPES.has(subject.type) &&
      !subject.masked &&
      subject.unit.files.some(({ path }) => !context.has(path)) &&
      // A template stands for its instances where the tree names none.
      !(subject.isTemplate && hasInstance(subject)),
  );
}

/** A tree without what was read only to resolve it: the vendor's units are not the caller's to fix. */
const withoutContext = (tree: Tree): Tree => ({
  ...tree,
  entries: tree.entries.filter(({ isContext }) => !isContext),
});

/** Units that are capped themselves. */
export function findCapped(scene: Scene): { subject: Subject; max: Limit }[] {
  return scene.subjects.flatMap((subject) => {
    const max = subject.own('MemoryMax', scene.host.memory);
    return isFiniteLimit(max) ? [{ subject, max }] : [];
  });
}

/** The place of a whole tree: its bundle.json where there is one, or else its folder. */
export function placeOfTree({ tree }: Scene): FilePlace {
  return { path: tree.entries.find(({ path }) => path === 'bundle.json')?.shown ?? tree.root };
}

function readManifest(files: readonly TextFile[]): Partial<ReadManifest> & { fault?: string } {
  const file = files.find(({ path }) => path === 'bundle.json');
  if (!file) return {};
  try {
    const read = parseManifest(file.text, 'bundle.json');
    readHost(read.manifest);
    return read;
  } catch (cause) {
    return { fault: messageOf(cause) };
  }
}

function readHost(manifest: Manifest | undefined): HostMemory {
  if (!manifest) return {};
  return { memory: parseBytes(manifest.host.memory), swap: parseBytes(manifest.host.swap) };
}
