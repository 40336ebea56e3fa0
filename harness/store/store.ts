import { existsSync } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { machineError, messageOf, type OomdrillError, usageError } from '../core/errors.js';
import { withFileLocked } from '../core/lock.js';
import { COLUMN_NAMES, COLUMNS, type Row, type StoreColumn } from './row.js';

/** Says in a file of SQLite that it is ours: `oomd` (sqlite3 PRAGMA application_id). */
const APPLICATION_ID = 0x6f6f6d64;

/** The version of the table. A column is added by a version of its own; none is renamed or removed. */
const VERSION = 1;

const OTHER_FILE = 'Name another file with --store.';

/** Which rows are wanted: equal to each of these, and not before and not after a time. */
export interface Filter {
  readonly equal?: Readonly<Partial<Record<StoreColumn, string | number>>>;
  /** ISO 8601, or the beginning of it. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** A store that is open. Its rows are drills, each once. */
export interface OpenStore {
  /** Adds rows, all or none. One that is there already stays as it is. @returns how many were new */
  add(rows: Iterable<Row>): number;
  /** Adds the rows of another store. @throws OomdrillError `STORE_INVALID`, `FORMAT_NEWER` */
  addStore(path: string): number;
  count(filter?: Filter): number;
  /** The newest first. Each is read when it is asked for, so that all of a large store are never in memory at once. */
  select(filter: Filter, page?: { readonly limit: number; readonly offset: number }): Iterable<Row>;
  /** How the drills ended, for each value of these columns. */
  tally(filter: Filter, by: readonly StoreColumn[]): StoredTally[];
}

/** How the drills of a group ended. */
export interface StoredTally {
  /** The values of the columns that it is grouped by. */
  readonly values: readonly (string | number | null)[];
  readonly drills: number;
  readonly passed: number;
  readonly failed: number;
  /** Of all drills in which it is known, milliseconds; null where it is in none. */
  readonly worstGapMs: number | null;
}

/**
 * Opens a store, which is made where there is none, does work with it, and closes it. No other process has it meanwhile.
 *
 * @throws OomdrillError `STORE_MISSING`, `STORE_INVALID`, `FORMAT_NEWER`, `STORE_WRITE`, `LOCK`, and what the work throws
 */
export async function withStore<T>(
  path: string,
  mode: 'read' | 'write',
  work: (store: OpenStore) => T | Promise<T>,
): Promise<T> {
  if (mode === 'read' && !existsSync(path))
    throw usageError('STORE_MISSING', `There is no store at ${path}.`, OTHER_FILE);
  await checkFile(path);
  // Not its parents: a folder that is misspelt is not made.
  if (mode === 'write') await mkdir(dirname(path)).catch(() => {});
  return withFileLocked(path, async () => {
    // The library's own lock, which outlives a process that is killed; ours is held now, so that no one holds that.
    await rm(`${path}.lock`, { recursive: true, force: true });
    let database: InstanceType<typeof sqlite.Database> | undefined;
    try {
      database = new sqlite.Database(path);
      prepare(database, path);
      return await work(openStore(database));
    } catch (thrown) {
      if (thrown instanceof sqlite.SQLite3Error) throw storeError(path, thrown);
      throw thrown;
    } finally {
      closeQuietly(database);
    }
  });
}

/** What was not written for want of space was rolled back: the store is as it was before. */
function storeError(path: string, cause: unknown): OomdrillError {
  const said = messageOf(cause);
  if (/malformed|not a database/.test(said))
    return usageError('STORE_INVALID', `${path} is damaged, or is not a store: ${said}.`, OTHER_FILE, cause);
  const message = `Could not read or write the store ${path}: ${said}. It is as it was before.`;
  return machineError('STORE_WRITE', message, 'Is its disk full? Name another file with --store.', cause);
}

function closeQuietly(database: InstanceType<typeof sqlite.Database> | undefined): void {
  try {
    database?.close();
  } catch {
    // What was thrown before says more.
  }
}

/** How every file of SQLite begins (sqlite.org/fileformat). */
const MAGIC = 'SQLite format 3\0';

/**
 * Before the library opens a file that is something else, and could take it for a new one.
 *
 * @throws OomdrillError `STORE_INVALID`, for what is not a regular file as well
 */
async function checkFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return;
  if (!found.isFile())
    throw usageError('STORE_INVALID', `${path} is not a store: it is not a regular file.`, OTHER_FILE);
  const begins = await beginningOf(path).catch((cause: unknown) => {
    throw usageError('STORE_INVALID', `${path} is not a store: ${messageOf(cause)}.`, OTHER_FILE, cause);
  });
  if (begins === '' || begins === MAGIC) return;
  throw usageError('STORE_INVALID', `${path} is not a store: it is not a database of SQLite.`, OTHER_FILE);
}

/** Whether a file is a database of SQLite. Only a regular file is opened: a named pipe would be waited for. */
export async function isDatabase(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true && (await beginningOf(path).catch(() => '')) === MAGIC;
}

/** The first bytes of a file. */
async function beginningOf(path: string): Promise<string> {
  await using handle = await open(path);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
  return buffer.toString('latin1', 0, bytesRead);
}

type Database = InstanceType<typeof sqlite.Database>;

const numberOf = (database: Database, sql: string): number => Number(Object.values(database.get(sql) ?? {})[0]);

/** Makes the table in a new file, and checks that of another. @throws OomdrillError `STORE_INVALID`, `FORMAT_NEWER` */
function prepare(database: Database, path: string, schema = 'main'): void {
  const tables = numberOf(database, `SELECT count(*) FROM ${schema}.sqlite_master`);
  const id = numberOf(database, `PRAGMA ${schema}.application_id`);
  const version = numberOf(database, `PRAGMA ${schema}.user_version`);
  if (tables === 0 && id === 0 && schema === 'main') {
    const columns = COLUMN_NAMES.map((name) => `${name} ${COLUMNS[name]}`).join(', ');
    database.exec('BEGIN');
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${VERSION}`);
    database.exec(`CREATE TABLE cells (${columns}) WITHOUT ROWID`);
    database.exec('CREATE INDEX cells_at ON cells (at DESC, id)');
    database.exec('COMMIT');
    return;
  }
  if (id !== APPLICATION_ID)
    throw usageError('STORE_INVALID', `${path} is not a store: another program made this database.`, OTHER_FILE);
  if (version <= VERSION) return;
  const message = `${path} is a store of version ${version}, but this oomdrill reads version ${VERSION}.`;
  throw usageError('FORMAT_NEWER', message, 'Read it with the oomdrill that wrote it, or a newer one.');
}

const NAMES = COLUMN_NAMES.join(', ');
const INSERT = `INSERT OR IGNORE INTO cells (${NAMES}) VALUES (${COLUMN_NAMES.map(() => '?').join(', ')})`;

function openStore(database: Database): OpenStore {
  const transact = <T>(work: () => T): T => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (thrown) {
      if (database.inTransaction) database.exec('ROLLBACK');
      throw thrown;
    }
  };
  const count = (filter: Filter = {}) => {
    const { where, values } = whereOf(filter);
    return Number(Object.values(database.get(`SELECT count(*) FROM cells ${where}`, values) ?? {})[0]);
  };
  return {
    count,
    add: (rows) =>
      transact(() => {
        const statement = database.prepare(INSERT);
        try {
          let added = 0;
          for (const row of rows) added += statement.run(COLUMN_NAMES.map((name) => row[name])).changes;
          return added;
        } finally {
          statement.finalize();
        }
      }),
    addStore(path) {
      database.run('ATTACH DATABASE ? AS other', path);
      try {
        prepare(database, path, 'other');
        const before = count();
        transact(() => database.exec(`INSERT OR IGNORE INTO cells (${NAMES}) SELECT ${NAMES} FROM other.cells`));
        return count() - before;
      } finally {
        database.exec('DETACH DATABASE other');
      }
    },
    *select(filter, page) {
      const { where, values } = whereOf(filter);
      const limit = page ? `LIMIT ${Math.trunc(page.limit)} OFFSET ${Math.trunc(page.offset)}` : '';
      const statement = database.prepare(`SELECT ${NAMES} FROM cells ${where} ORDER BY at DESC, id ${limit}`);
      try {
        yield* statement.iterate(values) as unknown as Iterable<Row>;
      } finally {
        statement.finalize();
      }
    },
    tally(filter, by) {
      const { where, values } = whereOf(filter);
      const columns = by.filter((name) => COLUMN_NAMES.includes(name));
      const places = columns.map((_, index) => String(index + 1)).join(', ');
      const sql = `SELECT ${columns.map((name) => `${name}, `).join('')}count(*) AS drills_,
        sum(verdict = 'pass') AS passed_, sum(verdict = 'fail') AS failed_, max(longestGapMs) AS worst_
        FROM cells ${where} ${columns.length > 0 ? `GROUP BY ${places} ORDER BY ${places}` : ''}`;
      return (database.all(sql, values) as Readonly<Record<string, string | number | null>>[]).map((row) => ({
        values: columns.map((name) => row[name] ?? null),
        drills: Number(row.drills_),
        passed: Number(row.passed_ ?? 0),
        failed: Number(row.failed_ ?? 0),
        worstGapMs: row.worst_ == null ? null : Number(row.worst_),
      }));
    },
  };
}

function whereOf({ equal = {}, since, until }: Filter): { where: string; values: (string | number)[] } {
  const terms: string[] = [];
  const values: (string | number)[] = [];
  const add = (term: string, value: string | number | undefined) => {
    if (value === undefined) return;
    terms.push(term);
    values.push(value);
  };
  for (const name of COLUMN_NAMES) add(`${name} = ?`, equal[name]);
  add('at >= ?', since);
  add('at < ?', until);
  return { where: terms.length === 0 ? '' : `WHERE ${terms.join(' AND ')}`, values };
}
