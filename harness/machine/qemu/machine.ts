import type { Socket } from 'node:net';
import { join } from 'node:path';
import { GIB } from '../../core/bytes.js';
import { pollUntil } from '../../core/deadline.js';
import { machineError } from '../../core/errors.js';
import type { Accelerator } from '../accelerator.js';
import { execWhileAlive } from '../exec-while-alive.js';
import { CONTROL_PORT, virtioPortInGuest } from '../guest-paths.js';
import type { Ledger } from '../ledger.js';
import type { Endpoint, ExecOptions, ExecResult, Machine, SampleStream } from '../machine.js';
import { makeKey, Ssh } from '../ssh.js';
import { connectUnix } from '../unix-socket.js';
import { consoleLogIn, type QemuPlan, socketIn } from './args.js';
import { type QemuProcess, spawnQemu } from './process.js';
import { Qmp } from './qmp.js';
import { wake } from './wake.js';

/** A cold boot takes 20 to 45 s under TCG; a restore two. */
const BOOT_MS = 180_000;

/** One QEMU guest that runs and is reached by ssh. */
export class QemuMachine implements Machine {
  readonly accelerator: string;
  readonly died: AbortSignal;
  readonly consoleLog: string;
  readonly #workDir: string;
  readonly #process: QemuProcess;
  readonly #qmp: Qmp;
  readonly #endpoints = new Map<number, Endpoint>();
  readonly #streams: Socket[] = [];
  #ssh: Ssh | undefined;

  private constructor(workDir: string, accelerator: Accelerator, process: QemuProcess, qmp: Qmp) {
    this.#workDir = workDir;
    this.#process = process;
    this.#qmp = qmp;
    this.accelerator = accelerator.name;
    this.died = process.died;
    this.consoleLog = consoleLogIn(workDir);
  }

  /** Starts QEMU, by a boot or from a snapshot, and returns when its guest takes commands. */
  static async start(plan: QemuPlan, ledger: Ledger, signal: AbortSignal): Promise<QemuMachine> {
    const process = await spawnQemu(plan, ledger);
    const either = AbortSignal.any([signal, process.died]);
    let machine: QemuMachine | undefined;
    try {
      const qmp = await Qmp.connect(socketIn(plan.workDir, 'qmp'), either);
      machine = new QemuMachine(plan.workDir, plan.accelerator, process, qmp);
      if (plan.incoming) await machine.#resume(either);
      const keyFile = join(plan.workDir, 'key');
      await wake(plan.workDir, await makeKey(keyFile), BOOT_MS, either);
      const ssh = new Ssh({ ...(await machine.endpoint(CONTROL_PORT)), user: 'root', keyFile }, plan.workDir);
      machine.#ssh = ssh;
      await ssh.open(60_000, either);
      return machine;
    } catch (thrown) {
      if (machine) await machine[Symbol.asyncDispose]();
      else await process.stop();
      throw thrown;
    }
  }

  async #resume(signal: AbortSignal): Promise<void> {
    await pollUntil(
      async () => {
        const { status } = (await this.#qmp.execute('query-status')) as { status: string };
        return status === 'inmigrate' ? undefined : status;
      },
      { reason: 'QEMU to read the snapshot', timeoutMs: 60_000, signal },
      30,
    );
    // It was stopped when the snapshot was made, and is stopped now.
    await this.#qmp.execute('cont');
  }

  get hostPid(): number {
    return this.#process.pid;
  }

  get login(): string {
    return this.#ssh?.login ?? 'the machine has no connection any more';
  }

  async exec(command: readonly string[], options: ExecOptions): Promise<ExecResult> {
    this.died.throwIfAborted();
    if (!this.#ssh) throw machineError('SSH_BROKEN', 'The machine has no connection any more.');
    return execWhileAlive(this.#ssh, this.died, command, options);
  }

  async endpoint(guestPort: number): Promise<Endpoint> {
    const known = this.#endpoints.get(guestPort);
    if (known) return known;
    // Port 0 has QEMU bind a free one itself: no port can be taken between a look and the use.
    const refused = await this.#qmp.human(`hostfwd_add net tcp:127.0.0.1:0-:${guestPort}`);
    const table = await this.#qmp.human('info usernet');
    const line = table
      .split('\n')
      .find((row) => new RegExp(`HOST_FORWARD\\].*\\s${guestPort}\\s+\\d+\\s+\\d+\\s*$`).test(row));
    const port = Number(line?.trim().split(/\s+/)[3]);
    if (!port)
      throw machineError(
        'PORT_FORWARD',
        `QEMU could not forward a port to ${guestPort} of the guest. ${refused.trim()}`,
      );
    const endpoint = { host: '127.0.0.1', port };
    this.#endpoints.set(guestPort, endpoint);
    return endpoint;
  }

  async openSampleStream(): Promise<SampleStream> {
    const stream = await connectUnix(socketIn(this.#workDir, 'samples'), "QEMU's sample port", this.died);
    stream.on('error', () => {});
    this.#streams.push(stream);
    return { guestPath: virtioPortInGuest('samples'), stream, via: 'virtio-serial' };
  }

  async limitDisk(bytesPerSecond: number | null): Promise<void> {
    await this.#qmp.execute('block_set_io_throttle', {
      device: 'root',
      bps: bytesPerSecond ?? 0,
      bps_rd: 0,
      bps_wr: 0,
      iops: 0,
      iops_rd: 0,
      iops_wr: 0,
    });
  }

  /** Stops the guest and has QEMU write out what its disk still holds in memory. */
  async flushDisk(): Promise<void> {
    await this.#qmp.execute('stop');
    await this.#qmp.human('qemu-io root flush');
  }

  /** Stops the guest and writes its whole state to a file; afterwards the machine can only be disposed. */
  async saveSnapshot(file: string, signal: AbortSignal): Promise<void> {
    await this.#closeConnections();
    await this.#qmp.execute('stop');
    await this.#qmp.execute('migrate-set-parameters', { 'max-bandwidth': 8 * GIB });
    await this.#qmp.execute('migrate', { uri: `exec:cat > '${file}'` });
    await pollUntil(
      async () => {
        const { status } = (await this.#qmp.execute('query-migrate')) as { status?: string };
        if (status === 'failed')
          throw machineError('SNAPSHOT', `QEMU could not write the snapshot ${file}.`, 'Is the disk full?');
        return status === 'completed' ? true : undefined;
      },
      { reason: 'QEMU to write the snapshot', timeoutMs: 120_000, signal },
      50,
    );
  }

  async #closeConnections(): Promise<void> {
    for (const stream of this.#streams.splice(0)) stream.destroy();
    await this.#ssh?.[Symbol.asyncDispose]();
    this.#ssh = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#closeConnections();
    this.#qmp.close();
    await this.#process.stop();
  }
}
