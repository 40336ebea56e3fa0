import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { failureMessageSchema } from '../contract/failure.js';
import { PART_KINDS, type PartDocument } from '../contract/parts.js';
import { isOfKind } from '../contract/stored.js';
import { messageOf, OomdrillError, usageError } from '../core/errors.js';
import { parseJson } from '../core/json.js';
import { readTextFile } from '../core/read-text-file.js';
import { HOW_TO_MERGE } from '../verdict/merge.js';

/** The files of parts that could be read, and why the others could not. */
interface ReadParts {
  readonly read: readonly PartDocument[];
  readonly faults: readonly OomdrillError[];
}

/**
 * Reads what parts of a campaign wrote with `--json`. A file that cannot be read does not hide the others.
 *
 * @param paths of files; of a directory, every file in it whose name ends in `.json` is read
 */
export async function readParts(paths: readonly string[]): Promise<ReadParts> {
  const files = [...new Set((await Promise.all(paths.map(listFiles))).flat())];
  const all = await Promise.all(files.map(readPart));
  return {
    read: all.filter((one) => !(one instanceof OomdrillError)),
    faults: all.filter((one) => one instanceof OomdrillError),
  };
}

async function listFiles(path: string): Promise<string[]> {
  const isDirectory = (await stat(path).catch(() => undefined))?.isDirectory() === true;
  const names = isDirectory ? await readdir(path).catch(() => undefined) : undefined;
  if (!names) return [path];
  return names
    .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
    .sort()
    .map((name) => join(path, name));
}

/** The part that a file holds, or the error that says why it cannot be read. */
export async function readPart(path: string): Promise<PartDocument | OomdrillError> {
  try {
    return parsePart(path, await readTextFile(path, { code: 'SHARD_UNREADABLE', hint: HOW_TO_MERGE }));
  } catch (thrown) {
    if (thrown instanceof OomdrillError) return thrown;
    throw thrown;
  }
}

/** @throws OomdrillError */
function parsePart(path: string, text: string): PartDocument {
  const unread = (why: string) => usageError('SHARD_UNREADABLE', `${why}.`, HOW_TO_MERGE);
  const { value, fault } = parseJson(text);
  if (fault) throw unread(`${path} is not JSON: ${messageOf(fault)}`);
  const failure = failureMessageSchema.safeParse(value);
  if (failure.success)
    throw unread(`${path} holds an error instead of a result: ${failure.data.error.message.replace(/\.$/, '')}`);
  // Of any other document it is said that it is not the commonest one.
  const kind = PART_KINDS.find(({ format }) => isOfKind(value, { format })) ?? PART_KINDS[0];
  return kind.read(value, path);
}
