import type { z } from 'zod';
import { failureSchema } from '../contract/failure.js';
import { machineError, messageOf } from '../core/errors.js';
import type { ReadonlyDeep } from '../core/readonly-deep.js';
import { replaceFile } from '../core/replace-file.js';
import { reportError } from '../core/report-error.js';
import type { Reporter } from '../report/reporter.js';
import { failureOf } from './failure.js';
import { findOutputFaults, type OutputFlags, outputError } from './output-files.js';
import { nameSources } from './settings/name-sources.js';

/** What a command came to. */
export interface Conclusion {
  /** For programs: what `--json` writes. */
  readonly document: Document;
  /** For people, newline at the end included. */
  readonly text: string;
  readonly exitCode: number;
  /** Writes further files, once the text is printed and `--json` is written. */
  readonly files?: () => Promise<void>;
  /** An error that ended the command early, with what was done before in `document` and `text`. */
  readonly failure?: unknown;
}

/** Data for programs, which fits a schema that they can read it by. Only `documentOf` makes one. */
export interface Document {
  readonly schema: z.ZodType;
  readonly data: unknown;
}

/**
 * Data as a schema of `contract/` has it, and nothing beyond that.
 *
 * @throws ZodError when it does not fit the schema, which is a bug of ours
 */
export function documentOf<S extends z.ZodType>(schema: S, data: ReadonlyDeep<z.input<S>>): Document {
  return { schema, data: schema.parse(data) };
}

/**
 * Ends a command: prints for people, writes for programs, sets the exit status. With `--json -` standard output holds the JSON
 * alone and people read standard error. A failed command writes its error as JSON too, so that a program always finds a file.
 * Where a file of results cannot be written, no work is done.
 *
 * @param reporters that may write files; ours where none are given
 */
export async function conclude(
  options: OutputFlags,
  work: () => Promise<Conclusion>,
  reporters?: readonly Reporter[],
): Promise<void> {
  const faults = await findOutputFaults(options, process.env, reporters);
  const nameSettings = (thrown: unknown) => nameSources(thrown, options.settings ?? []);
  let end: Conclusion;
  try {
    if (faults.length > 0) throw outputError(faults);
    end = await work();
    if (end.failure !== undefined) end = { ...end, failure: nameSettings(end.failure) };
  } catch (thrown) {
    const named = nameSettings(thrown);
    const failure = failureOf(named);
    end = { document: documentOf(failureSchema, failure), text: '', exitCode: failure.exitCode, failure: named };
  }
  const forPeople = options.json === '-' ? process.stderr : process.stdout;
  forPeople.write(end.text);
  process.exitCode = end.exitCode;
  if (end.failure !== undefined) reportError(end.failure);
  try {
    const isFit = !faults.some(({ names }) => names.includes('--json'));
    if (options.json !== undefined && isFit) await writeJson(options.json, end.document);
  } finally {
    await end.files?.();
  }
}

async function writeJson(file: string, { data }: Document): Promise<void> {
  const text = `${JSON.stringify(data, null, 2)}\n`;
  if (file === '-') {
    process.stdout.write(text);
    return;
  }
  await replaceFile(file, text).catch((cause: unknown) => {
    const message = `Could not write the result to ${file}: ${messageOf(cause)}.`;
    throw machineError('JSON_WRITE', message, 'Name another file with --json, or - for standard output.', cause);
  });
}
