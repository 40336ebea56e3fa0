import { isDeepStrictEqual } from 'node:util';
import type { Bundle } from '../bundle/bundle.js';

/** One way to break a containment bundle, in one place. */
export interface Mutant {
  /** Stable, its layer first: `unit-oom-policy-dropped`. */
  readonly name: string;
  /** What is broken, in a sentence. */
  readonly breaks: string;
  /** What its owner would go on to believe, wrongly. */
  readonly belief: string;
  /** The scenarios that ought to notice, in the order in which they are tried: the likeliest first, then the cheapest. */
  readonly noticedBy: readonly [string, ...string[]];
  /** The broken bundle, beside the original, which stays as it is; undefined where this bundle has nothing of the kind to break. */
  readonly apply: (bundle: Bundle) => Bundle | undefined;
}

/** A mutant and what it makes of a bundle, under a name of its own, which records bear. */
export interface BrokenBundle {
  readonly mutant: Mutant;
  /** Undefined where the mutant does not apply. */
  readonly bundle: Bundle | undefined;
}

/** A mutant that leaves every file as it was breaks nothing: this bundle is broken like that already. */
export function breakBundle(bundle: Bundle, mutant: Mutant): BrokenBundle {
  const broken = mutant.apply(bundle);
  if (broken === undefined || isDeepStrictEqual(broken, bundle)) return { mutant, bundle: undefined };
  return { mutant, bundle: { ...broken, name: `${bundle.name}+${mutant.name}` } };
}
