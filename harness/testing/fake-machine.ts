import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machineError } from '../core/errors.js';
import type {
  Endpoint,
  ExecOptions,
  ExecResult,
  Machine,
  MachineSource,
  Preparation,
  SampleStream,
  StartOptions,
} from '../machine/machine.js';
import type { FakeCommand } from './fake-commands.js';
import { FakeGuest, type FakeUnit } from './fake-guest.js';
import { type FakeServer, startFakeServer } from './fake-server.js';

/** What answers at the ports of the guest. */
interface FakeServers {
  readonly serving: FakeServer;
  /** Never silent: the fake guest is never under pressure as a whole. */
  readonly canary: FakeServer;
}

/** A machine without a VM: a scripted guest, and real servers in this process for the real prober. */
export class FakeMachine implements Machine {
  readonly accelerator = 'fake';
  readonly login = 'true';
  readonly consoleLog: string;
  readonly #guest: FakeGuest;
  readonly #servers: FakeServers;
  readonly #death = new AbortController();

  constructor(guest: FakeGuest, servers: FakeServers, workDir: string) {
    this.#guest = guest;
    this.#servers = servers;
    this.consoleLog = join(workDir, 'console.log');
    writeFileSync(this.consoleLog, 'the fake guest is up\n');
  }

  get died(): AbortSignal {
    return this.#death.signal;
  }

  /** Ends as if the guest's kernel had panicked. */
  die(): void {
    this.#death.abort(machineError('GUEST_PANIC', 'The fake guest died at the request of the test.'));
  }

  async exec(command: readonly string[], { signal }: ExecOptions): Promise<ExecResult> {
    signal?.throwIfAborted();
    return this.#guest.exec(command);
  }

  async endpoint(guestPort: number): Promise<Endpoint> {
    const { serving, canary } = this.#servers;
    return (this.#guest.hasCanaryOn(guestPort) ? canary : serving).endpoint;
  }

  async openSampleStream(): Promise<SampleStream> {
    return { guestPath: '-', stream: this.#guest.samples, via: 'ssh' };
  }

  async limitDisk(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    this.#guest.stop();
    for (const server of Object.values(this.#servers)) await server[Symbol.asyncDispose]();
  }
}

/** Options of a source of fake machines. */
export interface FakeOptions {
  /** Called with each machine, so that a test can make it die. */
  readonly onStart?: ((machine: FakeMachine) => void) | undefined;
  /** The commands that the guest knows; by default those of a drill with a memory hog. */
  readonly commands?: readonly FakeCommand[] | undefined;
  /** Whether machines begin in prepared states: each is made anew, and kept nowhere. */
  readonly prepares?: boolean | undefined;
}

/** A source of fake machines whose guest serves with this unit. */
export function fakeSource(unit: FakeUnit, { onStart, commands, prepares }: FakeOptions = {}): MachineSource {
  const start = async ({ workDir }: Pick<StartOptions, 'workDir'>) => {
    const guest = new FakeGuest(unit, commands);
    const serving = await startFakeServer(() => guest.isSilent());
    const canary = await startFakeServer(() => false);
    const machine = new FakeMachine(guest, { serving, canary }, workDir);
    onStart?.(machine);
    return machine;
  };
  const prepare = async (machine: Machine, { from, make }: Preparation, workDir: string): Promise<string> =>
    make(machine, workDir, from ? await prepare(machine, from, workDir) : '');
  return {
    accelerator: 'fake',
    start,
    ...(prepares && {
      async startPrepared(options: StartOptions, preparation: Preparation) {
        if (preparation.made === 'never') return undefined;
        const machine = await start(options);
        const known = await prepare(machine, preparation, options.workDir);
        return { machine, known, snapshot: `fake-${preparation.kind}` };
      },
    }),
    async [Symbol.asyncDispose]() {},
  };
}
