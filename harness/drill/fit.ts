import type { Bundle } from '../bundle/bundle.js';
import { effectiveLimits, type LimitedUnit, servingUnit } from '../bundle/serving.js';
import { type Bytes, parseBytes, renderWholeMib } from '../core/bytes.js';
import type { HogShape } from '../inject/hog.js';
import { type Target, total } from '../inject/target.js';
import { squeezedBy } from './plan.js';
import type { Scenario } from './scenario.js';

/** A scenario on another bundle than its own, or why it says nothing there. */
export type Fitted = { readonly scenario: Scenario } | { readonly unfit: string };

/** As deep in the band as the incident's hog came to rest: 12.35G between 12G and 16G. */
const IN_THE_BAND = 0.09;

/**
 * Brings a scenario of the catalogue to a bundle of the user's own. Its claim stays; sizes that belong to its own host become the
 * same place on the user's: in the soft band where there is one, else the same share of MemoryMax.
 *
 * What says nothing there: a control, which shows what limits do that are known to fail; a repair of given limits; a failure that
 * only the stand-in can be told to have; and a hog in a place that the bundle sets no limit to.
 */
export function fitTo(theirs: Bundle, scenario: Scenario, own: Bundle): Fitted {
  const { control, repair, standIn, hogs, bystanders = [], expect } = scenario;
  if (control) return { unfit: 'It is a control: it shows what limits do that are known to fail.' };
  if (repair) return { unfit: 'It repairs limits that are known to fail.' };
  if (standIn) return { unfit: 'It tells the stand-in to fail, which another server cannot be told.' };
  const hostMemory = parseBytes(theirs.manifest.host.memory);
  const fitted: HogShape[] = [];
  for (const hog of [...hogs, ...bystanders]) {
    const at = unitAt(hog, theirs);
    const limits = effectiveLimits(theirs, at);
    if (!(limits.max < hostMemory) && (hog.target.kind === 'beyond-max' || hog.place))
      return { unfit: noCap(at.unit.name) };
    const target = fitTarget(hog.target, limits, effectiveLimits(own, unitAt(hog, own)), hostMemory);
    if (!target) return { unfit: 'It names a place in a band between MemoryHigh and MemoryMax, and there is none.' };
    fitted.push({ ...hog, target });
  }
  const [first, ...others] = fitted.slice(0, hogs.length);
  if (!first) return { unfit: 'It lets no hog loose.' };
  const { highEvents, besideGapMs, ...claims } = expect;
  const asksBeside = theirs.manifest.beside?.some(({ port }) => port !== undefined) ?? false;
  const throttles = Number.isFinite(effectiveLimits(theirs, servingUnit(theirs)).high);
  return {
    scenario: {
      ...scenario,
      hogs: [first, ...others],
      ...(bystanders.length === 0 ? {} : { bystanders: fitted.slice(hogs.length) }),
      // Above a soft limit there are such events; whether they harm is what is asked.
      expect: {
        ...claims,
        ...(highEvents === undefined || throttles ? {} : { highEvents }),
        ...(besideGapMs === undefined || !asksBeside ? {} : { besideGapMs }),
      },
    },
  };
}

/** The unit whose limits a hog meets. */
function unitAt({ place }: HogShape, bundle: Bundle): LimitedUnit {
  return squeezedBy(place, bundle, servingUnit(bundle));
}

/** The users' slices, and their panes, have their drop-ins in common: the number is that of any. */
const noCap = (unit: string): string =>
  `The bundle sets no MemoryMax below the host's memory for ${unit.replace(/-\d+\./, '-.')}: nothing ends a runaway there but the end of the whole host.`;

function fitTarget(
  target: Target,
  theirs: LimitedUnit['limits'],
  own: LimitedUnit['limits'],
  hostMemory: Bytes,
): Target | undefined {
  const most = Math.min(theirs.max, hostMemory);
  const hasBand = theirs.high < most;
  switch (target.kind) {
    case 'beyond-max':
    case 'below-max':
      return target;
    case 'between':
      return hasBand ? total(renderWholeMib(theirs.high + (most - theirs.high) * target.fraction)) : undefined;
    case 'total':
    case 'own': {
      const share = parseBytes(target.size) / own.max;
      return {
        ...target,
        size: renderWholeMib(hasBand ? theirs.high + (most - theirs.high) * IN_THE_BAND : most * share),
      };
    }
  }
}
