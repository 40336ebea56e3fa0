import { existsSync } from 'node:fs';
import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { REBUILD_HINT } from '../core/assets.js';
import { formatBytes, GIB } from '../core/bytes.js';
import { OomdrillError } from '../core/errors.js';
import { copyableWord } from '../core/shell.js';
import { chooseScale } from '../drill/scale.js';
import type { DoctorCheck } from '../machine/doctor-check.js';
import { readAvailableBytes } from '../machine/free-memory.js';
import { type LedgerContents, readLedger } from '../machine/ledger-pages.js';
import {
  BROWSER_PACKAGES,
  COMMON_PACKAGES,
  COMPILER_PACKAGES,
  findMissing,
  lookForPackages,
  onPath,
} from '../machine/needed-package.js';
import { cacheDir } from '../machine/places.js';
import { MACHINES } from '../machine/providers.js';
import { findMissingToolkit } from '../machine/toolkit.js';

/** The incident's host: the largest that the scenarios here stand for. */
const DEFAULT_HOST_BYTES = 24 * GIB;

/** While it is built, an image takes this much. */
const IMAGE_BYTES = 4 * GIB;

/** Looks at everything a drill needs of this host, whatever the kind of its machine. Starts nothing and changes nothing. */
export async function examine(table = MACHINES): Promise<DoctorCheck[]> {
  const checks = await lookForPackages(COMMON_PACKAGES);
  checks.push(await lookForRoot(), await lookForGuestPrograms(), await lookAtMemory(), await lookAtDisk());
  for (const machine of table) checks.push(...(await machine.doctor()));
  checks.push(...(await lookForBrowser()), ...(await lookForLeftovers()));
  return checks;
}

/** Only `report --png` draws with it. */
async function lookForBrowser(): Promise<DoctorCheck[]> {
  const checks = await lookForPackages(BROWSER_PACKAGES);
  const found = 'not installed; only report --png needs it';
  return checks.map((check) =>
    check.state === 'ok' ? check : { what: check.what, state: 'note', found, fix: 'npx oomdrill setup browser' },
  );
}

async function lookForRoot(): Promise<DoctorCheck> {
  if (process.getuid?.() === 0) return { what: 'root', state: 'ok', found: 'running as root' };
  const sudo = await onPath('sudo');
  return sudo
    ? { what: 'root', state: 'ok', found: `${sudo}, for building images only` }
    : {
        what: 'root',
        state: 'missing',
        found: 'not root, and sudo is not installed; building an image needs one of them',
        fix: 'run as root, or install sudo',
      };
}

async function lookForGuestPrograms(): Promise<DoctorCheck> {
  const what = "the guest's programs";
  const { compiled, scripts } = await findMissingToolkit();
  if (scripts.length > 0)
    return { what, state: 'missing', found: `not there: ${scripts.join(', ')}`, fix: REBUILD_HINT };
  if (compiled.length === 0) return { what, state: 'ok', found: 'all are there' };
  const found = `not built: ${compiled.map(({ name }) => name).join(', ')}`;
  return (await findMissing(COMPILER_PACKAGES)).length === 0
    ? { what, state: 'note', found: `${found}; the next drill builds them` }
    : { what, state: 'missing', found, fix: 'npx oomdrill setup' };
}

async function lookAtMemory(): Promise<DoctorCheck> {
  const free = await readAvailableBytes();
  try {
    const scale = chooseScale('auto', DEFAULT_HOST_BYTES, free);
    return {
      what: 'memory',
      state: 'ok',
      found: `${formatBytes(free)} free: a 24G host is drilled at scale 1/${scale}`,
    };
  } catch (thrown) {
    if (!(thrown instanceof OomdrillError)) throw thrown;
    return { what: 'memory', state: 'missing', found: thrown.message, fix: `free some memory. ${thrown.hint ?? ''}` };
  }
}

async function lookAtDisk(): Promise<DoctorCheck> {
  let dir = cacheDir();
  while (!existsSync(dir)) dir = dirname(dir);
  const isDir = (await stat(dir)).isDirectory();
  const canWrite = await access(dir, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!isDir || !canWrite)
    return {
      what: 'disk',
      state: 'missing',
      found: `the cache cannot be at ${cacheDir()}: ${dir} ${isDir ? 'cannot be written' : 'is not a directory'}`,
      fix: 'set OOMDRILL_CACHE to a directory that can be written',
    };
  const { bavail, bsize } = await statfs(dir);
  const free = bavail * bsize;
  const found = `${formatBytes(free)} free at ${cacheDir()}`;
  return free >= IMAGE_BYTES
    ? { what: 'disk', state: 'ok', found }
    : {
        what: 'disk',
        state: 'note',
        found: `${found}, and building an image takes 4G`,
        fix: 'make room, or set XDG_CACHE_HOME to a larger disk',
      };
}

/** A page that cannot be read may name what `reap` does not find. */
async function lookForLeftovers(): Promise<DoctorCheck[]> {
  const what = 'leftovers';
  let contents: LedgerContents;
  try {
    contents = await readLedger();
  } catch (thrown) {
    if (!(thrown instanceof OomdrillError)) throw thrown;
    return [
      {
        what,
        state: 'missing',
        found: thrown.message,
        fix: 'set OOMDRILL_STATE to a directory that only you can write',
      },
    ];
  }
  const { pages, unreadable } = contents;
  const checks = unreadable.map(
    ({ file, why }): DoctorCheck => ({
      what,
      state: 'note',
      found: `the ledger's page ${file} cannot be read: ${why}`,
      fix: `look for what was left by hand, then: rm -r ${copyableWord(file)}`,
    }),
  );
  if (pages.length > 0) {
    const found = `${pages.length} run(s) in the ledger, still going on or interrupted`;
    checks.push({ what, state: 'note', found, fix: 'oomdrill reap' });
  }
  return checks.length === 0 ? [{ what, state: 'ok', found: 'none' }] : checks;
}
