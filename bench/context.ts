import { createContext, type DrillContext } from '../harness/campaign/context.js';
import type { Ledger } from '../harness/machine/ledger.js';
import type { Machine, MachineSource, Progress } from '../harness/machine/machine.js';
import { chooseMachine, DEFAULT_MACHINE } from '../harness/machine/providers.js';
import { makeWorkDir } from '../harness/machine/workdir.js';
import { GUEST_SPEC } from './guest-spec.js';

/** The shared resources of all parts of the bench. */
export class BenchContext {
  readonly ledger: Ledger;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  #source: Promise<MachineSource> | undefined;

  constructor(ledger: Ledger, progress: Progress, signal: AbortSignal) {
    this.ledger = ledger;
    this.progress = progress;
    this.signal = signal;
  }

  /** The source of trixie guests at scale 1/8 of the incident's host. */
  source(): Promise<MachineSource> {
    this.#source ??= chooseMachine(DEFAULT_MACHINE).source(GUEST_SPEC, this);
    return this.#source;
  }

  /** The context of whole drills, by default on the default kind of machine. */
  drillContext(machine = DEFAULT_MACHINE): Promise<DrillContext> {
    const { ledger, progress, signal } = this;
    return createContext({ machine: chooseMachine(machine), ledger, progress, signal });
  }

  /** Runs `work` with its own guest. */
  async withMachine<T>(work: (machine: Machine, workDir: string) => Promise<T>): Promise<T> {
    const source = await this.source();
    await using workDir = await makeWorkDir(this.ledger);
    await using machine = await source.start({
      workDir: workDir.path,
      signal: this.signal,
      changes: { unit: 'none', files: [], trees: [], made: [] },
    });
    return await work(machine, workDir.path);
  }
}
