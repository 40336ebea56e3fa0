import { resolve } from 'node:path';
import { parseDuration } from '../core/duration.js';
import { readVersion } from '../core/version.js';
import type { DrillSettings } from '../drill/drill.js';
import type { PlanOptions } from '../drill/plan.js';
import { DEFAULT_RATE, intervalAt } from '../drill/probe-rate.js';
import { DEFAULT_WATCHDOG, watchdogNamed } from '../drill/watchdogs.js';
import { Ledger } from '../machine/ledger.js';
import { chooseMachine, DEFAULT_MACHINE } from '../machine/providers.js';
import { DEFAULT_OUT_DIR } from '../record/folder.js';
import type { QuietWait } from './quiet-host.js';
import { DEFAULT_WAIT_FOR_QUIET } from './wait-for-quiet.js';

/** The settings that all drills of a command share. */
export interface DrillContext extends DrillSettings {
  /** `auto` or a divisor, as the user wrote it. */
  readonly scale: string;
  /** A user's own probes, and the kinds of workload that bundles may name; oomdrill's own if absent. */
  readonly tables?: Pick<PlanOptions, 'probes' | 'workloads'> | undefined;
  /** How many drills may run at the same time. */
  readonly jobs: number;
  /** How long the second try of a drill that the host spoiled waits for a quiet host, milliseconds; 0 for not at all. */
  readonly waitForQuietMs: number;
  /** What came of these waits so far. */
  readonly quietWaits: QuietWait['quietWaits'];
}

/** The part of a context that the caller chooses; the rest has defaults. */
export type ContextChoices = Pick<DrillContext, 'progress' | 'signal'> & Partial<DrillContext>;

/**
 * Creates a context from the caller's choices and the defaults, with a ledger page for this process. Only where this host has what
 * the machine needs.
 *
 * @throws OomdrillError `LEDGER`, `PROGRAMS_MISSING`, `TOOLKIT_MISSING`, `TOOLKIT_BUILD`
 */
export async function createContext(choices: ContextChoices): Promise<DrillContext> {
  const machine = choices.machine ?? chooseMachine(DEFAULT_MACHINE);
  await machine.check?.();
  return {
    ...choices,
    machine,
    scale: choices.scale ?? 'auto',
    watchdog: choices.watchdog ?? watchdogNamed(DEFAULT_WATCHDOG),
    probeIntervalMs: choices.probeIntervalMs ?? intervalAt(DEFAULT_RATE, 'rate'),
    fullHold: choices.fullHold ?? false,
    wayIn: choices.wayIn ?? false,
    fromNothing: choices.fromNothing ?? false,
    jobs: choices.jobs ?? 1,
    quietWaits: choices.quietWaits ?? { anyTimedOut: false },
    waitForQuietMs: choices.waitForQuietMs ?? parseDuration(DEFAULT_WAIT_FOR_QUIET),
    outDir: choices.outDir ?? resolve(DEFAULT_OUT_DIR),
    version: choices.version ?? (await readVersion()),
    ledger: choices.ledger ?? (await Ledger.open()),
  };
}
