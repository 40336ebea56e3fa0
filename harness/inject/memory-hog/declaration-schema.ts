import { z } from 'zod';
import { sizeFrom } from '../../core/size-schema.js';

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

const user = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'must be the name of a user');
const slice = z.string().regex(/^[\w:.\\-]+\.slice$/, 'must be the name of a slice, such as tools.slice');

const placeSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('session'), user }),
    z.strictObject({ kind: z.literal('pane'), user }),
    z.strictObject({ kind: z.literal('container') }),
    z.strictObject({ kind: z.literal('scope'), slice }),
  ],
  {
    error: ({ code }) =>
      code === 'invalid_union'
        ? 'must be session, pane, container or scope'
        : "must be an object such as { kind: 'container' }",
  },
);

/** The fields of a declared hog; `Hog` says what each means. */
export const hogSchema = z.strictObject({
  kind: z.unknown(),
  name: z.string(),
  comm: z.string().regex(/^\P{Cc}+$/u, 'must be the name of a process'),
  place: placeSchema.optional(),
  target: targetSchema,
  memory: z.enum(['anonymous', 'shared', 'page-cache']).optional(),
  rate: size.optional(),
  hold: z.enum(['idle', 'churn']).optional(),
  oomScoreAdj: z.number().int().min(-1000).max(1000).optional(),
  // MAX_TASKS of guest/hog.c
  tasks: z.number().int().min(1).max(64).optional(),
  creep: z.strictObject({ belowMax: size, perSecond: size }).optional(),
  program: z.tuple([z.string().min(1)], z.string()).optional(),
});
