import { z } from 'zod';
import { effectEntry } from '../record/schema.js';

/** What `install --json` writes: that the limits are in effect, as a record has it. */
export const installSchema = z.object({ effect: effectEntry.omit({ t: true }) });
