import { summarySchema } from '../verdict/summary.js';
import { unreadSchema } from './unread.js';

/** What `judge --json` writes; `run --json` and `merge --json` write a summary alone. */
export const judgedSchema = summarySchema.extend({ unread: unreadSchema });
