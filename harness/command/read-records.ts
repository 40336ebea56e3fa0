import { OomdrillError } from '../core/errors.js';
import { type RunRecord, readRecord } from '../record/reader.js';

/** What came of the records that were named. */
export interface ReadRecords<T> {
  readonly read: readonly T[];
  readonly unread: readonly { readonly path: string; readonly error: OomdrillError }[];
}

/** The records that could not be read, for programs. */
export const unreadFacts = (unread: ReadRecords<unknown>['unread']) =>
  unread.map(({ path, error: { code, message } }) => ({ path, code, message }));

/** The same for people: a line for each, and what to do about them. */
export function describeUnread(unread: ReadRecords<unknown>['unread']): string[] {
  const hints = new Set(unread.flatMap(({ error: { hint } }) => (hint === undefined ? [] : [`hint: ${hint}`])));
  return unread.map(({ error: { code, message } }) => `not read: ${message} [${code}]`).concat([...hints]);
}

/**
 * Makes something of each record. One that cannot be read does not hide the others; only where none can be read is that an error.
 * One after the other: a suite's records need not fit into memory together.
 *
 * @throws OomdrillError what `readRecord` throws for the first, with the messages of all, where no record can be read
 */
export async function readRecords<T>(
  paths: readonly string[],
  make: (record: RunRecord, path: string) => T,
): Promise<ReadRecords<T>> {
  const read: T[] = [];
  const unread: { path: string; error: OomdrillError }[] = [];
  for (const path of paths) {
    try {
      read.push(make(await readRecord(path), path));
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
