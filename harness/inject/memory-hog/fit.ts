import { parseBytes, renderWholeMib } from '../../core/bytes.js';
import type { Fit, Ground } from '../injection.js';
import type { Hog } from './hog.js';
import { type Target, total } from './target.js';

/** As deep in the band as the incident's hog settled: 12.35G between 12G and 16G. */
const IN_THE_BAND = 0.09;

/**
 * The same place on another bundle, where there is a container if it needs one: in the soft band where there is one, else the same share of MemoryMax.
 *
 * @param own what the hog meets on the bundle that it was declared for
 */
export function fitHog(declared: Hog, theirs: Ground, own: Ground): Fit<Hog> {
  if (declared.origin === 'exec' && !theirs.isContainer)
    return { unfit: 'Its hog is started by an exec in a container, and no container serves.' };
  const target = fitTarget(declared.target, theirs, own);
  return target === undefined
    ? { unfit: 'It names a place in a band between MemoryHigh and MemoryMax, and there is none.' }
    : { injection: { ...declared, target } };
}

function fitTarget(target: Target, { limits, hostMemory }: Ground, own: Ground): Target | undefined {
  const most = Math.min(limits.max, hostMemory);
  const hasBand = limits.high < most;
  const inBand = (fraction: number) => renderWholeMib(limits.high + (most - limits.high) * fraction);
  switch (target.kind) {
    case 'beyond-max':
    case 'below-max':
      return target;
    case 'between':
      return hasBand ? total(inBand(target.fraction)) : undefined;
    case 'total':
    case 'own': {
      const share = parseBytes(target.size) / own.limits.max;
      return { ...target, size: hasBand ? inBand(IN_THE_BAND) : renderWholeMib(most * share) };
    }
  }
}
