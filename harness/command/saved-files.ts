import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes, MIB } from '../core/bytes.js';
import { messageOf, usageError } from '../core/errors.js';
import { STDIN } from '../core/file-chunks.js';
import { readTextFile } from '../core/read-text-file.js';
import { guessCgroupFile } from '../explain/cgroup-file.js';
import type { Saved } from '../explain/parts.js';
import { USED_FILES } from '../explain/saved-cgroup.js';
import { tryEach } from './read-records.js';

/** Kernel logs of months are smaller. */
const MAX_EVIDENCE_BYTES = 256 * MIB;

const HINT = 'Name saved files, or the directory of a cgroup.';

/** A file to read, and the directory that was named for it. */
interface Target {
  readonly path: string;
  readonly within?: string;
}

/**
 * Reads the files at paths, standard input for `-`, and of a directory the files of the cgroup and of those below it, and
 * logs. One that cannot be read hides no other.
 *
 * @throws OomdrillError `EVIDENCE_MISSING` if nothing can be read
 */
export async function readSavedFiles(paths: readonly string[]) {
  if (paths.filter((path) => path === STDIN).length > 1)
    throw usageError('EVIDENCE_MISSING', 'Standard input must be named once only.', 'Name one - at most.');
  const targets = await tryEach(paths, findFiles);
  const byPath = new Map(targets.read.flat().map((target) => [target.path, target]));
  const files = await tryEach([...byPath.keys()], (path) => readSaved(byPath.get(path) ?? { path }));
  const bytes = files.read.reduce((sum, { text }) => sum + text.length, 0);
  if (bytes > MAX_EVIDENCE_BYTES && files.read.length > 1)
    throw missing(`The files are larger than ${formatBytes(MAX_EVIDENCE_BYTES)} together.`);
  return { read: files.read, unread: [...targets.unread, ...files.unread] };
}

/** The deepest folder that is looked into, and the most entries: more than a pod's cgroups, fewer than a disk. */
const MAX_DEPTH = 12;
const MAX_ENTRIES = 20_000;

async function findFiles(path: string): Promise<Target[]> {
  const isFolder = path !== STDIN && (await stat(path).catch(() => undefined))?.isDirectory() === true;
  if (!isFolder) return [{ path }];
  const found: Target[] = [];
  const folders: { path: string; depth: number }[] = [{ path, depth: 0 }];
  let seen = 0;
  for (const folder of folders) {
    for (const entry of await entriesOf(folder.path)) {
      seen += 1;
      if (seen > MAX_ENTRIES) throw missing(`${path} must hold at most ${MAX_ENTRIES} files and folders.`);
      const inside = join(folder.path, entry.name);
      if (entry.isDirectory() && folder.depth < MAX_DEPTH) folders.push({ path: inside, depth: folder.depth + 1 });
      else if (entry.isFile() && isOfUse(entry.name)) found.push({ path: inside, within: path });
    }
  }
  if (found.length === 0) throw missing(`${path} must hold at least one of ${V2_FILES.join(', ')}, or a log.`);
  return found;
}

async function entriesOf(folder: string) {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw missing(`Could not read ${folder}: ${messageOf(cause)}.`, cause);
  });
  return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
}

const V2_FILES = ['memory.events', 'memory.stat', 'memory.pressure', 'memory.current', 'memory.high', 'memory.max'];

/** Of a folder, only what names say is read: it may hold anything. */
const isOfUse = (name: string): boolean => {
  const file = guessCgroupFile(name);
  return file
    ? USED_FILES.has(file.name)
    : /(?:log|journal|dmesg|messages|kmsg)(?:$|[^a-z])|\.(?:txt|out)$/i.test(name);
};

async function readSaved({ path, within }: Target): Promise<Saved> {
  const text = await readTextFile(path, {
    code: 'EVIDENCE_MISSING',
    hint: HINT,
    limitBytes: MAX_EVIDENCE_BYTES,
    // A crash leaves NUL bytes in a log, and names of processes are not always UTF-8.
    lenient: true,
    stdin: true,
  });
  if (path === STDIN && text.trim() === '') throw missing('Standard input is empty.');
  const saved = { name: path, text: text.replaceAll('\r\n', '\n') };
  return within === undefined ? saved : { ...saved, within };
}

const missing = (message: string, cause?: unknown) => usageError('EVIDENCE_MISSING', message, HINT, cause);
