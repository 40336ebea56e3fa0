import type { z } from 'zod';
import { failureSchema } from '../contract/failure.js';
import { machineError, messageOf } from '../core/errors.js';
import { jsonText } from '../core/json-text.js';
import { formattedText, type PrintableText, textOf } from '../core/printable-text.js';
import type { ReadonlyDeep } from '../core/readonly-deep.js';
import { replaceFile } from '../core/replace-file.js';
import { reportError } from '../core/report-error.js';
import { print, printError, printWhole } from '../core/standard-streams.js';
import type { Reporter } from '../report/reporter.js';
import { failureOf } from './failure.js';
import { findOutputFaults, isPrintedJson, type OutputFault, type OutputFlags, outputError } from './output-files.js';
import { nameSources } from './settings/name-sources.js';

/** What a command came to. */
export interface Conclusion {
  /** For programs: what `--json` writes. */
  readonly document: Document;
  /** For people, newline at the end included. A function is called when all files are written: a user's own reporter may be in it. */
  readonly text: PrintableText | (() => Promise<PrintableText>);
  readonly exitCode: number;
  /** Each writes further files. */
  readonly files?: readonly (() => Promise<void>)[];
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
 * Ends a command: writes for programs, prints for people, sets the exit status. With `--json -` standard output holds the JSON alone
 * and people read standard error. A failed command writes its error as JSON too, so that a program always finds a file. Where a file
 * of results cannot be written, no work is done.
 *
 * Files come first: what is printed may have no reader any more. One that cannot be written keeps nothing else from being written or
 * printed, and makes the exit status 2 where it would be 0.
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
  const end = await concludeWork(faults, work, nameSettings);
  const { json } = options;
  const isJsonPrinted = isPrintedJson(json);
  const canWriteJson = json !== undefined && !isJsonPrinted && !faults.some(({ names }) => names.includes('--json'));
  const errors: unknown[] = end.failure === undefined ? [] : [end.failure];
  const attempt = (step: () => unknown) =>
    Promise.resolve()
      .then(step)
      .catch((thrown: unknown) => {
        errors.push(thrown);
      });
  if (canWriteJson) await attempt(() => writeJson(json, end.document));
  for (const write of end.files ?? []) await attempt(write);
  await attempt(async () => {
    const text = typeof end.text === 'string' ? end.text : await end.text();
    (isJsonPrinted ? printError : print)(text);
  });
  for (const error of errors) reportError(nameSettings(error));
  if (isJsonPrinted) printWhole(renderJson(end.document));
  process.exitCode = end.exitCode || (errors.length > 0 ? NOTHING_PROVEN : 0);
}

/** Exit status where results are missing though no claim failed. */
const NOTHING_PROVEN = 2;

/** What the work came to; of an error, what is said of that. */
async function concludeWork(
  faults: readonly OutputFault[],
  work: () => Promise<Conclusion>,
  nameSettings: (thrown: unknown) => unknown,
): Promise<Conclusion> {
  try {
    if (faults.length > 0) throw outputError(faults);
    return await work();
  } catch (thrown) {
    const failure = failureOf(nameSettings(thrown));
    return {
      document: documentOf(failureSchema, failure),
      text: textOf([]),
      exitCode: failure.exitCode,
      failure: thrown,
    };
  }
}

const renderJson = ({ data }: Document): PrintableText => formattedText(`${jsonText(data, 2)}\n`);

async function writeJson(file: string, document: Document): Promise<void> {
  await replaceFile(file, renderJson(document)).catch((cause: unknown) => {
    const message = `Could not write the result to ${file}: ${messageOf(cause)}.`;
    throw machineError('JSON_WRITE', message, 'Name another file with --json, or - for standard output.', cause);
  });
}
