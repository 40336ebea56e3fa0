import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../core/errors.js';
import { checkLedgerDir, ledgerDir, ledgerError } from './ledger-dir.js';
import { ownerSchema } from './owner.js';

/** How the name of a page ends, and that of one that is being written. */
export const LEDGER_PAGE = '.json';
export const LEDGER_DRAFT = '.new';

/** A page names some ten things. */
const MAX_PAGE_BYTES = 1 << 20;

/** A draft is renamed at once. One that is so old was left by a process that was killed in between. */
const DRAFT_MS = 3_600_000;

/** Something that outlives a killed harness until it is removed. What else is in it is for its kind to read. */
const resourceSchema = z.looseObject({ kind: z.string() });
const pageSchema = z.object({ owner: ownerSchema, resources: z.array(resourceSchema) });

export type Resource = Readonly<z.infer<typeof resourceSchema>>;
export interface LedgerPage extends z.infer<typeof pageSchema> {
  readonly file: string;
}

/** A page that says nothing to us: cut off by a full disk, of a later version, or not written by us. */
interface UnreadablePage {
  readonly file: string;
  /** In one line. */
  readonly why: string;
}

/** What the ledger holds, the pages of living owners too. */
export interface LedgerContents {
  readonly pages: readonly LedgerPage[];
  readonly unreadable: readonly UnreadablePage[];
}

/**
 * All pages of the ledger. One that is gone when it is read was its owner's to remove, and one that cannot be read hides no
 * other.
 *
 * @throws OomdrillError `LEDGER` where the ledger is not ours, or others may write to it
 */
export async function readLedger(): Promise<LedgerContents> {
  const pages: LedgerPage[] = [];
  const unreadable: UnreadablePage[] = [];
  for (const name of await namesIn(LEDGER_PAGE)) {
    const file = join(ledgerDir(), name);
    try {
      pages.push({ file, ...pageSchema.parse(JSON.parse(await readPage(file))) });
    } catch (thrown) {
      if (isMissing(thrown)) continue;
      unreadable.push({ file, why: thrown instanceof z.ZodError ? 'it is not a page of a ledger' : messageOf(thrown) });
    }
  }
  return { pages, unreadable };
}

/** Removes what was left of pages whose writer was killed in the middle. */
export async function removeOldDrafts(): Promise<void> {
  for (const name of await namesIn(LEDGER_DRAFT)) {
    const file = join(ledgerDir(), name);
    const found = await lstat(file).catch(() => undefined);
    if (found?.isFile() && Date.now() - found.mtimeMs > DRAFT_MS) await rm(file, { force: true });
  }
}

/** The text of a page. Opened without waiting for a writer, as a FIFO would have it, and through no link. */
async function readPage(file: string): Promise<string> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW).catch(
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ELOOP') throw new Error('it is a symbolic link', { cause });
      throw cause;
    },
  );
  try {
    return await readTrusted(handle);
  } finally {
    await handle.close();
  }
}

async function readTrusted(handle: FileHandle): Promise<string> {
  const found = await handle.stat();
  if (!found.isFile()) throw new Error('it is not a regular file');
  if (found.uid !== process.getuid?.()) throw new Error(`it belongs to user ${found.uid}`);
  if ((found.mode & 0o002) !== 0) throw new Error('every user may write to it');
  if (found.size > MAX_PAGE_BYTES) throw new Error('it is larger than 1M');
  return handle.readFile('utf8');
}

/** The files of the ledger whose names end so. One that was never written has no folder. @throws OomdrillError `LEDGER` */
async function namesIn(ending: string): Promise<string[]> {
  if (!(await checkLedgerDir())) return [];
  try {
    return (await readdir(ledgerDir())).filter((name) => name.endsWith(ending)).sort();
  } catch (thrown) {
    if (isMissing(thrown)) return [];
    throw ledgerError(`Could not read the ledger ${ledgerDir()}: ${messageOf(thrown)}.`, thrown);
  }
}

const isMissing = (thrown: unknown): boolean => (thrown as NodeJS.ErrnoException).code === 'ENOENT';
