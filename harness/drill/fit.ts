import type { Bundle } from '../bundle/bundle.js';
import { servesInContainer } from '../bundle/manifest.js';
import { computeEffectiveLimits, resolveServingUnit } from '../bundle/serving.js';
import { parseBytes } from '../core/bytes.js';
import type { Fit, Ground, Injection } from '../inject/injection.js';
import type { Expectation } from '../record/schema.js';
import { limitedUnitFor } from './plan.js';
import type { Scenario } from './scenario.js';

/** A scenario on another bundle than its own, or why it says nothing there. */
export type Fitted = { readonly scenario: Scenario } | { readonly unfit: string };

/**
 * Brings a scenario of the catalogue to a bundle of the user's own. Its claim stays; sizes that belong to its own host become the
 * same place on the user's, as the kind of each injection sees it.
 *
 * What says nothing there: a control, which shows what limits do that are known to fail; a repair of given limits; a failure that
 * only the stand-in can have; and an injection in a place that the bundle sets no limit to.
 */
export function fitTo(theirs: Bundle, scenario: Scenario, own: Bundle): Fitted {
  const { control, repair, standIn, injections, bystanders = [], expect } = scenario;
  if (control) return { unfit: 'It is a control: it shows what limits do that are known to fail.' };
  if (repair) return { unfit: 'It repairs limits that are known to fail.' };
  if (standIn) return { unfit: 'It makes the stand-in fail, which no other server can be made to do.' };
  const fitted: Injection[] = [];
  for (const injection of [...injections, ...bystanders]) {
    const fit = fitInjection(injection, theirs, own);
    if ('unfit' in fit) return fit;
    fitted.push(fit.injection);
  }
  const [first, ...others] = fitted.slice(0, injections.length);
  if (!first) return { unfit: 'It injects nothing.' };
  return {
    scenario: {
      ...scenario,
      injections: [first, ...others],
      bystanders: scenario.bystanders && fitted.slice(injections.length),
      expect: fitExpectation(expect, theirs),
    },
  };
}

function fitInjection(injection: Injection, theirs: Bundle, own: Bundle): Fit {
  const { kind, place } = injection;
  const { ground, unit } = groundAt(place, theirs);
  const isCapped = ground.limits.max < ground.hostMemory;
  if (!isCapped && (place || kind.needsMemoryMax(injection))) return { unfit: describeUncapped(unit) };
  return kind.fit(injection, ground, groundAt(place, own).ground);
}

/** What holds at a place of a bundle, at real scale, and by which unit. */
function groundAt(place: Injection['place'], bundle: Bundle): { ground: Ground; unit: string } {
  const limitedUnit = limitedUnitFor(place, bundle, resolveServingUnit(bundle));
  const hostMemory = parseBytes(bundle.manifest.host.memory);
  const isContainer = place === undefined && servesInContainer(bundle.manifest);
  const limits = computeEffectiveLimits(bundle, limitedUnit);
  return { ground: { limits, hostMemory, isContainer }, unit: limitedUnit.unit.name };
}

/** The users' slices, and their panes, have their drop-ins in common: the number is that of any. */
const describeUncapped = (unit: string): string =>
  `The bundle sets no MemoryMax below the host's memory for ${unit.replace(/-\d+\./, '-.')}: nothing ends a runaway there but the end of the whole host.`;

/** Without bounds that say nothing there. */
function fitExpectation(expect: Expectation, theirs: Bundle): Expectation {
  const fitted = { ...expect };
  // Above a soft limit there are such events; whether they harm is what is asked.
  if (Number.isFinite(computeEffectiveLimits(theirs, resolveServingUnit(theirs)).high)) delete fitted.highEvents;
  const asksSidecars = theirs.manifest.sidecars?.some(({ port }) => port !== undefined) ?? false;
  if (!asksSidecars) delete fitted.sidecarGapMs;
  return fitted;
}
