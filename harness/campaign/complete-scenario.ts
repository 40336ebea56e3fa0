import { withoutUndefined } from '../core/defined.js';
import { checkScenario, scenarioNameOf } from '../drill/declaration.js';
import { checkDeclaration } from '../drill/declaration-schema.js';
import { DEFAULT_PHASES, type Scenario } from '../drill/scenario.js';
import { bundleSource } from './bundle-source.js';

/**
 * Checks what a file declares, and fills in what it left out.
 *
 * @param declared a declaration, or a scenario that is complete already
 * @param file as the user knows it: names the scenario, and is where paths begin
 * @throws OomdrillError `SCENARIO_INVALID`, with the file and the field
 */
export async function completeScenario(declared: unknown, file: string): Promise<Scenario> {
  const declaration = await checkDeclaration(declared, file);
  const { name = scenarioNameOf(file), control = false, suite = 'nightly', phases = {} } = declaration;
  const { requires = ['cgroup-v2', 'psi'] } = declaration;
  const bundle = bundleSource(declaration.bundle, file);
  return checkScenario(
    {
      ...declaration,
      name,
      control,
      suite,
      requires,
      bundle,
      phases: { ...DEFAULT_PHASES, ...withoutUndefined(phases) },
    },
    file,
  );
}
