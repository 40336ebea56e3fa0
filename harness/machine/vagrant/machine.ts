import { type ChildProcess, spawn } from 'node:child_process';
import { machineError } from '../../core/errors.js';
import { virtioPort, virtioPortInGuest } from '../guest-paths.js';
import type { Endpoint, ExecOptions, ExecResult, Machine, SampleStream } from '../machine.js';
import { readPanic } from '../panic.js';
import { openSamplePipe } from '../sample-pipe.js';
import { Ssh, type SshTarget } from '../ssh.js';
import { connectUnix } from '../unix-socket.js';
import { execWhileAlive } from '../while-alive.js';
import { channelPath, runVirsh } from './libvirt.js';

/** What a domain is known by while it runs. */
export interface DomainFacts {
  readonly name: string;
  readonly accelerator: string;
  readonly target: SshTarget;
  readonly consoleLog: string;
}

/** A Vagrant machine that was put back to its clean state. Disposing it leaves the domain to its source. */
export class VagrantMachine implements Machine {
  readonly accelerator: string;
  readonly consoleLog: string;
  readonly #facts: DomainFacts;
  readonly #ssh: Ssh;
  readonly #death = new AbortController();
  readonly #events: ChildProcess;
  #released = false;

  private constructor(facts: DomainFacts, ssh: Ssh) {
    this.#facts = facts;
    this.#ssh = ssh;
    this.accelerator = facts.accelerator;
    this.consoleLog = facts.consoleLog;
    const events = ['event', '--domain', facts.name, '--event', 'lifecycle', '--loop'];
    // It would wait for the next event of a domain that has gone with us.
    const virsh = ['--pdeathsig', 'KILL', 'virsh', '--connect', 'qemu:///system', ...events];
    this.#events = spawn('setpriv', virsh, { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#events.on('error', () => {});
    this.#events.stdout?.on('data', (chunk: Buffer) => {
      if (/Stopped|Crashed|Shutdown/.test(chunk.toString())) void this.#die();
    });
  }

  /** Connects to a domain that runs, and sets its clock, which stands at the time of its snapshot. */
  static async connect(facts: DomainFacts, workDir: string, signal: AbortSignal): Promise<VagrantMachine> {
    const ssh = new Ssh(facts.target, workDir);
    await ssh.open(120_000, signal);
    const machine = new VagrantMachine(facts, ssh);
    try {
      const now = `@${(Date.now() / 1000).toFixed(3)}`;
      await machine.exec(['date', '--set', now], { reason: "the guest's clock to be set", signal });
      return machine;
    } catch (thrown) {
      // What listens for libvirt's events would keep this process.
      await machine[Symbol.asyncDispose]();
      throw thrown;
    }
  }

  get died(): AbortSignal {
    return this.#death.signal;
  }

  get login(): string {
    return this.#ssh.login;
  }

  async #die(): Promise<void> {
    if (this.#released || this.died.aborted) return;
    const hint = 'Was its QEMU killed for memory on the host? `dmesg` tells.';
    const stopped = machineError('DOMAIN_DIED', `libvirt says that the domain ${this.#facts.name} has stopped.`, hint);
    this.#death.abort((await readPanic(this.consoleLog)) ?? stopped);
  }

  exec(command: readonly string[], options: ExecOptions): Promise<ExecResult> {
    return execWhileAlive(this.#ssh, this.died, command, options);
  }

  /** The guest's own address: libvirt's network reaches from this host only. */
  async endpoint(guestPort: number): Promise<Endpoint> {
    return { host: this.#facts.target.host, port: guestPort };
  }

  async openSampleStream(): Promise<SampleStream> {
    const socket = channelPath(await runVirsh('dumpxml', this.#facts.name), virtioPort('samples'));
    if (socket) {
      // Not every user who may use libvirt may open its sockets.
      const stream = await connectUnix(socket, "libvirt's channel", this.died, 1_000).catch(() => undefined);
      if (stream) return { guestPath: virtioPortInGuest('samples'), stream, via: 'virtio-serial' };
    }
    return openSamplePipe(this.#ssh);
  }

  async limitDisk(bytesPerSecond: number | null): Promise<void> {
    await runVirsh('blkdeviotune', this.#facts.name, 'vda', '--live', '--total-bytes-sec', String(bytesPerSecond ?? 0));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#released = true;
    this.#events.kill();
    await this.#ssh[Symbol.asyncDispose]();
  }
}
