import t from 'tap';
import type { Machine } from '../../harness/machine/machine.js';
import { makeWorkDir } from '../../harness/machine/workdir.js';
import { createGuestSource } from './guest-source.js';

/** A guest of ours that plays a host of the user's own: nothing of a drill is on it. */
export interface GuestHost {
  readonly machine: Machine;
  /** The key that it was made with, and the port on 127.0.0.1 that its sshd is reached by. */
  readonly keyFile: string;
  readonly port: string;
  /** Runs a script as root and gives its standard output. */
  readonly inGuest: (script: string) => Promise<string>;
  readonly signal: AbortSignal;
}

/** Lets alice log in with the key, as any user of a host may. */
export const ALICE_LOGS_IN = `usermod --password '*' alice && chmod go+r /run/oomdrill/authorized_keys && chmod go+x /run/oomdrill`;

/** Starts the guest; it is released when the test ends. */
export async function guestAsHost(): Promise<GuestHost> {
  const { signal } = new AbortController();
  const { source, ledger } = await createGuestSource(signal);
  const workDir = await makeWorkDir(ledger);
  const machine = await source.start({
    workDir: workDir.path,
    signal,
    changes: { unit: 'none', files: [], trees: [], made: [] },
  });
  t.teardown(async () => {
    await machine[Symbol.asyncDispose]();
    await workDir[Symbol.asyncDispose]();
  });
  const [, port = ''] = / -p (\d+)/.exec(machine.login) ?? [];
  const [, keyFile = ''] = / IdentityFile=(\S+)/.exec(machine.login) ?? [];
  const inGuest = async (script: string) => {
    const { stdout, stderr, exitCode } = await machine.exec(['sh', '-c', script], { reason: 'the test', signal });
    if (exitCode !== 0) throw new Error(stderr);
    return stdout;
  };
  return { machine, keyFile, port, inGuest, signal };
}
