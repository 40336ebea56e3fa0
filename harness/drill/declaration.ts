import { usageError } from '../core/errors.js';
import type { Injection } from '../inject/injection.js';
import type { Scenario } from './scenario.js';

/**
 * Checks that a scenario says something that can be drilled and judged.
 *
 * @param file that declares it, which bears its name: so no two can have one name
 * @throws OomdrillError `SCENARIO_INVALID`
 */
export function checkScenario(scenario: Scenario | undefined, file: string): Scenario {
  const refuse = (what: string) =>
    usageError('SCENARIO_INVALID', `scenarios/${file} ${what}.`, 'See docs/extending.md, "A scenario".');
  if (!scenario?.name) throw refuse('declares no scenario with a name');
  const contradiction =
    contradictionIn(scenario, file.replace(/\.(js|ts)$/, '')) ??
    injectionContradiction(scenario) ??
    timeContradiction(scenario);
  if (contradiction) throw refuse(contradiction);
  return scenario;
}

function contradictionIn({ name, expect }: Scenario, fileName: string): string | undefined {
  if (name !== fileName) return `declares "${name}": a scenario bears the name of its file`;
  if (expect.outcomes.length === 0) return 'expects no outcome';
  return undefined;
}

/** It names a unit and a file of the guest. */
const PLAIN_NAME = /^[a-z0-9][a-z0-9-]*$/i;

function injectionContradiction({ injections, bystanders = [], expect }: Scenario): string | undefined {
  const all: readonly Injection[] = [...(injections ?? []), ...bystanders];
  if (!injections?.length) return 'injects nothing';
  // A scenario may come from a file that no compiler has read.
  if (all.some(({ kind }) => typeof kind?.plan !== 'function'))
    return 'has an injection of no kind: declare it by a function of its kind, such as hog({ ... })';
  const odd = all.find(({ name }) => !PLAIN_NAME.test(name));
  if (odd) return `has an injection "${odd.name}": a name is of letters, digits and dashes`;
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
