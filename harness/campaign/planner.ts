import type { Bundle } from '../bundle/bundle.js';
import { loadBundle } from '../bundle/load.js';
import { assets } from '../core/assets.js';
import { usageError } from '../core/errors.js';
import { withoutCompany } from '../drill/company.js';
import { type PlannedDrill, planDrill } from '../drill/plan.js';
import type { Scenario } from '../drill/scenario.js';
import { askHost } from '../machine/host/source.js';
import { hostFacts } from '../observe/host.js';
import type { MachineOptions } from './on-machine.js';

/** Plans a scenario on its own bundle, or on another in its place. */
export type Planner = (scenario: Scenario, bundle?: Bundle) => Promise<PlannedDrill>;

/**
 * Plans scenarios for the machine of these options.
 *
 * @throws OomdrillError what `loadBundle` and `planDrill` throw, and `HOST_FLAGS`
 */
export async function planner(options: MachineOptions): Promise<Planner> {
  const { scale, watchdog } = options;
  if (options.machine === 'ssh' && !options.host)
    throw usageError(
      'HOST_FLAGS',
      'A machine of kind ssh needs a host.',
      'oomdrill run --machine ssh --host USER@HOST',
    );
  const room = options.host
    ? { machineBytes: (await askHost({ ...options, host: options.host })).memoryBytes }
    : { availableBytes: (await hostFacts()).availableBytes };
  return async (scenario, bundle) => {
    const own = bundle ?? (await loadBundle(assets.bundle(scenario.bundle)));
    const drilled = options.host ? withoutCompany(scenario, own) : { scenario, bundle: own };
    return planDrill(drilled.scenario, drilled.bundle, { scale, room, watchdog });
  };
}
