import { fileURLToPath } from 'node:url';
import { wasStarted } from './core/was-started.js';
import { pathFrom } from './core/within.js';
import { scenarioError } from './drill/declaration.js';
import type { Scenario, ScenarioDeclaration } from './drill/scenario.js';

/**
 * Declares the scenario of a file: `export default await defineScenario(import.meta, { ... })`.
 *
 * If the file itself was started (`npx tap drills/NAME.ts`), the scenario is drilled as a test of tap; if it is
 * imported, it is only declared, and tap is not loaded.
 *
 * @param meta the `import.meta` of the file: its name is the scenario's, and paths are relative to it
 * @returns the scenario with all that the declaration left out
 * @throws OomdrillError `SCENARIO_INVALID`, with the file and the field
 */
export async function defineScenario(
  meta: Pick<ImportMeta, 'url'>,
  declaration: ScenarioDeclaration,
): Promise<Scenario> {
  if (!/^file:/.test(meta?.url))
    throw scenarioError('defineScenario must be given import.meta of the file, and then what it declares.');
  const path = fileURLToPath(meta.url);
  const { completeScenario } = await import('./campaign/complete-scenario.js');
  const complete = () => completeScenario(declaration, pathFrom(path));
  return wasStarted(path) ? drillAlone(complete) : complete();
}

/** Drills the scenario of the file that was started. No caller is there to say what is wrong with it. */
async function drillAlone(complete: () => Promise<Scenario>): Promise<Scenario> {
  try {
    const scenario = await complete();
    const { drillUnderTap } = await import('./command/under-tap.js');
    await drillUnderTap(scenario);
    return scenario;
  } catch (thrown) {
    const { reportError } = await import('./core/report-error.js');
    process.exit(reportError(thrown));
  }
}
