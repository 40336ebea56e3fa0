import { OomdrillError } from '../core/errors.js';
import { type RunRecord, readRecord } from '../record/reader.js';

/** What came of the files that were named. */
interface ReadFiles<T> {
  readonly read: readonly T[];
  readonly unread: readonly { readonly path: string; readonly error: OomdrillError }[];
}

/** The files that could not be read, for programs. */
export const unreadFacts = (unread: ReadFiles<unknown>['unread']) =>
  unread.map(({ path, error: { code, message } }) => ({ path, code, message }));

/** The same for people: a line for each, and what to do about them. */
export function describeUnread(unread: ReadFiles<unknown>['unread']): string[] {
  const hints = new Set(unread.flatMap(({ error: { hint } }) => (hint === undefined ? [] : [`hint: ${hint}`])));
  return unread.map(({ error: { code, message } }) => `not read: ${message} [${code}]`).concat([...hints]);
}

/** Makes something of each record, one after the other: a suite's records need not fit into memory together. @throws OomdrillError as `tryEach` */
export const readRecords = <T>(
  paths: readonly string[],
  make: (record: RunRecord, path: string) => T,
): Promise<ReadFiles<T>> => tryEach(paths, async (path) => make(await readRecord(path), path));

/**
 * Reads each file. One that cannot be read does not hide the others; only where none can be read is that an error.
 *
 * @throws OomdrillError that of the first, with the messages of all, where no file can be read
 */
export async function tryEach<T>(
  paths: readonly string[],
  readOne: (path: string) => Promise<T>,
): Promise<ReadFiles<T>> {
  const read: T[] = [];
  const unread: { path: string; error: OomdrillError }[] = [];
  for (const path of paths) {
    try {
      read.push(await readOne(path));
    } catch (error) {
      if (!(error instanceof OomdrillError)) throw error;
      unread.push({ path, error });
    }
  }
  const [first] = unread;
  if (first && read.length === 0) {
    const { code, kind, hint } = first.error;
    const message = unread.map(({ error }) => error.message).join(' ');
    throw new OomdrillError({ code, kind, message, hint, cause: first.error });
  }
  return { read, unread };
}
