import { join } from 'node:path';

/** The history of the runs in a folder. */
export const historyIn = (outDir: string): string => join(outDir, 'history.jsonl');

/** The accepted results of the runs in a folder, which are under version control. */
export const baselineIn = (outDir: string): string => join(outDir, 'baseline.json');
