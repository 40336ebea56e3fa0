import { z } from 'zod';
import { manifestSchema } from './manifest.js';

/** Results and a folder in the guest bear it. */
export const bundleName = z
  .string()
  .regex(/^(?!\.{1,2}$)[^/\p{Cc}]{1,100}$/u, 'must be a name of at most 100 characters, without a slash');

const file = z.strictObject({
  path: z
    .string()
    .regex(
      /^etc(?:\/(?!\.{1,2}(?:\/|$))[^/\p{Cc}]+)+$/u,
      'must be a path below etc/, such as etc/systemd/system/web.service',
    ),
  text: z.string().refine((text) => !text.includes('\0'), 'must be text'),
});

/** A bundle that a program made: `loadBundle` checks the others. */
export const bundleSchema = z.strictObject({
  name: bundleName,
  manifest: manifestSchema,
  files: z
    .array(file)
    .refine((files) => new Set(files.map(({ path }) => path)).size === files.length, 'must not have one path twice'),
  root: z.strictObject({ dir: z.string(), paths: z.array(z.string()) }).optional(),
  unknownKeys: z.array(z.string()).optional(),
  leftOut: z.array(z.string()).optional(),
});
