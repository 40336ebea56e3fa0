import { join } from 'node:path';
import { messageOf } from '../../core/errors.js';
import type { Endpoint, ExecOptions, ExecResult, Machine, Progress, SampleStream } from '../machine.js';
import { openSamplePipe } from '../sample-pipe.js';
import type { Ssh } from '../ssh.js';
import { restoreHost } from './backup.js';

export interface BorrowedHostOptions {
  readonly ssh: Ssh;
  /** As the user calls it, and as its clients reach it. */
  readonly name: string;
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
  #released = false;

  constructor(options: BorrowedHostOptions) {
    this.#options = options;
    this.accelerator = options.accelerator;
    this.consoleLog = join(options.workDir, 'console.log');
  }

  get login(): string {
    return this.#options.ssh.login;
  }

  exec(command: readonly string[], options: ExecOptions): Promise<ExecResult> {
    return this.#options.ssh.exec(command, options);
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
    const { ssh, name, progress, onRestored } = this.#options;
    try {
      await restoreHost(ssh, name);
      onRestored();
    } catch (thrown) {
      progress(`${messageOf(thrown)} oomdrill reap tries again`);
    }
    await ssh[Symbol.asyncDispose]();
  }
}
