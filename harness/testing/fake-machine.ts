import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machineError } from '../core/errors.js';
import type { Endpoint, ExecOptions, ExecResult, Machine, MachineSource, SampleStream } from '../machine/machine.js';
import type { FakeCommand } from './fake-commands.js';
import { FakeGuest, type FakeUnit } from './fake-guest.js';
import { type FakeServer, startFakeServer } from './fake-server.js';

/** A machine without a VM: a scripted guest, and a real server in this process for the real prober to ask. */
export class FakeMachine implements Machine {
  readonly accelerator = 'fake';
  readonly login = 'true';
  readonly consoleLog: string;
  readonly #guest: FakeGuest;
  readonly #server: FakeServer;
  readonly #death = new AbortController();

  constructor(guest: FakeGuest, server: FakeServer, workDir: string) {
    this.#guest = guest;
    this.#server = server;
    this.consoleLog = join(workDir, 'console.log');
    writeFileSync(this.consoleLog, 'the fake guest is up\n');
  }

  get died(): AbortSignal {
    return this.#death.signal;
  }

  /** Ends as a guest does whose kernel panics. */
  die(): void {
    this.#death.abort(machineError('GUEST_PANIC', 'The fake guest died: it was told to.'));
  }

  async exec(command: readonly string[], { signal }: ExecOptions): Promise<ExecResult> {
    signal?.throwIfAborted();
    return this.#guest.exec(command);
  }

  async endpoint(): Promise<Endpoint> {
    return this.#server.endpoint;
  }

  async openSampleStream(): Promise<SampleStream> {
    return { guestPath: '-', stream: this.#guest.samples, via: 'ssh' };
  }

  async limitDisk(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    this.#guest.stop();
    await this.#server[Symbol.asyncDispose]();
  }
}

/** How fake machines differ from the usual ones. */
export interface FakeOptions {
  /** Told of each machine, for a test that wants to do it harm. */
  readonly onStart?: ((machine: FakeMachine) => void) | undefined;
  /** What the guest knows; what a drill of a memory hog runs where it is not said. */
  readonly commands?: readonly FakeCommand[] | undefined;
}

/** Machines whose guest serves with this unit. */
export function fakeSource(unit: FakeUnit, { onStart, commands }: FakeOptions = {}): MachineSource {
  return {
    accelerator: 'fake',
    async start({ workDir }) {
      const guest = new FakeGuest(unit, commands);
      const machine = new FakeMachine(guest, await startFakeServer(() => guest.isSilent()), workDir);
      onStart?.(machine);
      return machine;
    },
    async [Symbol.asyncDispose]() {},
  };
}
