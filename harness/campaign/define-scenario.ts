import { pathToFileURL } from 'node:url';
import type { Scenario } from '../drill/scenario.js';

/**
 * Declares the scenario of a file. If the file itself was started (`npx tap scenarios/NAME.ts`), the scenario is
 * drilled under tap; if a suite imports it, it is only declared, and tap is not loaded.
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
