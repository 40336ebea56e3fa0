import { withValues } from '../harness/bundle/candidate.js';
import { bundleNamed } from '../harness/campaign/named-bundle.js';
import { planValidation } from '../harness/campaign/validate.js';
import { assets } from '../harness/core/assets.js';
import { readVersion } from '../harness/core/version.js';
import { watchdogNamed } from '../harness/drill/watchdogs.js';
import { judgeSafety } from '../harness/verdict/safety.js';
import type { BenchContext } from './context.js';
import { atLeast, atMost, type Figure } from './figure.js';
import { KNOWN_SETS } from './known-sets.js';

/** Validates sets of values whose word is known. The word of an unsafe one is known at its first bad answer. */
export async function validateFigures({ ledger, progress, signal }: BenchContext): Promise<Figure[]> {
  const minutes: number[] = [];
  let right = 0;
  for (const { name, word, bundle, values } of KNOWN_SETS) {
    const planned = await planValidation({
      bundle: withValues(await bundleNamed(bundle), values),
      guest: 'trixie',
      machine: 'qemu',
      scale: 'auto',
      watchdog: watchdogNamed('heartbeat-20s'),
      outDir: assets.report(),
      version: await readVersion(),
      ledger,
      progress,
      signal,
      failFast: true,
    });
    const { answers, ms, failure } = await planned.drill();
    if (failure !== undefined) throw failure;
    const { safety, reasons } = judgeSafety(answers);
    if (safety === word) right++;
    minutes.push(ms / 60_000);
    progress(`${name}: ${safety}, known to be ${word}, in ${(ms / 1000).toFixed(0)} s. ${reasons.join(' ')}`);
  }
  const all = KNOWN_SETS.length;
  return [
    atLeast('validate: known sets of values', right, all, `of ${all}`),
    // The first set of each size of host freezes a machine for it.
    atMost('validate: one set of values', Math.max(...minutes), 8, 'min', 'longest'),
  ];
}
