import { z } from 'zod';
import { unreadSchema } from './unread.js';

export const REPORT_SCHEMA = 'oomdrill.report/1';

/** What `report --json` writes. */
export const reportSchema = z.object({
  schema: z.literal(REPORT_SCHEMA),
  report: z.string().describe('Path of the HTML file.'),
  pictures: z.array(z.string()).describe('Paths of the pictures, where there are any.'),
  drills: z.number().int().describe('How many drills are in the report.'),
  unread: unreadSchema,
});
