import { messageOf } from '../core/errors.js';
import { parseJson } from '../core/json.js';
import type { FilePlace } from './place.js';
import { type FileInTree, findCommand, type UnitInTree } from './unit-in-tree.js';

/** A name of a cgroup parent, and where it is given. */
interface CgroupParent {
  readonly name: string;
  readonly at: FilePlace;
}

/** What a tree of files says of Docker's daemon. */
export interface DockerDaemon {
  /** Its settings; where they are not in the tree, the daemon's unit, or the slice that is meant for containers. */
  readonly at: FilePlace;
  readonly hasSettingsFile: boolean;
  /** What is wrong with daemon.json. */
  readonly fault: { readonly at: FilePlace; readonly why: string } | undefined;
  /** The parent of all containers as daemon.json has it. */
  readonly parent: CgroupParent | undefined;
  /** The same as the command line of docker.service has it. */
  readonly parentFlag: CgroupParent | undefined;
  /** Containers are systemd's scopes, unless the daemon is told to make cgroups itself. */
  readonly driver: 'systemd' | 'cgroupfs';
}

const SETTINGS_FILE = 'etc/docker/daemon.json';
const CGROUPFS = 'native.cgroupdriver=cgroupfs';

/**
 * Reads `/etc/docker/daemon.json` and what the tree says of docker.service (dockerd(8), --config-file, --cgroup-parent, --exec-opt).
 * Undefined where the tree has neither of them, nor a docker.slice.
 */
export function readDockerDaemon(files: readonly FileInTree[], units: readonly UnitInTree[]): DockerDaemon | undefined {
  const file = files.find(({ path }) => path === SETTINGS_FILE);
  const unit = units.find(({ name }) => name === 'docker.service');
  const slice = units.find(({ name }) => name === 'docker.slice');
  const at = file ? { path: file.shown } : (unit ?? slice)?.place;
  if (!at) return undefined;
  const command = findCommand(unit);
  const { fault, parent, execOptions } = parseDockerSettings(file?.text ?? '');
  const named = /--cgroup-parent[= ]\s*(["']?)([^\s"']+)\1/.exec(command?.text ?? '')?.[2];
  const driver = /native\.cgroupdriver=\w+/.exec(command?.text ?? '')?.[0];
  return {
    at,
    hasSettingsFile: file !== undefined,
    fault: fault && { at: { path: at.path, line: fault.line }, why: fault.why },
    parent: parent && { name: parent.name, at: { path: at.path, line: parent.line } },
    parentFlag: command && named !== undefined ? { name: named, at: command.at } : undefined,
    driver: driver === CGROUPFS || execOptions.includes(CGROUPFS) ? 'cgroupfs' : 'systemd',
  };
}

/** What of daemon.json has to do with memory. Lines are from 1. */
export interface DockerSettings {
  /** `exec-opts`, such as `native.cgroupdriver=cgroupfs`; one of them alone may be a text instead of a list. */
  readonly execOptions: readonly unknown[];
  /** `cgroup-parent`; undefined where it is not set, empty, or no text. */
  readonly parent: { readonly name: string; readonly line: number } | undefined;
  /** Why the daemon refuses the file; undefined for a good one. */
  readonly fault: { readonly line: number; readonly why: string } | undefined;
}

/** Reads the text of daemon.json; what is wrong with it is told, and not thrown. */
export function parseDockerSettings(text: string): DockerSettings {
  const nothing = { execOptions: [], parent: undefined };
  // The daemon takes an empty file for none (moby/moby, daemon/config, getConflictFreeConfiguration()).
  if (text.trim() === '') return { ...nothing, fault: undefined };
  const { value: settings, fault } = parseJson(text);
  if (fault) {
    const why = messageOf(fault);
    const position = Number(/position (\d+)/.exec(why)?.[1] ?? text.length);
    return { ...nothing, fault: { line: findLine(text, position), why } };
  }
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings))
    return { ...nothing, fault: { line: 1, why: 'it is no object' } };
  const { 'cgroup-parent': parent, 'exec-opts': options } = settings as Readonly<Record<string, unknown>>;
  const execOptions = [options].flat();
  if (parent === undefined || parent === '') return { execOptions, parent: undefined, fault: undefined };
  const line = findLine(text, text.indexOf('"cgroup-parent"'));
  if (typeof parent === 'string') return { execOptions, parent: { name: parent, line }, fault: undefined };
  return { execOptions, parent: undefined, fault: { line, why: 'cgroup-parent is no string' } };
}

/** The line, from 1, of a place in a text. */
const findLine = (text: string, position: number): number => text.slice(0, Math.max(0, position)).split('\n').length;
