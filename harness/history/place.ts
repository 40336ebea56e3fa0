/** Where the nights are kept, unless another file is named. */
export const DEFAULT_HISTORY = 'reports/history.jsonl';
