/** The history file, unless another one is named. */
export const DEFAULT_HISTORY = 'reports/history.jsonl';
