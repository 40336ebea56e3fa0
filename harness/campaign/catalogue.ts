import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { suggestName } from '../core/edit-distance.js';
import { usageError } from '../core/errors.js';
import { checkScenario } from '../drill/declaration.js';
import { type Scenario, SUITES, type Suite } from '../drill/scenario.js';

/** The folder of the scenarios: of their sources under tap, of the built files otherwise. */
export const scenariosDir = (): string => join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'scenarios');

/** Loads all scenarios, sorted by name. @throws OomdrillError `SCENARIO_INVALID` */
export async function loadScenarios(dir = scenariosDir()): Promise<Scenario[]> {
  const files = (await readdir(dir)).filter((file) => /^[^.]+\.(js|ts)$/.test(file)).sort();
  const scenarios = await Promise.all(
    files.map(async (file) => {
      const { default: scenario } = (await import(pathToFileURL(join(dir, file)).href)) as { default?: Scenario };
      return checkScenario(scenario, file);
    }),
  );
  return scenarios.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Loads the scenarios of a suite; a larger suite contains the smaller ones. @throws OomdrillError `SUITE_UNKNOWN` */
export async function loadSuite(name: string): Promise<Scenario[]> {
  const suite = SUITES.find((suite) => suite === name);
  if (suite === undefined)
    throw usageError('SUITE_UNKNOWN', `There is no suite "${name}".`, `There are: ${SUITES.join(', ')}.`);
  const size = (suite: Suite) => SUITES.indexOf(suite);
  return (await loadScenarios()).filter((scenario) => size(scenario.suite) <= size(suite));
}

/** Loads the scenarios of these names, in the given order. @throws OomdrillError `SCENARIO_UNKNOWN` */
export async function findScenarios(names: readonly string[]): Promise<Scenario[]> {
  const all = await loadScenarios();
  return names.map((name) => {
    const found = all.find((scenario) => scenario.name === name);
    if (found) return found;
    throw usageError(
      'SCENARIO_UNKNOWN',
      `There is no scenario "${name}".`,
      suggestName(
        name,
        all.map((scenario) => scenario.name),
        '`oomdrill list` prints all names.',
      ),
    );
  });
}
