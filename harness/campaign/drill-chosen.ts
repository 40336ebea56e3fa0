import { resolve } from 'node:path';
import { parseDuration } from '../core/duration.js';
import { scenarioError } from '../drill/declaration.js';
import { checkBundleObject } from '../drill/declaration-schema.js';
import { loadOf } from '../drill/load.js';
import { DEFAULT_RATE, intervalAt } from '../drill/probe-rate.js';
import type { Scenario } from '../drill/scenario.js';
import { DEFAULT_WATCHDOG, watchdogNamed } from '../drill/watchdogs.js';
import { DEFAULT_GUEST, guestNamed } from '../machine/image/guests.js';
import { chooseMachine, DEFAULT_MACHINE } from '../machine/providers.js';
import { DEFAULT_OUT_DIR } from '../record/folder.js';
import type { RunSummary } from '../verdict/summary.js';
import { createContext } from './context.js';
import type { DrillChoices } from './library.js';
import { runSuite } from './suite.js';
import { DEFAULT_WAIT_FOR_QUIET } from './wait-for-quiet.js';

/** Carries out one drill as a program asks for it. @throws OomdrillError as `drillScenario` says */
export async function drillChosen(scenario: Scenario, choices: DrillChoices): Promise<RunSummary> {
  if (typeof scenario?.bundle?.load !== 'function')
    throw scenarioError('drill must be given a scenario: what `await defineScenario(...)` gives.');
  if (choices.bundle !== undefined) checkBundleObject(choices.bundle, 'drill');
  const {
    machine = DEFAULT_MACHINE,
    machineOptions = {},
    guest = DEFAULT_GUEST,
    watchdog = DEFAULT_WATCHDOG,
    waitForQuiet = DEFAULT_WAIT_FOR_QUIET,
    rate = DEFAULT_RATE,
    fullHold = false,
    wayIn = false,
    fromNothing = false,
  } = choices;
  const { load, bundle, scale, out, probes = [], progress = () => {}, signal = new AbortController().signal } = choices;
  const context = await createContext({
    machine: chooseMachine(machine, machineOptions),
    watchdog: watchdogNamed(watchdog),
    waitForQuietMs: parseDuration(waitForQuiet),
    probeIntervalMs: intervalAt(rate, 'rate'),
    load: load === undefined ? undefined : loadOf(load, 'load'),
    fullHold,
    wayIn,
    fromNothing,
    scale,
    outDir: resolve(out ?? DEFAULT_OUT_DIR),
    tables: { probes },
    progress,
    signal,
  });
  const [run] = await runSuite(context, { scenarios: [scenario], guests: [guestNamed(guest).name], bundle });
  if (!run) throw new Error('the suite returned no result');
  return run;
}
