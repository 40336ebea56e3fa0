import { rm } from 'node:fs/promises';
import tmp from 'tmp';
import { machineError } from '../core/errors.js';
import type { Ledger } from './ledger.js';

/** A directory for one run's sockets, keys and overlay disk, gone when disposed, and known to the ledger meanwhile. */
export async function makeWorkDir(ledger: Ledger): Promise<{ path: string } & AsyncDisposable> {
  // Short, because the path of a UNIX socket in it must stay under 108 bytes (unix(7)).
  const path = await new Promise<string>((resolve, reject) =>
    tmp.dir({ prefix: 'oomdrill', mode: 0o700, keep: true }, (error, path) =>
      error
        ? reject(
            machineError(
              'WORKDIR',
              'Could not make a temporary directory.',
              'Make room in /tmp, or set TMPDIR.',
              error,
            ),
          )
        : resolve(path),
    ),
  );
  const resource = { kind: 'dir', path } as const;
  ledger.add(resource);
  return {
    path,
    async [Symbol.asyncDispose]() {
      // Not tmp's own removal, which does not say when it is done.
      await rm(path, { recursive: true, force: true });
      ledger.remove(resource);
    },
  };
}
