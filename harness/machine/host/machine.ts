import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { withDeadline } from '../../core/deadline.js';
import { machineError, messageOf } from '../../core/errors.js';
import type { Endpoint, ExecOptions, ExecResult, Machine, Progress, SampleStream } from '../machine.js';
import { openSamplePipe } from '../sample-pipe.js';
import type { Ssh, SshTarget } from '../ssh.js';
import { holdCommand, installOnHost, restoreHost } from './backup.js';

/** The lock is free, unless someone restores the host in this very moment. Milliseconds. */
const HOLD_MS = 60_000;

export interface BorrowedHostOptions {
  readonly ssh: Ssh;
  /** As the user calls it, and as its clients reach it. */
  readonly name: string;
  /** Names the run there. */
  readonly run: string;
  readonly address: string;
  readonly accelerator: string;
  readonly workDir: string;
  readonly progress: Progress;
  /** Called once it was restored. */
  readonly onRestored: () => void;
}

/** A borrowed host, which its owner calls disposable, during one drill. Disposing it restores every file that was changed. */
export class BorrowedHost implements Machine {
  readonly accelerator: string;
  /** Not every host has a console that we could read: nothing is ever written there. */
  readonly consoleLog: string;
  /** Never aborted: of a host that is not ours we are not notified; a broken connection shows at the next command. */
  readonly died = new AbortController().signal;
  readonly #options: BorrowedHostOptions;
  #hold: Readable | undefined;
  #released = false;

  constructor(options: BorrowedHostOptions) {
    this.#options = options;
    this.accelerator = options.accelerator;
    this.consoleLog = join(options.workDir, 'console.log');
  }

  get login(): string {
    return this.#options.ssh.login;
  }

  get ownLogin(): SshTarget {
    return this.#options.ssh.target;
  }

  exec(command: readonly string[], options: ExecOptions): Promise<ExecResult> {
    return this.#options.ssh.exec(command, options);
  }

  /** Extracts through no link that a user of the host made, and writes down what was put there. */
  extract(archive: Uint8Array, options: ExecOptions): Promise<ExecResult> {
    return installOnHost(this.#options.ssh, this.#options.run, archive, options);
  }

  /**
   * Holds the lock of the host until this is disposed, or the connection breaks: no one who finds the backup takes it for one of
   * a dead run.
   *
   * @throws OomdrillError `HOST_LOST`
   */
  async hold(signal: AbortSignal): Promise<void> {
    const { ssh, name, run } = this.#options;
    const hold = ssh.stream(await holdCommand(run));
    this.#hold = hold;
    // What becomes of it later shows at the next command.
    hold.on('error', () => {});
    const reason = `the lock of ${name}`;
    const held = Promise.race([once(hold, 'data', { signal }), once(hold, 'end', { signal })]);
    const [said] = await withDeadline(() => held, { reason, timeoutMs: HOLD_MS, signal, code: 'HOST_LOST' });
    if (said !== undefined) return;
    throw machineError('HOST_LOST', `${name} was restored by someone else before the drill began.`, 'Try again.');
  }

  async endpoint(guestPort: number): Promise<Endpoint> {
    return { host: this.#options.address, port: guestPort };
  }

  openSampleStream(): Promise<SampleStream> {
    return openSamplePipe(this.#options.ssh);
  }

  /** Its disk is as slow as it is: a throttle in `io.max` would bind single cgroups only, never the root disk. */
  async limitDisk(bytesPerSecond: number | null): Promise<void> {
    if (bytesPerSecond !== null) this.#options.progress(`the disk of ${this.#options.name} is not throttled`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    const { ssh, name, run, progress, onRestored } = this.#options;
    try {
      this.#hold?.destroy();
      for (const note of await restoreHost(ssh, { name, run })) progress(`${name}: ${note}`);
      onRestored();
    } catch (thrown) {
      progress(`${messageOf(thrown)} oomdrill reap tries again`);
    }
    await ssh[Symbol.asyncDispose]();
  }
}
