import { basename } from 'node:path';
import { type OomdrillError, usageError } from '../core/errors.js';
import type { Injection } from '../inject/injection.js';
import type { Scenario } from './scenario.js';

/**
 * Checks that a scenario does not contradict itself.
 *
 * @param file that declares it, whose name it bears: so no two of a folder can have one name
 * @throws OomdrillError `SCENARIO_INVALID`
 */
export function checkScenario(scenario: Scenario, file: string): Scenario {
  const contradiction =
    nameContradiction(scenario, file) ?? injectionContradiction(scenario) ?? timeContradiction(scenario);
  if (contradiction) throw scenarioError(`${file} ${contradiction}.`);
  return scenario;
}

/** The error of a scenario that cannot be drilled. */
export const scenarioError = (message: string, hint = 'docs/library.md describes scenarios.'): OomdrillError =>
  usageError('SCENARIO_INVALID', message, hint);

/** The name that a scenario has by its file: `drills/night.ts` declares `night`. */
export const scenarioNameOf = (file: string): string => basename(file).replace(/\.[cm]?[jt]s$/, '');

/** It names a folder of records. */
const FILE_NAME = /^[a-z0-9][\w.-]{0,99}$/i;

function nameContradiction({ name }: Scenario, file: string): string | undefined {
  if (name !== scenarioNameOf(file)) return `declares "${name}": a scenario bears the name of its file`;
  if (!FILE_NAME.test(name))
    return 'must be renamed: a scenario has its name, of at most 100 letters, digits, dashes and dots';
  return undefined;
}

/** It names a unit and a file of the guest. */
const PLAIN_NAME = /^[a-z0-9][a-z0-9-]{0,49}$/i;

function injectionContradiction({ injections, bystanders = [], expect }: Scenario): string | undefined {
  const all: readonly Injection[] = [...injections, ...bystanders];
  const odd = all.find(({ name }) => !PLAIN_NAME.test(name));
  if (odd) return `has an injection "${odd.name}": a name is of at most 50 letters, digits and dashes`;
  if (new Set(all.map(({ name }) => name)).size < all.length) return 'has two injections of one name';
  for (const injection of bystanders) {
    const unfit = injection.kind.unfitAsBystander(injection);
    if (unfit) return unfit;
  }
  for (const injection of injections) {
    const contradiction = injection.kind.contradictionIn(injection, expect);
    if (contradiction) return contradiction;
  }
  return undefined;
}

function timeContradiction({ phases, repair, expect }: Scenario): string | undefined {
  const times = Object.entries(phases);
  if (repair) times.push(['stayMs', repair.stayMs]);
  const negative = times.find(([, ms]) => !(ms > 0));
  if (negative) return `gives ${negative[0]} no time`;
  if (expect.repairedWithinMs !== undefined && !repair) return 'expects a repair to help, and repairs nothing';
  if (repair && (expect.repairedWithinMs ?? 0) > repair.stayMs)
    return 'gives the repair longer than the injections stay after it';
  return undefined;
}
