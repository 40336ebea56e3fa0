import { messageOf } from '../core/errors.js';
import { parseJson } from '../core/json.js';
import type { FilePlace } from './place.js';
import { type FileInTree, findCommand, type UnitInTree } from './unit-in-tree.js';

/** A name of a cgroup parent, and where it is given. */
interface CgroupParent {
  readonly name: string;
  readonly at: FilePlace;
}

/** The configuration of Docker's daemon in a tree of files. */
export interface DockerDaemon {
  /** Its settings file; if the tree has none, the daemon's unit, or the slice for containers. */
  readonly at: FilePlace;
  readonly hasSettingsFile: boolean;
  /** What is wrong with daemon.json; undefined if nothing is. */
  readonly fault: { readonly at: FilePlace; readonly why: string } | undefined;
  /** The parent of all containers, from daemon.json. */
  readonly parent: CgroupParent | undefined;
  /** The parent of all containers, from the command line of docker.service. */
  readonly parentFlag: CgroupParent | undefined;
  /** Containers are scopes of systemd, unless the daemon is configured to create cgroups itself. */
  readonly driver: 'systemd' | 'cgroupfs';
}

const SETTINGS_FILE = 'etc/docker/daemon.json';
const CGROUPFS = 'native.cgroupdriver=cgroupfs';

/**
 * Reads `/etc/docker/daemon.json` and docker.service (dockerd(8), --config-file, --cgroup-parent, --exec-opt).
 * Undefined if the tree has neither of them, nor a docker.slice.
 */
export function readDockerDaemon(files: readonly FileInTree[], units: readonly UnitInTree[]): DockerDaemon | undefined {
  const file = files.find(({ path }) => path === SETTINGS_FILE);
  const unit = units.find(({ name }) => name === 'docker.service');
  const slice = units.find(({ name }) => name === 'docker.slice');
  const at = file ? { path: file.shown } : (unit ?? slice)?.place;
  if (!at) return undefined;
  const command = findCommand(unit);
  const { fault, parent, execOptions } = parseDockerSettings(file?.text ?? '');
  const parentFlag = /--cgroup-parent[= ]\s*["']?([^\s"']+)/.exec(command?.text ?? '')?.[1];
  const driver = /native\.cgroupdriver=\w+/.exec(command?.text ?? '')?.[0];
  return {
    at,
    hasSettingsFile: file !== undefined,
    fault: fault && { at: { path: at.path, line: fault.line }, why: fault.why },
    parent: parent && { name: parent.name, at: { path: at.path, line: parent.line } },
    parentFlag: command && parentFlag !== undefined ? { name: parentFlag, at: command.at } : undefined,
    driver: driver === CGROUPFS || execOptions.includes(CGROUPFS) ? 'cgroupfs' : 'systemd',
  };
}

/** The settings of daemon.json that concern memory. Lines count from 1. */
export interface DockerSettings {
  /** `exec-opts`, such as `native.cgroupdriver=cgroupfs`; a single one may be a string instead of a list. */
  readonly execOptions: readonly unknown[];
  /** `cgroup-parent`; undefined if it is not set, empty, or not a string. */
  readonly parent: { readonly name: string; readonly line: number } | undefined;
  /** Why the daemon rejects the file; undefined for a valid one. */
  readonly fault: { readonly line: number; readonly why: string } | undefined;
}

/** Reads the text of daemon.json; a fault is returned, not thrown. */
export function parseDockerSettings(text: string): DockerSettings {
  const nothing = { execOptions: [], parent: undefined };
  // For the daemon, an empty file is the same as no file (moby/moby, daemon/config, getConflictFreeConfiguration()).
  if (text.trim() === '') return { ...nothing, fault: undefined };
  const { value: settings, fault } = parseJson(text);
  if (fault) {
    const why = messageOf(fault);
    const position = Number(/position (\d+)/.exec(why)?.[1] ?? text.length);
    return { ...nothing, fault: { line: findLine(text, position), why } };
  }
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings))
    return { ...nothing, fault: { line: 1, why: 'it must be an object' } };
  const { 'cgroup-parent': parent, 'exec-opts': options } = settings as Readonly<Record<string, unknown>>;
  const execOptions = [options].flat();
  if (parent === undefined || parent === '') return { execOptions, parent: undefined, fault: undefined };
  const line = findLine(text, text.indexOf('"cgroup-parent"'));
  if (typeof parent === 'string') return { execOptions, parent: { name: parent, line }, fault: undefined };
  return { execOptions, parent: undefined, fault: { line, why: 'cgroup-parent must be a string' } };
}

/** The line, from 1, of a place in a text. */
const findLine = (text: string, position: number): number => text.slice(0, Math.max(0, position)).split('\n').length;
