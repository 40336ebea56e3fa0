import { z } from 'zod';
import { SIZE } from '../../core/bytes.js';
import { describeGiven } from '../../core/issue.js';

const size = z.string().regex(SIZE, {
  error: ({ input }) => `must be a size such as 12G${describeGiven(input)}`,
});

const targetSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('total'), size }),
    z.strictObject({ kind: z.literal('own'), size }),
    z.strictObject({ kind: z.literal('between'), fraction: z.number().min(0).max(1) }),
    z.strictObject({ kind: z.literal('below-max'), by: size }),
    z.strictObject({ kind: z.literal('beyond-max') }),
  ],
  {
    error: ({ input }) =>
      input === undefined ? 'is missing' : 'must be total(...), own(...), between(...), belowMax(...) or beyondMax',
  },
);

const placeSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('session'), user: z.string() }),
    z.strictObject({ kind: z.literal('pane'), user: z.string() }),
    z.strictObject({ kind: z.literal('container') }),
    z.strictObject({ kind: z.literal('scope'), slice: z.string() }),
  ],
  { error: () => 'must have the kind session, pane, container or scope' },
);

/** The fields of a declared hog; `Hog` says what each means. */
export const hogSchema = z.strictObject({
  kind: z.unknown(),
  name: z.string(),
  comm: z.string(),
  place: placeSchema.optional(),
  target: targetSchema,
  memory: z.enum(['anonymous', 'shared', 'page-cache']).optional(),
  rate: size.optional(),
  hold: z.enum(['idle', 'churn']).optional(),
  oomScoreAdj: z.number().int().min(-1000).max(1000).optional(),
  tasks: z.number().int().min(1).optional(),
  creep: z.strictObject({ belowMax: size, perSecond: size }).optional(),
  program: z.array(z.string()).min(1).optional(),
});
