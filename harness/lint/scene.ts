import { type Manifest, manifestSchema } from '../bundle/manifest.js';
import type { Tree, TreeEntry } from '../bundle/tree.js';
import { type Bytes, parseBytes } from '../core/bytes.js';
import { messageOf } from '../core/errors.js';
import { type DockerDaemon, readDockerDaemon } from '../formats/docker-daemon.js';
import { type Earlyoom, readEarlyoom } from '../formats/earlyoom.js';
import type { FilePlace } from '../formats/place.js';
import { defaultOomPolicy, readManagerConf } from '../systemd/manager-conf.js';
import { Unit } from '../systemd/unit.js';
import { readUnitFile, type UnitFault, type UnitFile } from '../systemd/unit-file.js';
import { isUnitFile, type Manager, UnitSearch } from '../systemd/unit-search.js';
import { isFiniteLimit, type Limit, Subject } from './subject.js';

/** What is known of the host; undefined where nobody said. */
export interface HostMemory {
  readonly memory?: Bytes;
  /** 0 for none. */
  readonly swap?: Bytes;
}

/** A unit file or drop-in with what systemd complains of in it. */
export interface ReadUnitFile {
  readonly file: UnitFile;
  readonly faults: readonly UnitFault[];
}

/** A file of the tree: where it would stand, and as the caller knows it. */
export type TextFile = Extract<TreeEntry, { kind: 'file' }>;

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

const TYPES: ReadonlySet<string> = new Set(['service', 'slice', 'scope']);

/** Resolves a tree; facts that the caller gives come before those of bundle.json. */
export function buildScene(all: Tree, given: HostMemory = {}): Scene {
  const tree = withoutContext(all);
  const files = all.entries.filter((entry): entry is TextFile => entry.kind === 'file');
  const links = all.entries.filter((entry) => entry.kind === 'link');
  const context = new Set(all.entries.flatMap((entry) => (entry.isContext ? [entry.shown] : [])));
  const { manifest, fault: manifestFault } = readManifest(files);
  const host = { ...readHost(manifest), ...given };
  const searches = { system: new UnitSearch(files, links), user: new UnitSearch(files, links, 'user') };
  const read = new Map(files.filter(isUnitFile).map((file) => [file.path, readUnitFile(file.text, file.shown)]));
  const cache = new Map<string, Subject>();

  const subject = (manager: Manager, name: string, isAlias = false): Subject => {
    const key = `${manager} ${name}`;
    const known = cache.get(key);
    if (known) return known;
    const found = searches[manager].find(name);
    // Once: two names may be aliases of each other.
    if (found.name !== name && !isAlias) return subject(manager, found.name, true);
    const parts = [...(found.main ? [found.main] : []), ...found.dropIns];
    // A file at whose broken header systemd gave up counts for nothing.
    const readable = parts
      .flatMap(({ path }) => read.get(path) ?? [])
      .filter(({ faults }) => !faults.some((f) => f.fatal));
    const made = new Subject({
      name: found.name,
      manager,
      unit: new Unit(
        found.name,
        readable.map(({ file }) => file),
      ),
      main: found.main?.shown,
      place: (parts.find(({ isContext }) => !isContext) ?? parts[0])?.shown ?? found.name,
      masked: found.masked,
      oomPolicyDefault: defaultOomPolicy(files, manager),
      slice: subject,
    });
    cache.set(key, made);
    return made;
  };

  const of = (manager: Manager) => searches[manager].names().map((name) => subject(manager, name));
  const serving = manifest && subject('system', manifest.serving.unit);
  const beside = (manifest?.beside ?? []).map(({ unit }) => subject('system', unit));
  const known = new Set([...of('system'), ...of('user'), ...(serving ? [serving] : []), ...beside]);
  // A template stands for its instances where the tree names none.
  const subjects = [...known].filter(
    (one) =>
      TYPES.has(one.type) &&
      !one.masked &&
      one.unit.files.some(({ path }) => !context.has(path)) &&
      !(one.isTemplate && [...known].some((other) => other !== one && other.template === one.name)),
  );
  return {
    tree,
    whole: tree.kind !== 'files',
    host,
    manifest,
    manifestFault,
    subjects,
    searches,
    slice: (name) => subject('system', name),
    paneScope: subject('user', 'tmux-spawn-.scope'),
    serving: serving && subjects.includes(serving) ? serving : undefined,
    unitFiles: [...read.values()].filter(({ file }) => !context.has(file.path)),
    managerConf: readManagerConf(files, 'system'),
    // Its settings may outlive it.
    earlyoom: searches.system.find('earlyoom.service').masked ? undefined : readEarlyoom(files, subjects),
    docker: readDockerDaemon(files, subjects),
  };
}

/** A tree without what was read only to resolve it: the vendor's units are not the caller's to mend. */
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

function readManifest(files: readonly TextFile[]): { manifest?: Manifest; fault?: string } {
  const file = files.find(({ path }) => path === 'bundle.json');
  if (!file) return {};
  let value: unknown;
  try {
    value = JSON.parse(file.text);
  } catch (cause) {
    return { fault: `it is not JSON: ${messageOf(cause)}` };
  }
  const { success, data, error } = manifestSchema.safeParse(value);
  if (!success) {
    const [issue] = error.issues;
    return { fault: `${issue?.path.join('.') || 'bundle.json'}: ${issue?.message}` };
  }
  try {
    readHost(data);
    return { manifest: data };
  } catch (cause) {
    return { fault: `host: ${messageOf(cause)}` };
  }
}

function readHost(manifest: Manifest | undefined): HostMemory {
  if (!manifest) return {};
  return { memory: parseBytes(manifest.host.memory), swap: parseBytes(manifest.host.swap) };
}
