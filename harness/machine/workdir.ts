import { constants } from 'node:fs';
import { mkdir, open, realpath, writeFile } from 'node:fs/promises';
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
 * @returns `path`, by which this process and those that it starts reach it
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
  const held = needsAlias(path) ? await open(path, constants.O_RDONLY | constants.O_DIRECTORY) : undefined;
  return {
    path: held ? `/proc/${process.pid}/fd/${held.fd}` : path,
    async [Symbol.asyncDispose]() {
      await held?.close();
      await removeWorkDir(path);
      ledger.remove(resource);
    },
  };
}

/** The longest path of a UNIX socket that ends here: 107 bytes, as unix(7) has them, less `/ssh.sock` and what ssh appends. */
const MAX_PATH_BYTES = 107 - '/ssh.sock.0123456789abcdef'.length;

/**
 * Whether sockets in a directory need another name of it: where its path is too long for them, or ssh would read a variable in
 * it. Then it is known as what this process has open (proc_pid_fd(5)), which is short and plain, and ends with us.
 */
const needsAlias = (path: string): boolean => Buffer.byteLength(path) > MAX_PATH_BYTES || path.includes('${');

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
