import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { machineError, usageError } from '../core/errors.js';
import type { Scenario } from './scenario.js';

/** The folder of scenarios beside this code: the sources' under tap, the built ones' otherwise. */
const scenariosDir = (): string => join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'scenarios');

/** Every scenario, in the order of their names. @throws OomdrillError `SCENARIO_INVALID` */
export async function allScenarios(): Promise<Scenario[]> {
  const dir = scenariosDir();
  const files = (await readdir(dir)).filter((file) => /^[^.]+\.(js|ts)$/.test(file));
  const scenarios = await Promise.all(
    files.map(async (file) => {
      const { default: scenario } = (await import(pathToFileURL(join(dir, file)).href)) as { default?: Scenario };
      if (!scenario?.name || scenario.expect.outcomes.length === 0) {
        throw machineError(
          'SCENARIO_INVALID',
          `${file} declares no scenario with a name and expected outcomes.`,
          'See CONTRIBUTING.md, "Adding a scenario".',
        );
      }
      return scenario;
    }),
  );
  return scenarios.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The scenarios of these names, in the order given; all of them when none is named. @throws OomdrillError `SCENARIO_UNKNOWN` */
export async function scenariosNamed(names: readonly string[]): Promise<Scenario[]> {
  const all = await allScenarios();
  if (names.length === 0) return all;
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
