import { isDeepStrictEqual } from 'node:util';
import type { Bundle } from '../bundle/bundle.js';
import { OomdrillError } from '../core/errors.js';

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
  /** Undefined if the mutant does not apply, or could not be made. */
  readonly bundle: Bundle | undefined;
  /** Why it could not be made: what was written to the bundle's files would not be in effect. */
  readonly notMade?: string | undefined;
}

/**
 * Applies a mutant. If it changes nothing, the bundle is already broken in this way, and the mutant does not apply. One whose
 * change would not be in effect must not be drilled: it would survive whatever the scenarios notice.
 */
export function breakBundle(bundle: Bundle, mutant: Mutant): BrokenBundle {
  let broken: Bundle | undefined;
  try {
    broken = mutant.apply(bundle);
  } catch (thrown) {
    if (!(thrown instanceof OomdrillError) || thrown.code !== 'UNIT_READ_BACK') throw thrown;
    return { mutant, bundle: undefined, notMade: thrown.message };
  }
  if (broken === undefined || isDeepStrictEqual(broken, bundle)) return { mutant, bundle: undefined };
  return { mutant, bundle: { ...broken, name: `${bundle.name}+${mutant.name}` } };
}
