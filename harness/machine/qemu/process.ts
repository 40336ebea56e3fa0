import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { machineError, type OomdrillError } from '../../core/errors.js';
import { QEMU } from '../accelerator.js';
import { dyingWithUs } from '../dying-with-us.js';
import type { Ledger } from '../ledger.js';
import { readPanic } from '../panic.js';
import { identify } from '../process.js';
import { consoleLogIn, type QemuPlan, qemuArgs } from './args.js';

/** A QEMU that runs. It dies with the harness. */
export interface QemuProcess {
  readonly pid: number;
  /** Aborted with an OomdrillError when QEMU ended and no one stopped it. */
  readonly died: AbortSignal;
  stop(): Promise<void>;
}

/**
 * Starts QEMU, and writes it down in the ledger.
 *
 * @throws OomdrillError `QEMU_MISSING`; `LEDGER` where it could not be written down, and then it does not run
 */
export async function spawnQemu(plan: QemuPlan, ledger: Ledger): Promise<QemuProcess> {
  const child = execa(...dyingWithUs(QEMU, qemuArgs(plan)), {
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
  let forget = () => {};
  const ended = child.then(async ({ signal, exitCode, shortMessage }) => {
    forget();
    if (stopping) return;
    const how = signal ?? (exitCode === undefined ? String(shortMessage) : `status ${exitCode}`);
    death.abort(await causeOfDeath(plan, how));
  });
  const stop = async () => {
    stopping = true;
    child.kill('SIGKILL');
    await ended;
  };
  if (child.pid === undefined) {
    await ended;
    throw machineError('QEMU_MISSING', `Could not start ${QEMU}.`, 'apt-get install qemu-system-x86 util-linux');
  }
  try {
    forget = await writeDown(child.pid, ledger);
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return { pid: child.pid, died: death.signal, stop };
}

/** Writes a process down in the ledger, if it still runs. Gives what strikes it out again. */
async function writeDown(pid: number, ledger: Ledger): Promise<() => void> {
  const identity = await identify(pid);
  if (!identity) return () => {};
  const held = { kind: 'process', what: 'qemu', identity };
  ledger.add(held);
  return () => ledger.remove(held);
}

/** Says why QEMU ended, from its console and its own words. */
async function causeOfDeath({ workDir, memoryFile }: QemuPlan, how: string): Promise<OomdrillError> {
  if (memoryFile && how === 'SIGBUS') {
    const message = `There was no room for the memory of a guest, ${memoryFile.path}.`;
    return machineError('MACHINE_DISK', message, 'Make room there; OOMDRILL_CACHE names another place.');
  }
  const panic = await readPanic(consoleLogIn(workDir));
  if (panic) return panic;
  const words = (await readFile(join(workDir, 'qemu.log'), 'utf8').catch(() => '')).trim().split('\n').at(-1);
  return machineError(
    'QEMU_DIED',
    `QEMU ended in the middle of the drill (${how})${words ? `: ${words}` : '.'}`,
    'Was it killed for memory on the host? `dmesg` says so; a larger --scale makes the guest smaller.',
  );
}
