import { z } from 'zod';

const user = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'must be the name of a user');
const slice = z.string().regex(/^[\w:.\\-]+\.slice$/, 'must be the name of a slice, such as tools.slice');

/** The place of an injection, as a file declares it. */
export const placeSchema = z.discriminatedUnion(
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

/** The name of its process. */
export const commSchema = z.string().regex(/^\P{Cc}+$/u, 'must be the name of a process');
