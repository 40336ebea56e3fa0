import type { Stats } from 'node:fs';
import { chmod, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { machineError, messageOf, type OomdrillError } from '../core/errors.js';
import { makeDirs } from '../core/make-dirs.js';
import { stateDir } from './places.js';

/** Where the pages of the ledger are. */
export const ledgerDir = (): string => join(stateDir(), 'ledger');

/** Makes the directory of the ledger, for this user alone. @throws OomdrillError `LEDGER` */
export async function makeLedgerDir(): Promise<void> {
  const failed = (cause: unknown) =>
    ledgerError(`Could not make the directory of the ledger, ${ledgerDir()}: ${messageOf(cause)}.`, cause);
  await makeDirs(ledgerDir(), 0o700).catch((cause: unknown) => {
    throw failed(cause);
  });
  await checkLedgerDir();
  // One that an older version made is open to the group where the umask is 002.
  await chmod(ledgerDir(), 0o700).catch((cause: unknown) => {
    throw failed(cause);
  });
}

/**
 * Refuses a ledger that others may write to: what its pages name is removed and killed.
 *
 * @returns whether there is one
 * @throws OomdrillError `LEDGER`
 */
export async function checkLedgerDir(): Promise<boolean> {
  const [state, ledger] = await Promise.all([statOrNothing(stateDir()), statOrNothing(ledgerDir())]);
  if (!state || !ledger) return false;
  if (!ledger.isDirectory()) throw ledgerError(`The ledger ${ledgerDir()} is not a directory.`);
  const uid = process.getuid?.();
  if (ledger.uid !== uid)
    throw ledgerError(`The ledger ${ledgerDir()} belongs to user ${ledger.uid}, and this is user ${uid}.`);
  for (const [dir, { mode }] of [
    [stateDir(), state],
    [ledgerDir(), ledger],
  ] as const)
    if ((mode & 0o002) !== 0) throw ledgerError(`Every user of this host may write to ${dir}, where the ledger is.`);
  return true;
}

/** What is there; undefined where nothing is. */
async function statOrNothing(path: string): Promise<Stats | undefined> {
  return stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw ledgerError(`Could not read the ledger ${ledgerDir()}: ${messageOf(cause)}.`, cause);
  });
}

export function ledgerError(message: string, cause?: unknown): OomdrillError {
  return machineError('LEDGER', message, 'Name a directory that only you can write with OOMDRILL_STATE.', cause);
}
