import type { z } from 'zod';

/**
 * An object that must have exactly one of two keys, in its JSON Schema as well.
 *
 * @param schema of the object, in which both are optional
 */
export function either<S extends z.ZodType<Record<string, unknown>>>(schema: S, one: string, other: string): S {
  return schema
    .refine((value) => (value[one] === undefined) !== (value[other] === undefined), {
      error: `must have either ${one} or ${other}`,
    })
    .meta({ oneOf: [one, other].map((key) => ({ properties: { [key]: {} }, required: [key] })) });
}
