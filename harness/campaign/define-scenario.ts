import { pathToFileURL } from 'node:url';
import type { Scenario } from '../drill/scenario.js';

/**
 * Declares the scenario of a file. Where that file is the program that was started (`npx tap scenarios/NAME.ts`), the scenario is
 * drilled under tap; where a suite imports it, which needs no tap, it is only declared.
 *
 * @param meta the `import.meta` of the file
 */
export async function defineScenario(meta: Pick<ImportMeta, 'url'>, scenario: Scenario): Promise<Scenario> {
  const [, started] = process.argv;
  if (started && pathToFileURL(started).href === meta.url) {
    const { drillUnderTap } = await import('./under-tap.js');
    await drillUnderTap(scenario);
  }
  return scenario;
}
