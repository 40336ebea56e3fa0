import { z } from 'zod';
import { sizeFrom } from '../../core/size-schema.js';
import { commSchema, placeSchema } from '../declared-fields.js';

const size = sizeFrom(1);

const targetSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('total'), size }),
    z.strictObject({ kind: z.literal('own'), size }),
    z.strictObject({ kind: z.literal('between'), fraction: z.number().min(0).max(1) }),
    z.strictObject({ kind: z.literal('below-max'), by: sizeFrom(0) }),
    z.strictObject({ kind: z.literal('beyond-max') }),
  ],
  {
    error: ({ input }) =>
      input === undefined ? 'is missing' : 'must be total(...), own(...), between(...), belowMax(...) or beyondMax',
  },
);

/** The fields of a declared hog; `Hog` says what each means. */
export const hogSchema = z.strictObject({
  kind: z.unknown(),
  name: z.string(),
  comm: commSchema,
  place: placeSchema.optional(),
  target: targetSchema,
  memory: z.enum(['anonymous', 'shared', 'page-cache']).optional(),
  rate: size.optional(),
  hold: z.enum(['idle', 'churn']).optional(),
  oomScoreAdj: z.number().int().min(-1000).max(1000).optional(),
  incompressible: z.number().min(0).max(1).optional(),
  // MAX_TASKS of guest/hog.c
  tasks: z.number().int().min(1).max(64).optional(),
  creep: z.strictObject({ belowMax: size, perSecond: size }).optional(),
  origin: z.enum(['child', 'exec']).optional(),
  program: z.tuple([z.string().min(1)], z.string()).optional(),
});
