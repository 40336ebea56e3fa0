import tmp from 'tmp';
import { machineError } from '../core/errors.js';
import type { Ledger } from './ledger.js';

/** A directory for one run's sockets, keys and overlay disk, gone when disposed, and known to the ledger meanwhile. */
export async function makeWorkDir(ledger: Ledger): Promise<{ path: string } & AsyncDisposable> {
  // Short, because the path of a UNIX socket in it must stay under 108 bytes (unix(7)).
  const { path, removeCallback } = await new Promise<{ path: string; removeCallback: () => void }>((resolve, reject) =>
    tmp.dir({ prefix: 'oomdrill', mode: 0o700, unsafeCleanup: true }, (error, path, removeCallback) =>
      error
        ? reject(
            machineError('WORKDIR', 'No temporary directory can be made.', 'Make room in /tmp, or set TMPDIR.', error),
          )
        : resolve({ path, removeCallback }),
    ),
  );
  const resource = { kind: 'dir', path } as const;
  ledger.add(resource);
  return {
    path,
    async [Symbol.asyncDispose]() {
      removeCallback();
      ledger.remove(resource);
    },
  };
}
