/** Where the nights are kept, unless another file is named. */
export const USUAL_HISTORY = 'reports/history.jsonl';
