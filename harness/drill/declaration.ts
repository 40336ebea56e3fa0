import { usageError } from '../core/errors.js';
import type { Scenario } from './scenario.js';

/**
 * Checks that a scenario says something that can be drilled and judged.
 *
 * @param file that declares it, which bears its name: so no two can have one name
 * @throws OomdrillError `SCENARIO_INVALID`
 */
export function checkScenario(scenario: Scenario | undefined, file: string): Scenario {
  const refuse = (what: string) =>
    usageError('SCENARIO_INVALID', `scenarios/${file} ${what}.`, 'See CONTRIBUTING.md, "Adding a scenario".');
  if (!scenario?.name) throw refuse('declares no scenario with a name');
  const contradiction = contradictionOf(scenario, file.replace(/\.(js|ts)$/, ''));
  if (contradiction) throw refuse(contradiction);
  return scenario;
}

function contradictionOf(scenario: Scenario, fileName: string): string | undefined {
  const { name, expect, hogs, bystanders = [], phases, repair } = scenario;
  const names = [...hogs, ...bystanders].map((hog) => hog.name);
  if (name !== fileName) return `declares "${name}": a scenario bears the name of its file`;
  if (expect.outcomes.length === 0) return 'expects no outcome';
  if (hogs.length === 0) return 'lets no hog loose';
  if (new Set(names).size < names.length) return 'lets two hogs of one name loose';
  if (bystanders.some(({ target }) => target.kind !== 'own')) return 'has a bystander without a size of its own';
  const negative = Object.entries({ ...phases, ...(repair && { stayMs: repair.stayMs }) }).find(([, ms]) => !(ms > 0));
  if (negative) return `gives ${negative[0]} no time`;
  if (expect.repairedWithinMs !== undefined && !repair) return 'expects a repair to help, and repairs nothing';
  if (repair && (expect.repairedWithinMs ?? 0) > repair.stayMs)
    return 'gives the repair longer than the hogs stay after it';
  if (expect.killed === 'hog' && hogs.some(({ memory }) => memory === 'page-cache'))
    return 'expects a hog of page cache to be killed, whose memory the kernel takes back';
  return undefined;
}
