import { z } from 'zod';
import { unreadSchema } from './unread.js';

export const REPORT_SCHEMA = 'oomdrill.report/1';

/** The output of `report --json`. */
export const reportSchema = z.object({
  schema: z.literal(REPORT_SCHEMA),
  report: z.string().describe('Path of the HTML file.'),
  pictures: z.array(z.string()).describe('Paths of the pictures; empty if there are none.'),
  drills: z.number().int().describe('Number of drills in the report.'),
  unread: unreadSchema,
});
