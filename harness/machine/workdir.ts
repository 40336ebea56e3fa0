import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import tmp from 'tmp';
import { machineError, messageOf } from '../core/errors.js';
import type { Ledger } from './ledger.js';
import { removeWorkDir, WORK_DIR_MARKER, WORK_DIR_PREFIX } from './work-dir-removal.js';

const pickName = promisify<tmp.TmpNameOptions, string>(tmp.tmpName);

const HINT = 'Make room there, or name another directory with TMPDIR.';

/**
 * A directory for one run's sockets, keys and overlay disk, gone when disposed. The ledger knows it before it is made.
 *
 * @throws OomdrillError `WORKDIR`, `LEDGER`
 */
export async function makeWorkDir(ledger: Ledger): Promise<{ path: string } & AsyncDisposable> {
  // Only the name is of tmp: it would make the directory before the ledger knows of it.
  const path = await pickName({ tmpdir: await findParent(), prefix: WORK_DIR_PREFIX });
  const resource = { kind: 'dir', path } as const;
  ledger.add(resource);
  try {
    await mkdir(path, 0o700);
    await writeFile(join(path, WORK_DIR_MARKER), '', { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    await removeWorkDir(path).then(
      () => ledger.remove(resource),
      () => {},
    );
    throw machineError('WORKDIR', `Could not make the directory ${path}: ${messageOf(cause)}.`, HINT, cause);
  }
  return {
    path,
    async [Symbol.asyncDispose]() {
      await removeWorkDir(path);
      ledger.remove(resource);
    },
  };
}

/** Where temporary directories go, without links. */
async function findParent(): Promise<string> {
  return realpath(tmpdir()).catch((cause: unknown) => {
    throw machineError(
      'WORKDIR',
      `The temporary directory ${tmpdir()} is not there: ${messageOf(cause)}.`,
      HINT,
      cause,
    );
  });
}
