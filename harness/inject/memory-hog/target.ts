import { type Bytes, formatBytes, parseBytes } from '../../core/bytes.js';
import { usageError } from '../../core/errors.js';

/**
 * Where memory.current of the limiting cgroup is to settle; for `own` how large the hog itself is. Sizes are texts at real scale.
 */
export type Target =
  | { readonly kind: 'total'; readonly size: string }
  | { readonly kind: 'own'; readonly size: string }
  | { readonly kind: 'between'; readonly fraction: number }
  | { readonly kind: 'below-max'; readonly by: string }
  | { readonly kind: 'beyond-max' };

/** So much in all, whatever the limits are: the incident's 12.35G. */
export const total = (size: string): Target => ({ kind: 'total', size });
/**
 * A hog of so much memory of its own, which it keeps whatever the rest of the cgroup does. The others give way to the rest: they hold
 * memory.current, so at the brim of a limit they would make room for the very server that they are to put under pressure.
 */
export const own = (size: string): Target => ({ kind: 'own', size });
/** A place in the band between MemoryHigh (0) and MemoryMax (1). */
export const between = (fraction: number): Target => ({ kind: 'between', fraction });
/** So much below MemoryMax. */
export const belowMax = (by: string): Target => ({ kind: 'below-max', by });
/** Growth that nothing but MemoryMax ends. */
export const beyondMax: Target = { kind: 'beyond-max' };

/**
 * The target in guest bytes, or null for growth without end.
 *
 * @param limits of the cgroup, already scaled
 * @param scale what a size of the scenario is divided by
 * @throws OomdrillError `TARGET_IMPOSSIBLE`
 */
export function resolveTarget(target: Target, limits: { high: Bytes; max: Bytes }, scale: number): Bytes | null {
  const bytes = place(target, limits, scale);
  if (bytes !== null && !(bytes > 0 && Number.isFinite(bytes))) {
    const [high, max] = [formatBytes(limits.high), formatBytes(limits.max)];
    const message =
      bytes <= 0
        ? `MemoryMax=${max} at scale 1/${scale} is too small for a hog that grows ${describeTarget(target)}.`
        : `A hog cannot grow ${describeTarget(target)}: at scale 1/${scale} they are ${high} and ${max}.`;
    throw usageError('TARGET_IMPOSSIBLE', message, 'Set other limits in the bundle, or another size in the scenario.');
  }
  return bytes;
}

function place(target: Target, { high, max }: { high: Bytes; max: Bytes }, scale: number): Bytes | null {
  switch (target.kind) {
    case 'total':
    case 'own':
      return Math.floor(parseBytes(target.size) / scale);
    case 'between':
      return Math.floor(high + (max - high) * target.fraction);
    case 'below-max':
      return Math.floor(max - parseBytes(target.by) / scale);
    case 'beyond-max':
      return null;
  }
}

/** The target in words, at real scale. */
export function describeTarget(target: Target): string {
  switch (target.kind) {
    case 'total':
      return `to ${target.size} in all`;
    case 'own':
      return `to ${target.size} of its own`;
    case 'between':
      return `to ${Math.round(target.fraction * 100)} % of the band between MemoryHigh and MemoryMax`;
    case 'below-max':
      return `to ${target.by} below MemoryMax`;
    case 'beyond-max':
      return 'past MemoryMax';
  }
}
