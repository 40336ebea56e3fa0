import { z } from 'zod';
import { effectEntry } from '../record/schema.js';

export const INSTALL_SCHEMA = 'oomdrill.install/1';

/** The output of `install --json`: the proof that the limits are in effect, in the form of a record's entry. */
export const installSchema = z.object({
  schema: z.literal(INSTALL_SCHEMA),
  effect: effectEntry
    .omit({ t: true })
    .describe('Proof that the limits are in effect, in the form of an entry of a record.'),
});
