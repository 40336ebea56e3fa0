import { messageOf } from '../../core/errors.js';
import type { FilePlace } from '../../formats/place.js';
import { parseUnitName } from '../../systemd/unit-name.js';
import type { Rule } from '../rule.js';
import type { Scene, TextFile } from '../scene.js';

/** What the tree says of Docker's daemon. */
interface Docker {
  readonly file: TextFile | undefined;
  /** What is wrong with daemon.json. */
  readonly fault: { readonly line: number; readonly why: string } | undefined;
  /** The parent of all containers, in daemon.json and on the command line of docker.service. */
  readonly parent: { readonly name: string; readonly at: FilePlace } | undefined;
  readonly flag: { readonly name: string; readonly at: FilePlace } | undefined;
  /** Containers are systemd's scopes, unless the daemon is told to make cgroups itself. */
  readonly driver: 'systemd' | 'cgroupfs';
  readonly at: FilePlace;
}

function readDocker({ tree, subjects }: Scene): Docker | undefined {
  const file = tree.entries.find(
    (entry): entry is TextFile => entry.kind === 'file' && entry.path === 'etc/docker/daemon.json',
  );
  const unit = subjects.find(({ name }) => name === 'docker.service');
  const slice = subjects.find(({ name }) => name === 'docker.slice');
  const at = file ? { path: file.shown } : (unit ?? slice)?.place;
  if (!at) return undefined;
  const command = unit?.assignments('ExecStart').findLast(({ value }) => value !== '');
  const named = /--cgroup-parent[= ]\s*(["']?)([^\s"']+)\1/.exec(command?.value ?? '')?.[2];
  const flag =
    command && named !== undefined ? { name: named, at: { path: command.path, line: command.line } } : undefined;
  const { settings, fault } = file ? readSettings(file.text) : { settings: {}, fault: undefined };
  const parent = settings['cgroup-parent'];
  const options = [settings['exec-opts'], command?.value.match(/native\.cgroupdriver=\w+/)?.[0]].flat();
  return {
    file,
    fault,
    parent:
      file && typeof parent === 'string' && parent !== ''
        ? { name: parent, at: { path: file.shown, line: lineOf(file.text, '"cgroup-parent"') } }
        : undefined,
    flag,
    driver: options.includes('native.cgroupdriver=cgroupfs') ? 'cgroupfs' : 'systemd',
    at,
  };
}

function readSettings(text: string): { settings: Readonly<Record<string, unknown>>; fault: Docker['fault'] } {
  // The daemon takes an empty file for none (moby/moby, daemon/config, getConflictFreeConfiguration()).
  if (text.trim() === '') return { settings: {}, fault: undefined };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const isOdd = 'cgroup-parent' in value && typeof value['cgroup-parent'] !== 'string';
      const fault = isOdd ? { line: lineOf(text, '"cgroup-parent"'), why: 'cgroup-parent is no string' } : undefined;
      return { settings: { ...value }, fault };
    }
    return { settings: {}, fault: { line: 1, why: 'it is no object' } };
  } catch (cause) {
    const why = messageOf(cause);
    const position = Number(/position (\d+)/.exec(why)?.[1] ?? text.length);
    return { settings: {}, fault: { line: text.slice(0, position).split('\n').length, why } };
  }
}

const lineOf = (text: string, part: string): number =>
  text.slice(0, Math.max(0, text.indexOf(part))).split('\n').length;

export const dockerParent: Rule = {
  id: 'docker-no-parent',
  severity: 'error',
  title: 'Docker without a cgroup-parent',
  why: 'Containers then run in system.slice, each by itself and uncapped, beside the services of the host; a docker.slice with a cap holds none of them.',
  source: 'dockerd(8), --cgroup-parent (default: system.slice with the systemd driver); scenario runaway-in-container',
  mend: 'Write { "cgroup-parent": "docker.slice" } into /etc/docker/daemon.json, and cap docker.slice.',
  *check(scene) {
    const docker = readDocker(scene);
    if (!docker || docker.fault || docker.parent || docker.flag) return;
    // Files without their surroundings do not say what the daemon is told elsewhere.
    if (!scene.whole && !docker.file) return;
    yield { at: docker.at, message: 'The Docker daemon is told no cgroup-parent.' };
  },
};

export const dockerParentName: Rule = {
  id: 'docker-parent-name',
  severity: 'error',
  title: 'A cgroup-parent that is no slice',
  why: 'With the systemd driver Docker refuses to start any container.',
  source: 'moby/moby, "cgroup-parent for systemd cgroup should be a valid slice named as \\"xxx.slice\\""',
  mend: 'Name a slice, without its path: docker.slice.',
  *check(scene) {
    const docker = readDocker(scene);
    for (const parent of [docker?.parent, docker?.flag]) {
      if (!parent || docker?.driver !== 'systemd' || parseUnitName(parent.name)?.type === 'slice') continue;
      yield { at: parent.at, message: `cgroup-parent "${parent.name}" does not name a slice.` };
    }
  },
};

export const dockerParentUncapped: Rule = {
  id: 'docker-parent-uncapped',
  severity: 'error',
  title: 'A cgroup-parent without a cap',
  why: 'Containers without a limit of their own then have none at all: a slice that no file describes is made without limits.',
  source: 'systemd.slice(5); scenario runaway-in-container',
  mend: 'Write etc/systemd/system/NAME.slice with [Slice], MemoryMax= and MemorySwapMax=0.',
  *check(scene) {
    const docker = readDocker(scene);
    const parent = docker?.parent ?? docker?.flag;
    if (!scene.whole || !parent || parseUnitName(parent.name)?.type !== 'slice') return;
    if (!scene.slice(parent.name).tightest('MemoryMax', scene.host.memory))
      yield { at: parent.at, message: `${parent.name}, in which all containers run, has no MemoryMax.` };
  },
};

export const dockerSettings: Rule = {
  id: 'docker-settings',
  severity: 'error',
  title: 'A daemon.json that Docker does not take',
  why: 'The daemon does not start, and with it no container.',
  source: 'dockerd(8), daemon configuration file: JSON, and no option both there and on the command line',
  mend: 'Correct the file; `dockerd --validate` checks it.',
  *check(scene) {
    const docker = readDocker(scene);
    if (docker?.file && docker.fault)
      yield {
        at: { path: docker.file.shown, line: docker.fault.line },
        message: `daemon.json is not JSON of settings: ${docker.fault.why}.`,
      };
    if (docker?.parent && docker.flag)
      yield {
        at: docker.parent.at,
        message: `cgroup-parent is set here and on the command line at ${docker.flag.at.path}:${docker.flag.at.line}.`,
      };
  },
};

export const dockerDriver: Rule = {
  id: 'docker-cgroupfs',
  severity: 'warning',
  title: 'Docker with the cgroupfs driver beside systemd',
  why: 'Docker then makes cgroups behind the back of systemd, outside of its slices: a slice of systemd holds them only by luck of the path.',
  source: 'Docker, "Runtime metrics"; systemd, CGROUP_DELEGATION ("one writer per cgroup")',
  mend: 'Remove native.cgroupdriver=cgroupfs; systemd is the default with cgroup v2.',
  *check(scene) {
    const docker = readDocker(scene);
    if (docker?.driver === 'cgroupfs')
      yield { at: docker.at, message: 'Containers are no units of systemd: native.cgroupdriver=cgroupfs.' };
  },
};
