import { UNIT_DIR } from './bundle.js';

/** The program of a unit, as far as it is known where it comes from. */
export interface Program {
  /** Its absolute path. */
  readonly path: string;
  /** The Debian package that brings it; `none` if it is known that none does, undefined if it is not known. */
  readonly debianPackage: string | 'none' | undefined;
}

/** Programs that every guest has. */
const IN_THE_GUEST = /^\/(?:usr\/)?bin\/(?:sh|bash|env|node|python3|sleep)$/;

export const isInTheGuest = (path: string): boolean => IN_THE_GUEST.test(path);

/**
 * Says how the guest gets a unit's program; undefined if it has all of it.
 *
 * @param unitFiles text of the unit's files
 * @param isInBundle whether the bundle brings the file or directory at a path of the guest
 */
export function describeProgram(
  { path, debianPackage }: Program,
  unitFiles: string,
  isInBundle: (path: string) => boolean = () => false,
): string | undefined {
  if (isInTheGuest(path)) return describeScript(path, unitFiles, isInBundle);
  if (isInBundle(path)) return undefined;
  if (debianPackage === undefined)
    return `The guest may lack ${path}: add its Debian package to packages in bundle.json, or put it at root${path}, with everything that it needs.`;
  return debianPackage === 'none'
    ? `${path} belongs to no Debian package: put it at root${path}, with everything that it needs.`
    : `The guest gets the package ${debianPackage}: copy settings and data that it needs besides into root/.`;
}

function describeScript(
  interpreter: string,
  unitFiles: string,
  isInBundle: (path: string) => boolean,
): string | undefined {
  const words = listArguments(unitFiles);
  // Which of them is the script and which is data, only the interpreter knows.
  const named = [...new Set(words.filter((word) => /^\/[\w./-]+$/.test(word)))].filter((path) => !isInDebian(path));
  // The bundle cannot lack a module, or a text.
  if (named.length === 0 && words.some((word) => /^-[mc]$/.test(word))) return undefined;
  if (named.length === 0)
    return `The bundle lacks the program or script that ${interpreter} runs: put it below root/, at its path on the host.`;
  const missing = named.filter((path) => !isInBundle(path));
  if (missing.length === 0) return undefined;
  const places = missing.map((path) => `root${path}`);
  return `The bundle may lack what the command line of ${interpreter} names, ${missing.join(', ')}: put it at ${places.join(', ')}.`;
}

/** Directories that every Debian has (package base-files, and those of the Filesystem Hierarchy Standard), without what is in them. */
const DEBIAN_DIRS =
  /^\/(?:|bin|boot|etc|home|lib|media|mnt|opt|root|sbin|srv|tmp|usr|var|usr\/(?:bin|games|include|lib|local|sbin|share|src)|usr\/local\/(?:bin|etc|lib|sbin|share|src)|usr\/share\/(?:doc|man|misc)|etc\/(?:default|ssl|ssl\/certs|systemd|systemd\/system)|var\/(?:backups|cache|lib|local|lock|log|mail|opt|run|spool|tmp))\/*$/;

/** What the kernel and systemd make at each start. */
const MADE_AT_START = /^\/(?:dev|proc|run|sys)(?:\/|$)/;

const isInDebian = (path: string): boolean => DEBIAN_DIRS.test(path) || MADE_AT_START.test(path) || isInTheGuest(path);

/** The arguments of what a unit starts. */
const listArguments = (unitFiles: string): string[] =>
  [...unitFiles.matchAll(/^ExecStart=(.+)$/gm)].flatMap(([, command = '']) => command.split(/[\s"']+/).slice(1));

/**
 * Lists what else a unit cannot start without: credentials, and services and sockets that it requires.
 *
 * @param unitFiles text of the unit's files
 * @param files of the bundle
 * @param isInBundle as for `describeProgram`
 */
export function listUnitNeeds(
  unitFiles: string,
  files: readonly { readonly path: string }[],
  isInBundle: (path: string) => boolean = () => false,
): string[] {
  const needs: string[] = [];
  for (const [, id, path = ''] of unitFiles.matchAll(/^LoadCredential(?:Encrypted)?=([^:\n]+):(.+)$/gm))
    if (!isInBundle(path))
      needs.push(`The unit loads the credential ${id} from ${path}: put a stand-in at root${path}.`);
  const required = [...unitFiles.matchAll(/^(?:Requires|BindsTo|Requisite)=(.+)$/gm)]
    .flatMap(([, names = '']) => names.split(/\s+/))
    .filter((name) => /\.(?:service|socket)$/.test(name));
  for (const name of required) {
    if (files.some(({ path }) => path === `${UNIT_DIR}/${name}`)) continue;
    needs.push(`The unit requires ${name}, which is not in the bundle: add it, or remove the line.`);
  }
  return needs;
}

/** Says what to do about a file with variables of which the bundle has nothing. @param path on the host */
export const describeMissingEnvironment = (path: string): string =>
  `The environment file ${path} is not in the bundle: put a stand-in at root${path}.`;

/** Says what to do about a file with variables that has none of their values. @param path on the host */
export function describeUnsetVariables(path: string, names: readonly string[]): string {
  const content = names.length === 0 ? 'is empty' : `has the names ${names.join(', ')} without values`;
  return `${path.slice(1)} ${content}: add the values that the server needs to start.`;
}
