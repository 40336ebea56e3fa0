import { writeFile } from 'node:fs/promises';
import { machineError, messageOf } from '../core/errors.js';
import { failureOf, reportError } from './failure.js';

/** What a command came to. */
export interface Conclusion {
  /** For programs: what `--json` writes. */
  readonly data: unknown;
  /** For people, newline at the end included. */
  readonly text: string;
  readonly exitCode: number;
  /** Writes further files, once people and `--json` have their share. */
  readonly files?: () => Promise<void>;
  /** An error that ended the command early, with `data` and `text` telling what was done before. */
  readonly failure?: unknown;
}

/**
 * Ends a command: prints for people, writes for programs, sets the exit status. With `--json -` standard output holds the JSON
 * alone and people read standard error. A failed command writes its error as JSON too, so that a program never waits in vain.
 */
export async function conclude(options: { json?: string }, work: () => Promise<Conclusion>): Promise<void> {
  let end: Conclusion;
  try {
    end = await work();
  } catch (failure) {
    const data = failureOf(failure);
    end = { data, text: '', exitCode: data.exitCode, failure };
  }
  const forPeople = options.json === '-' ? process.stderr : process.stdout;
  forPeople.write(end.text);
  process.exitCode = end.exitCode;
  if (end.failure !== undefined) reportError(end.failure);
  try {
    if (options.json !== undefined) await writeJson(options.json, end.data);
  } finally {
    await end.files?.();
  }
}

async function writeJson(file: string, data: unknown): Promise<void> {
  const text = `${JSON.stringify(data, null, 2)}\n`;
  if (file === '-') {
    process.stdout.write(text);
    return;
  }
  await writeFile(file, text).catch((cause: unknown) => {
    const message = `The result cannot be written to ${file}: ${messageOf(cause)}.`;
    throw machineError('JSON_WRITE', message, 'Name another file with --json, or - for standard output.', cause);
  });
}
