import { assets } from '../core/assets.js';
import { readVersion } from '../core/version.js';
import type { DrillSettings } from '../drill/drill.js';
import type { PlanOptions } from '../drill/plan.js';
import { DEFAULT_WATCHDOG, watchdogNamed } from '../drill/watchdogs.js';
import { Ledger } from '../machine/ledger.js';
import { chooseMachine, DEFAULT_MACHINE } from '../machine/providers.js';

/** What drills are carried out on and with, whoever asks for them. It is passed whole. */
export interface DrillContext extends DrillSettings {
  /** `auto` or a divisor, as the user wrote it. */
  readonly scale: string;
  /** The probes and kinds of workload that bundles may name; ours where nothing is said. */
  readonly tables?: Pick<PlanOptions, 'probes' | 'workloads'> | undefined;
  /** How many drills at a time. */
  readonly jobs: number;
}

/** What a caller says of a context; the usual where it says nothing. */
export type ContextChoices = Pick<DrillContext, 'progress' | 'signal'> & Partial<DrillContext>;

/**
 * The context of drills: this version, a page of the ledger for this process, and what the caller chose.
 *
 * @throws OomdrillError `LEDGER`
 */
export async function createContext(choices: ContextChoices): Promise<DrillContext> {
  return {
    ...choices,
    machine: choices.machine ?? chooseMachine(DEFAULT_MACHINE),
    scale: choices.scale ?? 'auto',
    watchdog: choices.watchdog ?? watchdogNamed(DEFAULT_WATCHDOG),
    jobs: choices.jobs ?? 1,
    outDir: choices.outDir ?? assets.report(),
    version: choices.version ?? (await readVersion()),
    ledger: choices.ledger ?? (await Ledger.open()),
  };
}
