import { z } from 'zod';
import { unreadSchema } from './unread.js';

/** Schema of what `report --json` writes. */
export const REPORT_SCHEMA = 'oomdrill.report/1';

export const reportSchema = z.object({
  schema: z.literal(REPORT_SCHEMA),
  /** Path of the HTML file. */
  report: z.string(),
  /** Paths of the pictures, where there are any. */
  pictures: z.array(z.string()),
  /** How many drills are in it. */
  drills: z.number().int(),
  unread: unreadSchema,
});
