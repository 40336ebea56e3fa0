import { existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import type { z } from 'zod';
import { readLines } from '../harness/core/read-lines.js';

/** Results of earlier runs, a line each, the oldest first; none where there is no file yet. */
export function loadJsonLines<T extends z.ZodType>(file: string, schema: T): z.infer<T>[] {
  if (!existsSync(file)) return [];
  const lines = [...readLines(file, { what: 'results', code: 'RESULTS_UNREADABLE', hint: 'It is in the repository.' })];
  return lines.flatMap(({ text }) => (text.trim() === '' ? [] : [schema.parse(JSON.parse(text))]));
}

export async function addJsonLine<T extends z.ZodType>(file: string, schema: T, line: z.infer<T>): Promise<void> {
  await appendFile(file, `${JSON.stringify(schema.parse(line))}\n`);
}
