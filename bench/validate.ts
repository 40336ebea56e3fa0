import { withValues } from '../harness/bundle/candidate.js';
import { loadNamedBundle } from '../harness/campaign/named-bundle.js';
import { planValidation } from '../harness/campaign/validate.js';
import { judgeSafety } from '../harness/verdict/safety.js';
import type { BenchContext } from './context.js';
import { atLeast, atMost, type Figure } from './figure.js';
import { KNOWN_SETS } from './known-sets.js';

/** Validates sets of values whose safety is known. An unsafe set is known at its first failed drill. */
export async function measureValidate(context: BenchContext): Promise<Figure[]> {
  const { progress } = context;
  const minutes: number[] = [];
  let right = 0;
  for (const { name, safety: knownSafety, bundle, values } of KNOWN_SETS) {
    const planned = await planValidation(await context.drillContext(), {
      bundle: withValues(await loadNamedBundle(bundle), values),
      guest: 'trixie',
      failFast: true,
    });
    const { answers, ms, failure } = await planned.drill();
    if (failure !== undefined) throw failure;
    const { safety, reasons } = judgeSafety(answers);
    if (safety === knownSafety) right++;
    minutes.push(ms / 60_000);
    progress(`${name}: ${safety}, known to be ${knownSafety}, in ${(ms / 1000).toFixed(0)} s. ${reasons.join(' ')}`);
  }
  const all = KNOWN_SETS.length;
  return [
    atLeast('validate: known sets of values', right, all, `of ${all}`),
    // The first set for each size of host creates a snapshot.
    atMost('validate: one set of values', Math.max(...minutes), 8, 'min', 'longest'),
  ];
}
