import type { z } from 'zod';

/**
 * An object that must have exactly one of some keys, in its JSON Schema as well.
 *
 * @param schema of the object, in which all of them are optional
 */
export function either<S extends z.ZodType<Record<string, unknown>>>(
  schema: S,
  ...keys: readonly [string, string, ...string[]]
): S {
  const [last = '', ...others] = keys.toReversed();
  const error = `must have either ${others.toReversed().join(', ')} or ${last}`;
  return schema
    .refine((value) => keys.filter((key) => value[key] !== undefined).length === 1, { error })
    .meta({ oneOf: keys.map((key) => ({ properties: { [key]: {} }, required: [key] })) });
}
