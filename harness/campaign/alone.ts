import { pathToFileURL } from 'node:url';
import type { Scenario } from '../drill/scenario.js';

/**
 * Runs the scenario under tap when its file is the program that was started (`npx tap scenarios/NAME.ts`), and does nothing
 * when it is imported by a suite, which needs no tap.
 */
export async function whenRunAlone(moduleUrl: string, scenario: Scenario): Promise<void> {
  if (!process.argv[1] || pathToFileURL(process.argv[1]).href !== moduleUrl) return;
  const { drillUnderTap } = await import('./under-tap.js');
  await drillUnderTap(scenario);
}
