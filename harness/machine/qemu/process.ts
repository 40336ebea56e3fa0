import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { machineError, type OomdrillError } from '../../core/errors.js';
import { QEMU } from '../accelerator.js';
import type { Ledger } from '../ledger.js';
import type { Resource } from '../ledger-pages.js';
import { readPanic } from '../panic.js';
import { identify } from '../process.js';
import { consoleLogIn, type QemuPlan, qemuArgs } from './args.js';

/** A QEMU that runs. It dies with the harness: setpriv(1) has the kernel send SIGKILL when the parent is gone (prctl(2), PR_SET_PDEATHSIG). */
export interface QemuProcess {
  readonly pid: number;
  /** Aborted with an OomdrillError when QEMU ended and no one stopped it. */
  readonly died: AbortSignal;
  stop(): Promise<void>;
}

export async function spawnQemu(plan: QemuPlan, ledger: Ledger): Promise<QemuProcess> {
  const child = execa('setpriv', ['--pdeathsig', 'KILL', QEMU, ...qemuArgs(plan)], {
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: { file: join(plan.workDir, 'qemu.log') },
    // The terminal sends Ctrl-C to the whole foreground group: out of it, so that the harness ends QEMU in its own order.
    detached: true,
    cleanup: true,
  });
  const death = new AbortController();
  let stopping = false;
  let held: Resource | undefined;
  const ended = child.then(async (result) => {
    if (held) ledger.remove(held);
    if (!stopping) death.abort(await causeOfDeath(plan.workDir, result.signal ?? `status ${result.exitCode}`));
  });
  if (child.pid === undefined) {
    await ended;
    throw machineError('QEMU_MISSING', `Could not start ${QEMU}.`, 'apt-get install qemu-system-x86 util-linux');
  }
  const identity = await identify(child.pid);
  if (identity) {
    held = { kind: 'process', what: 'qemu', identity };
    ledger.add(held);
  }
  return {
    pid: child.pid,
    died: death.signal,
    async stop() {
      stopping = true;
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Says why QEMU ended, from its console and its own words. */
async function causeOfDeath(workDir: string, how: string): Promise<OomdrillError> {
  const panic = await readPanic(consoleLogIn(workDir));
  if (panic) return panic;
  const words = (await readFile(join(workDir, 'qemu.log'), 'utf8').catch(() => '')).trim().split('\n').at(-1);
  return machineError(
    'QEMU_DIED',
    `QEMU ended in the middle of the drill (${how})${words ? `: ${words}` : '.'}`,
    'Was it killed for memory on the host? `dmesg` says so; a larger --scale makes the guest smaller.',
  );
}
