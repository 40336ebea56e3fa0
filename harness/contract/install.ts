import { z } from 'zod';
import { effectEntry } from '../record/schema.js';

export const INSTALL_SCHEMA = 'oomdrill.install/1';

/** What `install --json` writes: that the limits are in effect, as a record has it. */
export const installSchema = z.object({
  schema: z.literal(INSTALL_SCHEMA),
  effect: effectEntry.omit({ t: true }).describe('That the limits are in effect, as a record has it.'),
});
