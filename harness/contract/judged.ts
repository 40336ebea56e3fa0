import { summarySchema } from '../verdict/summary.js';
import { unreadSchema } from './unread.js';

/** The output of `judge --json`; `run --json` and `merge --json` write only a summary. */
export const judgedSchema = summarySchema.extend({ unread: unreadSchema });
