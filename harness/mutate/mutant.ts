import { isDeepStrictEqual } from 'node:util';
import type { Bundle } from '../bundle/bundle.js';

/** One way to break a containment bundle, in one place. */
export interface Mutant {
  /** Stable, and begins with its layer: `unit-oom-policy-dropped`. */
  readonly name: string;
  /** What is broken, in a sentence. */
  readonly breaks: string;
  /** The wrong belief that its owner would still have, in a sentence. */
  readonly belief: string;
  /** Scenarios that should notice it, in the order of trial: the most likely first, then the cheapest. */
  readonly noticedBy: readonly [string, ...string[]];
  /** Makes a broken copy of a bundle; undefined if the bundle has nothing that it could break. */
  readonly apply: (bundle: Bundle) => Bundle | undefined;
}

/** A mutant and the bundle that it broke, which has a name of its own, for records. */
export interface BrokenBundle {
  readonly mutant: Mutant;
  /** Undefined if the mutant does not apply. */
  readonly bundle: Bundle | undefined;
}

/** Applies a mutant. If it changes nothing, the bundle is already broken in this way, and the mutant does not apply. */
export function breakBundle(bundle: Bundle, mutant: Mutant): BrokenBundle {
  const broken = mutant.apply(bundle);
  if (broken === undefined || isDeepStrictEqual(broken, bundle)) return { mutant, bundle: undefined };
  return { mutant, bundle: { ...broken, name: `${bundle.name}+${mutant.name}` } };
}
