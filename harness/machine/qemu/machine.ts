import type { Socket } from 'node:net';
import { join } from 'node:path';
import { GIB, MIB } from '../../core/bytes.js';
import { pollUntil } from '../../core/deadline.js';
import { machineError, type OomdrillError } from '../../core/errors.js';
import { shellQuote } from '../../core/shell.js';
import { CONTROL_PORT, virtioPortInGuest } from '../guest-paths.js';
import type { Ledger } from '../ledger.js';
import type { Endpoint, ExecOptions, ExecResult, Machine, SampleStream } from '../machine.js';
import { makeKey, Ssh } from '../ssh.js';
import { connectUnix } from '../unix-socket.js';
import { execWhileAlive, whileAlive } from '../while-alive.js';
import { consoleLogIn, type QemuPlan, socketIn } from './args.js';
import { GuestAgent } from './guest-agent.js';
import { type QemuProcess, spawnQemu } from './process.js';
import { Qmp } from './qmp.js';
import { wake } from './wake.js';

/** A cold boot takes 20 to 45 s under TCG; a restore two. */
const BOOT_MS = 180_000;

/** That of an image of someone else's, by its own boot loader and cloud-init. */
const FIRST_BOOT_MS = 420_000;

/** How long a guest that runs may take to be reached by ssh. */
const SSH_MS = 60_000;

/** What a guest's disk still holds in memory may be gigabytes. */
const FLUSH_MS = 300_000;

/** What is larger goes by ssh: the guest agent would hold it in memory several times over. */
const MAX_AGENT_INPUT = MIB;

/** One QEMU guest that runs, and takes commands by its guest agent. */
export class QemuMachine implements Machine {
  readonly accelerator: string;
  readonly died: AbortSignal;
  readonly consoleLog: string;
  readonly #workDir: string;
  readonly #process: QemuProcess;
  readonly #qmp: Qmp;
  readonly #endpoints = new Map<number, Endpoint>();
  readonly #streams: Socket[] = [];
  readonly #isMemoryWritten: boolean;
  #agent: GuestAgent | undefined;
  #ssh: Ssh | undefined;
  #sshOpened: Promise<void> | undefined;

  private constructor(
    { workDir, accelerator, memoryFile }: QemuPlan,
    process: QemuProcess,
    qmp: Qmp,
    died: AbortSignal,
  ) {
    this.#workDir = workDir;
    this.#isMemoryWritten = memoryFile?.isWritten === true;
    this.#process = process;
    this.#qmp = qmp;
    this.accelerator = accelerator.name;
    this.died = died;
    this.consoleLog = consoleLogIn(workDir);
  }

  /** Starts QEMU, by a boot or from a snapshot, and returns when its guest takes commands. */
  static async start(plan: QemuPlan, ledger: Ledger, signal: AbortSignal): Promise<QemuMachine> {
    const process = await spawnQemu(plan, ledger);
    const disk = new AbortController();
    const died = AbortSignal.any([process.died, disk.signal]);
    const either = AbortSignal.any([signal, died]);
    const onEvent = (name: string, data: unknown) => {
      if (name === 'BLOCK_IO_ERROR') disk.abort(diskError(plan.disk, data));
    };
    let machine: QemuMachine | undefined;
    try {
      return await whileAlive(died, async () => {
        const qmp = await Qmp.connect(socketIn(plan.workDir, 'qmp'), either, { onEvent });
        machine = new QemuMachine(plan, process, qmp, died);
        await machine.#open(plan, either);
        return machine;
      });
    } catch (thrown) {
      if (machine) await machine[Symbol.asyncDispose]();
      else await process.stop();
      throw thrown;
    }
  }

  /** Wakes the guest up, which boots or comes from a snapshot, and connects to it. */
  async #open({ incoming, seed }: QemuPlan, signal: AbortSignal): Promise<void> {
    const keyFile = join(this.#workDir, 'key');
    // Before the guest runs: it looks for the other end of its port ten times a second only, once it has missed it.
    const agent = await GuestAgent.connect(this.#workDir, signal);
    this.#agent = agent;
    const [publicKey] = await Promise.all([makeKey(keyFile), incoming && this.#resume(incoming, signal)]);
    await wake(agent, publicKey, seed === undefined ? BOOT_MS : FIRST_BOOT_MS, signal);
    this.#ssh = new Ssh({ ...(await this.endpoint(CONTROL_PORT)), user: 'root', keyFile }, this.#workDir);
  }

  async #resume({ state, isWithoutMemory }: NonNullable<QemuPlan['incoming']>, signal: AbortSignal): Promise<void> {
    if (isWithoutMemory) await this.#leaveOutMemory(signal);
    // exec, because `file:` came only with QEMU 8.2 and Debian 12 has 7.2.
    await this.#ask('migrate-incoming', { uri: `exec:cat ${shellQuote(state)}` }, signal);
    await pollUntil(
      async () => {
        const { status } = (await this.#ask('query-status', {}, signal)) as { status?: string };
        return status === 'inmigrate' ? undefined : status;
      },
      { reason: 'QEMU to read the snapshot', timeoutMs: 60_000, signal },
      30,
    );
    // It was stopped when the snapshot was made, and is stopped now.
    await this.#ask('cont', {}, signal);
  }

  /** Has a state be written and read without memory that is a shared file. */
  async #leaveOutMemory(signal: AbortSignal): Promise<void> {
    const capabilities = [{ capability: 'x-ignore-shared', state: true }];
    await this.#ask('migrate-set-capabilities', { capabilities }, signal);
  }

  get hostPid(): number {
    return this.#process.pid;
  }

  get login(): string {
    return this.#ssh?.login ?? 'the machine has no connection any more';
  }

  async exec(command: readonly string[], options: ExecOptions): Promise<ExecResult> {
    const size = Buffer.byteLength(options.input ?? '');
    const shell = size > MAX_AGENT_INPUT ? await this.#openSsh() : this.#agent;
    if (!shell) throw noConnection();
    return execWhileAlive(shell, this.died, command, options);
  }

  /** Connects by ssh, where that has not been done yet: it costs an emulated guest half a second, and few drills need it. */
  async #openSsh(): Promise<Ssh> {
    const ssh = this.#ssh;
    if (!ssh) throw noConnection();
    this.#sshOpened ??= ssh.open(SSH_MS, this.died);
    await this.#sshOpened;
    return ssh;
  }

  async endpoint(guestPort: number): Promise<Endpoint> {
    const known = this.#endpoints.get(guestPort);
    if (known) return known;
    // Port 0 has QEMU bind a free one itself: no port can be taken between a look and the use.
    const refused = await this.#askHuman(`hostfwd_add net tcp:127.0.0.1:0-:${guestPort}`);
    const table = await this.#askHuman('info usernet');
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
    this.#streams.push(stream);
    return { guestPath: virtioPortInGuest('samples'), stream, via: 'virtio-serial' };
  }

  async limitDisk(bytesPerSecond: number | null): Promise<void> {
    await this.#ask('block_set_io_throttle', {
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
    await this.#ask('stop');
    await this.#askHuman('qemu-io root flush', FLUSH_MS);
  }

  /**
   * Stops the guest and writes its state to a file; afterwards the machine can only be disposed. The memory is part of the state,
   * unless it is a file that is written.
   */
  async saveSnapshot(file: string, signal: AbortSignal): Promise<void> {
    await this.#closeConnections();
    await this.#ask('stop', {}, signal);
    if (this.#isMemoryWritten) await this.#leaveOutMemory(signal);
    await this.#ask('migrate-set-parameters', { 'max-bandwidth': 8 * GIB }, signal);
    await this.#ask('migrate', { uri: `exec:cat > ${shellQuote(file)}` }, signal);
    await pollUntil(
      async () => {
        const { status } = (await this.#ask('query-migrate', {}, signal)) as { status?: string };
        if (status === 'failed')
          throw machineError('SNAPSHOT', `QEMU could not write the snapshot ${file}.`, 'Is the disk full?');
        return status === 'completed' ? true : undefined;
      },
      { reason: 'QEMU to write the snapshot', timeoutMs: 120_000, signal },
      50,
    );
  }

  #ask(command: string, args: Readonly<Record<string, unknown>> = {}, signal = this.died): Promise<unknown> {
    return whileAlive(this.died, () => this.#qmp.execute(command, args, { signal }));
  }

  #askHuman(line: string, timeoutMs?: number): Promise<string> {
    return whileAlive(this.died, () => this.#qmp.human(line, { signal: this.died, timeoutMs }));
  }

  /** Closes what would be broken in a restored guest. The agent's port is open there from the start, as it is here. */
  async #closeConnections(): Promise<void> {
    for (const stream of this.#streams.splice(0)) stream.destroy();
    await this.#ssh?.[Symbol.asyncDispose]();
    this.#ssh = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#closeConnections();
    this.#agent?.close();
    this.#qmp.close();
    await this.#process.stop();
  }
}

const noConnection = (): OomdrillError => machineError('SSH_BROKEN', 'The machine has no connection any more.');

/** QEMU stops a guest whose disk it cannot write any more (qemu(1), `werror`): it would never answer again. */
function diskError(disk: string, data: unknown): OomdrillError {
  const { reason = 'an error of the disk' } = data as { readonly reason?: string };
  const hint = 'Make room there; TMPDIR and OOMDRILL_CACHE name other places.';
  return machineError('MACHINE_DISK', `QEMU could not write the disk of the machine, ${disk}: ${reason}.`, hint);
}
