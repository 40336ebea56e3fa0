import { posix } from 'node:path';
import { usageError } from '../../core/errors.js';
import { parseShow } from '../../systemd/show.js';
import { type BundleFile, UNIT_DIR } from '../bundle.js';

/** The parsed output of host/capture.sh (docs/capture.md). */
export interface CaptureStream {
  /** Single values by name: `kernel`, `memory-kib`, ... */
  readonly facts: Readonly<Record<string, string>>;
  /** The unit's properties from `systemctl show`. */
  readonly shown: Readonly<Record<string, string>>;
  /** By their absolute paths on the host, in the order in which they apply. */
  readonly files: readonly BundleFile[];
  readonly environmentFiles: readonly EnvironmentFile[];
  readonly killers: readonly string[];
  /** The kernel's files about the unit's memory, and the host's memory pressure, by name. */
  readonly kernel: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
  readonly omitted: readonly Omission[];
  /** Undefined for a unit, and for a pod. */
  readonly container: CapturedContainer | undefined;
  /** Undefined for all but a pod. */
  readonly pod: CapturedPod | undefined;
}

/** What a node knows of a pod. */
export interface CapturedPod {
  readonly containers: readonly CapturedPodContainer[];
  /** The files of the cgroup of the pod itself, by their names. */
  readonly limits: ReadonlyMap<string, readonly string[]>;
}

/** A container of a pod that runs. */
export interface CapturedPodContainer {
  readonly name: string;
  /** What its runtime was asked for, and the files of its cgroup, by their names; of `port` there may be several. */
  readonly settings: ReadonlyMap<string, readonly string[]>;
  /** Command lines: those of its manifest, or that of its process where the manifest's are not known. */
  readonly words: Readonly<Record<string, string>>;
  /** Names of variables that it was given. */
  readonly variables: readonly string[];
}

/** What a container's engine says of it. */
export interface CapturedContainer {
  /** Settings by their names, such as `memory`, each with what follows it; of `publish` and `digest` there may be several. */
  readonly settings: ReadonlyMap<string, readonly string[]>;
  /** Its command line, if that is not its image's. */
  readonly command:
    | { readonly line: string; readonly entrypointWords: number; readonly isEntrypointOfImage: boolean }
    | undefined;
  /** The command of a health check that is not its image's. */
  readonly healthCheck: string | undefined;
  /** Names of variables that it was given. */
  readonly variables: readonly string[];
}

/** Something that stayed on the host. */
interface Omission {
  /** What and why, as a sentence. */
  readonly what: string;
  /** Whether the unit cannot start in a guest without it, or a stand-in for it. */
  readonly isNeeded: boolean;
}

/** An environment file of the unit: its path, and the names of the variables that it sets, if it may be read. */
export interface EnvironmentFile {
  readonly path: string;
  readonly optional: boolean;
  readonly names: readonly string[];
}

/** What to do about a stream that is not whole, or not from our script. */
export const CAPTURE_AGAIN = 'Run the script of `oomdrill capture --script` on the host again.';

const STREAM_HEAD = 'oomdrill-capture/1';

/**
 * Reads the stream: a line `== KIND ARGUMENTS` begins a section, lines that begin with `|` are its content, and `==
 * end` ends the stream. Output of the login before the first line is ignored.
 *
 * @param path its path in messages
 * @throws OomdrillError `CAPTURE_STREAM` if it is not such a stream, of another version, or truncated
 */
export function parseCaptureStream(text: string, path: string): CaptureStream {
  const lines = text.split(/\r?\n/);
  const start = lines.indexOf(STREAM_HEAD);
  if (start < 0) throw invalidStream(path, `there is no line "${STREAM_HEAD}"`);
  const sections: { kind: string; words: string; lines: string[] }[] = [];
  for (const line of lines.slice(start + 1)) {
    const [, kind, words = ''] = /^== ([a-z-]+)(?: (.*))?$/.exec(line) ?? [];
    if (kind === 'end') {
      const misplaced = findMisplaced(sections);
      if (misplaced !== undefined)
        throw invalidStream(path, `"${misplaced.slice(0, 80)}" is not a path that a capture may contain`);
      return readSections(sections);
    }
    if (kind) sections.push({ kind, words, lines: [] });
    else if (line.startsWith('|')) sections.at(-1)?.lines.push(line.slice(1));
    else throw invalidStream(path, `"${line.slice(0, 40)}" belongs to no section`);
  }
  throw invalidStream(path, 'it is truncated');
}

/** Directories of units that systemd reads (systemd.unit(5)): in the bundle all become the administrator's. */
const UNIT_DIRS =
  /^.*\/systemd\/(?:system|system\.control|system\.attached|transient|generator(?:\.early|\.late)?)\/(.+)$/;

/**
 * The path in the bundle of a file of the host. Undefined for any that a capture may not contain: the stream is not from our
 * script, and could write anywhere.
 */
export function placeInBundle(path: string): string | undefined {
  const below = UNIT_DIRS.exec(path)?.[1];
  const place = below === undefined ? path.slice(1) : `${UNIT_DIR}/${below}`;
  return isPlainPath(path) && place.startsWith('etc/') ? place : undefined;
}

/** Longest name of a file (NAME_MAX) and path (PATH_MAX, with room for the bundle's own) of Linux, bytes. */
const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 2048;

/** Whether a path is absolute, of names that any file system takes, and leads nowhere but down. */
function isPlainPath(path: string): boolean {
  const isNormal = path.startsWith('/') && posix.normalize(path) === path && !path.endsWith('/');
  const names = path.split('/').map((name) => Buffer.byteLength(name));
  return isNormal && !/\p{Cc}/u.test(path) && Math.max(...names) <= MAX_NAME_BYTES && path.length <= MAX_PATH_BYTES;
}

/** Finds the first section whose file would be written outside the bundle. */
function findMisplaced(sections: readonly { kind: string; words: string }[]): string | undefined {
  return sections.find(({ kind, words }) => {
    if (kind === 'cgroup') return !/^memory\.[a-z.]+$/.test(words);
    if (kind === 'file') return placeInBundle(words) === undefined;
    return kind === 'environment-file' && !isPlainPath(words.replace(/ \(.*/, ''));
  })?.words;
}

function invalidStream(path: string, why: string) {
  return usageError('CAPTURE_STREAM', `${path} is not a complete capture: ${why}.`, CAPTURE_AGAIN);
}

function readSections(sections: readonly { kind: string; words: string; lines: readonly string[] }[]): CaptureStream {
  const of = (wanted: string) => sections.filter(({ kind }) => kind === wanted);
  const textOf = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
  const facts = of('fact').map(({ words, lines }): [string, string] => [words, lines[0] ?? '']);
  return {
    facts: Object.fromEntries(facts),
    shown: parseShow(textOf(of('show').flatMap(({ lines }) => lines))),
    files: of('file').map(({ words, lines }) => ({ path: words, text: textOf(lines) })),
    environmentFiles: of('environment-file').map(({ words, lines }) => ({
      path: words.replace(/ \(.*/, ''),
      optional: /ignore_errors=yes/.test(words),
      names: lines,
    })),
    killers: facts.filter(([name]) => name === 'killer').map(([, value]) => value),
    kernel: Object.fromEntries([
      ...of('cgroup').map(({ words, lines }) => [words, textOf(lines)]),
      ...of('host-pressure').map(({ lines }) => ['host-memory.pressure', textOf(lines)]),
    ]),
    ports: of('ports').flatMap(({ lines }) => lines.map(Number)),
    container: facts.some(([name]) => name === 'container') ? readContainer(of) : undefined,
    pod: facts.some(([name]) => name === 'pod') ? readPod(of) : undefined,
    omitted: of('omitted').flatMap(({ words, lines }) => lines.map((what) => ({ what, isNeeded: words === 'needed' }))),
  };
}

/** Sections of one kind. */
type SectionsOf = (kind: string) => readonly { readonly words: string; readonly lines: readonly string[] }[];

/** Lines of a name and what follows it. */
function groupSettings(lines: readonly string[]): Map<string, string[]> {
  const settings = new Map<string, string[]>();
  for (const line of lines) {
    const space = line.indexOf(' ');
    const key = line.slice(0, space);
    settings.set(key, [...(settings.get(key) ?? []), line.slice(space + 1)]);
  }
  return settings;
}

function readPod(of: SectionsOf): CapturedPod {
  const wordsOf = (name: string) =>
    of('pod-words').flatMap(({ words, lines }) => {
      const [container, which = ''] = words.split(' ');
      return container === name && lines[0] !== undefined ? [[which, lines[0]] as const] : [];
    });
  return {
    limits: groupSettings(of('pod-limits').flatMap(({ lines }) => lines)),
    containers: of('pod-container').map(({ words: name, lines }) => ({
      name,
      settings: groupSettings(lines),
      words: Object.fromEntries(wordsOf(name)),
      variables: of('pod-variables').flatMap(({ words, lines }) => (words === name ? lines : [])),
    })),
  };
}

function readContainer(of: SectionsOf): CapturedContainer {
  const settings = groupSettings(of('container').flatMap(({ lines }) => lines));
  const [command] = of('command');
  const [words = '', ofImage = ''] = command?.words.split(' ') ?? [];
  return {
    settings,
    command: command && {
      line: command.lines[0] ?? '',
      entrypointWords: Number(words) || 0,
      isEntrypointOfImage: ofImage === 'yes',
    },
    healthCheck: of('health-check')[0]?.lines[0],
    variables: of('variables').flatMap(({ lines }) => lines),
  };
}
