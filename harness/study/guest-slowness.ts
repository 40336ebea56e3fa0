import type { Entry } from '../record/schema.js';
import { entriesOfType } from './entries.js';

/** How many times as slow as usual the guest was before the server started; 1 for any faster one, and where it was not measured. */
export const guestSlownessOf = (entries: readonly Entry[]): number =>
  entriesOfType(entries, 'speed').at(-1)?.slowness ?? 1;
