import { fstatSync, type Stats } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type OomdrillError, usageError } from '../core/errors.js';
import { followLinks } from '../core/follow-links.js';
import { mustError } from '../core/must.js';
import { isWithin } from '../core/within.js';
import { baselineIn, historyIn } from '../history/place.js';
import { fileReporters, type Reporter } from '../report/reporter.js';
import { REPORTERS } from '../report/reporters.js';
import type { ReportFiles } from './report-flags.js';
import type { Setting } from './settings/settings.js';

/** The options of a command that name files to write to, and files that these must not overwrite. */
export interface OutputFlags {
  readonly json?: string | undefined;
  readonly reports?: ReportFiles;
  readonly history?: string | undefined;
  readonly baseline?: string | boolean | undefined;
  /** A directory that the command itself makes: files may be in it that is not there yet. */
  readonly out?: string | undefined;
  /** Where options came from that are not on the command line, for errors. */
  readonly settings?: readonly Setting[] | undefined;
}

/** A file that cannot be written, with the options, or the environment variable, that name it. */
export interface OutputFault {
  readonly names: readonly string[];
  readonly error: OomdrillError;
}

interface NamedFile {
  readonly name: string;
  readonly file: string;
}

const HINT = 'Name another file, or make its directory first.';

/**
 * Finds the files that a command could not write its results to, before it does any work: a drill takes a minute, and
 * what it found out must not be lost for a misspelt name.
 *
 * @param env names further files, as reporters say
 */
export async function findOutputFaults(
  flags: OutputFlags,
  env: Readonly<Record<string, string | undefined>>,
  reporters: readonly Reporter[] = REPORTERS,
): Promise<OutputFault[]> {
  const written = listWritten(flags, env, reporters);
  const faults: OutputFault[] = [];
  for (const one of written) {
    const error = await findOutputFault(one, flags.out);
    if (error) faults.push({ names: [one.name], error });
  }
  const { out } = flags;
  if (out?.trim() === '')
    faults.push({ names: ['--out'], error: mustError('OUTPUT_FILE', '--out', 'name a directory', out) });
  const isFile = out !== undefined && (await stat(out).catch(() => undefined))?.isDirectory() === false;
  if (isFile) faults.push({ names: ['--out'], error: mustError('OUTPUT_FILE', '--out', 'name a directory', out) });
  return faults.concat(await findShared(written, flags));
}

/** The error of one or more files that cannot be written, with the sentence of each. */
export function outputError(faults: readonly OutputFault[]): OomdrillError {
  return usageError('OUTPUT_FILE', faults.map(({ error }) => error.message).join(' '), HINT);
}

/**
 * Why a file cannot be written, as far as that shows without writing to it; undefined if it can be.
 *
 * @param out a directory that will be made
 */
export async function findOutputFault({ name, file }: NamedFile, out?: string): Promise<OomdrillError | undefined> {
  const must = await whatItMust(file, out);
  return must === undefined ? undefined : mustError('OUTPUT_FILE', name, must, file, HINT);
}

async function whatItMust(file: string, out: string | undefined): Promise<string | undefined> {
  if (file.trim() === '') return 'name a file';
  if (file === '-') return 'name a file: only --json can write to standard output';
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory() || file.endsWith('/')) return 'name a file, not a directory';
  if (found?.isFile() && isStandardOutput(found)) return 'name another file than the one that standard output goes to';
  if (found) return (await canWrite(file)) ? undefined : 'name a file that can be written';
  const parent = dirname(resolve(file));
  const isDir = (await stat(parent).catch(() => undefined))?.isDirectory();
  if (!isDir) return out !== undefined && isWithin(parent, out) ? undefined : 'name a file in a directory that exists';
  return (await canWrite(parent)) ? undefined : 'name a file in a directory that can be written';
}

/** Replaced, it would lose what is printed. */
function isStandardOutput({ dev, ino }: Stats): boolean {
  const printed = fstatSync(1);
  return printed.dev === dev && printed.ino === ino;
}

const STANDARD_OUTPUT: ReadonlySet<string | undefined> = new Set(['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']);

/** Whether `--json` names standard output, for which `-` stands. */
export const isPrintedJson = (json: string | undefined): boolean => STANDARD_OUTPUT.has(json);

const canWrite = (path: string): Promise<boolean> =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  );

/** The files that results are written to. */
function listWritten(
  { json, reports }: OutputFlags,
  env: Readonly<Record<string, string | undefined>>,
  reporters: readonly Reporter[],
): NamedFile[] {
  const written: NamedFile[] = [];
  if (json !== undefined && !isPrintedJson(json)) written.push({ name: '--json', file: json });
  if (reports === undefined) return written;
  for (const { name, alsoAddedTo = '' } of fileReporters(reporters)) {
    const file = reports[name];
    if (file !== undefined) written.push({ name: `--${name}`, file });
    const added = env[alsoAddedTo];
    if (added) written.push({ name: alsoAddedTo, file: added });
  }
  return written;
}

/** Earlier results, which are added to; next to the records unless an option says where. */
function listPast(flags: OutputFlags): NamedFile[] {
  if (!('history' in flags)) return [];
  const { history, baseline, out } = flags;
  const past: NamedFile[] = [];
  if (history !== undefined) past.push({ name: '--history', file: history });
  else if (out !== undefined) past.push({ name: 'the history', file: historyIn(out) });
  if (typeof baseline === 'string') past.push({ name: '--baseline', file: baseline });
  else if (out !== undefined) past.push({ name: 'the baseline', file: baselineIn(out) });
  return past;
}

/** What is the same for two names of one file, by whatever links. */
async function identify(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  return found ? `${found.dev}:${found.ino}` : followLinks(resolve(file));
}

/** Files that two options name, of which one would overwrite what the other wrote. */
async function findShared(written: readonly NamedFile[], flags: OutputFlags): Promise<OutputFault[]> {
  const all = [...written, ...listPast(flags)];
  const byFile = new Map<string, NamedFile[]>();
  for (const one of all) {
    const file = await identify(one.file);
    byFile.set(file, [...(byFile.get(file) ?? []), one]);
  }
  const faults: OutputFault[] = [];
  for (const sharing of byFile.values()) {
    const [first] = sharing;
    if (!first || sharing.length < 2) continue;
    // What is written to a device or a pipe does not replace what was written before.
    if ((await stat(first.file).catch(() => undefined))?.isFile() === false) continue;
    const names = sharing.map(({ name }) => name);
    const error = mustError('OUTPUT_FILE', names.join(' and '), 'name different files', first.file, HINT);
    faults.push({ names, error });
  }
  return faults;
}
