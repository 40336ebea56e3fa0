import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { usageError } from '../core/errors.js';
import { checkScenario } from '../drill/declaration.js';
import { type Scenario, SUITES, type Suite } from '../drill/scenario.js';

/** The folder of scenarios beside this code: the sources' under tap, the built ones' otherwise. */
export const scenariosDir = (): string => join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'scenarios');

/** Every scenario, in the order of their names. @throws OomdrillError `SCENARIO_INVALID` */
export async function allScenarios(dir = scenariosDir()): Promise<Scenario[]> {
  const files = (await readdir(dir)).filter((file) => /^[^.]+\.(js|ts)$/.test(file)).sort();
  const scenarios = await Promise.all(
    files.map(async (file) => {
      const { default: scenario } = (await import(pathToFileURL(join(dir, file)).href)) as { default?: Scenario };
      return checkScenario(scenario, file);
    }),
  );
  return scenarios.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The scenarios of a suite; the larger suite holds the smaller one. @throws OomdrillError `SUITE_UNKNOWN` */
export async function scenariosOf(name: string): Promise<Scenario[]> {
  const suite = SUITES.find((suite) => suite === name);
  if (suite === undefined)
    throw usageError('SUITE_UNKNOWN', `There is no suite "${name}".`, `There are: ${SUITES.join(', ')}.`);
  const size = (suite: Suite) => SUITES.indexOf(suite);
  return (await allScenarios()).filter((scenario) => size(scenario.suite) <= size(suite));
}

/** The scenarios of these names, in the order given. @throws OomdrillError `SCENARIO_UNKNOWN` */
export async function scenariosNamed(names: readonly string[]): Promise<Scenario[]> {
  const all = await allScenarios();
  return names.map((name) => {
    const found = all.find((scenario) => scenario.name === name);
    if (found) return found;
    throw usageError(
      'SCENARIO_UNKNOWN',
      `There is no scenario "${name}".`,
      `There are: ${all.map((scenario) => scenario.name).join(', ')}.`,
    );
  });
}
