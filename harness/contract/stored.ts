import type { z } from 'zod';
import { usageError } from '../core/errors.js';
import { isObject, type JsonObject, toCurrentVersion, type VersionedFormat } from '../core/format.js';
import { describeIssue, firstIssueOf } from '../core/issue.js';
import { LINT_SCHEMA, lintReportSchema } from '../lint/finding.js';
import { SUMMARY_SCHEMA, summarySchema } from '../verdict/summary.js';
import { upgradeSummary } from '../verdict/summary-version-1.js';
import { BAND_MAP_SCHEMA, SWEEP_SCHEMA, storedMapSchema, storedSweepSchema } from './band-map.js';
import { VALIDATION_SCHEMA, validationSchema } from './validation.js';
import { upgradeLintReport, upgradeMap, upgradeSweep, upgradeValidation } from './version-1.js';

/** A kind of document that oomdrill reads back, in the current version or the previous one. */
export interface StoredDocument<S extends z.ZodType> {
  /** Its name in errors, with the article. */
  readonly name: string;
  readonly writtenBy: string;
  /** Code of the error for an invalid document. */
  readonly invalidCode: string;
  readonly format: VersionedFormat;
  /** The part that its readers need. */
  readonly contents: S;
}

export const STORED_SUMMARY: StoredDocument<typeof summarySchema> = {
  name: 'a summary of drills',
  writtenBy: '`oomdrill run --json FILE`',
  invalidCode: 'SUMMARY_INVALID',
  format: { schema: SUMMARY_SCHEMA, fromPrevious: upgradeSummary },
  contents: summarySchema,
};

export const STORED_LINT_REPORT: StoredDocument<typeof lintReportSchema> = {
  name: 'a lint report',
  writtenBy: '`oomdrill lint PATH --json FILE`',
  invalidCode: 'LINT_REPORT_INVALID',
  format: { schema: LINT_SCHEMA, fromPrevious: upgradeLintReport },
  contents: lintReportSchema,
};

export const STORED_VALIDATION: StoredDocument<typeof validationSchema> = {
  name: 'a validation',
  writtenBy: '`oomdrill validate --json FILE`',
  invalidCode: 'VALIDATION_INVALID',
  format: { schema: VALIDATION_SCHEMA, fromPrevious: upgradeValidation },
  contents: validationSchema,
};

export const STORED_MAP: StoredDocument<typeof storedMapSchema> = {
  name: 'a map of a band',
  writtenBy: '`oomdrill map BUNDLE --json FILE`',
  invalidCode: 'MAP_INVALID',
  // The first maps had no key `schema`.
  format: { schema: BAND_MAP_SCHEMA, defaultSchema: 'oomdrill.map/1', fromPrevious: upgradeMap },
  contents: storedMapSchema,
};

export const STORED_SWEEP: StoredDocument<typeof storedSweepSchema> = {
  name: 'a sweep of maps',
  writtenBy: '`oomdrill map BUNDLE --sweep RANGE --json FILE`',
  invalidCode: 'MAP_INVALID',
  format: { schema: SWEEP_SCHEMA, fromPrevious: upgradeSweep },
  contents: storedSweepSchema,
};

/**
 * Checks a stored document, and converts it to the current version.
 *
 * @param file the document's name for errors
 * @throws OomdrillError the code of its kind, `FORMAT_NEWER`
 */
export function readStored<S extends z.ZodType>(
  value: unknown,
  { name, writtenBy, invalidCode, format, contents }: StoredDocument<S>,
  file: string,
): z.output<S> {
  const read = contents.safeParse(toCurrentVersion(value, format, file), { error: describeIssue });
  if (read.success) return read.data;
  const why = isObject(value) && !isOfKind(value, { format }) ? describeKind(value) : undefined;
  const { where, message } = firstIssueOf(read.error, 'the whole file');
  const fault = why ?? `${where} ${message}`;
  throw usageError(
    invalidCode,
    `${file} is not ${name}: ${fault}.`,
    `Name a file that ${writtenBy} wrote.`,
    read.error,
  );
}

/** What another document of oomdrill says that it is; undefined for other objects. */
function describeKind({ schema }: JsonObject): string | undefined {
  return typeof schema === 'string' && schema.startsWith('oomdrill.') ? `its schema is ${schema}` : undefined;
}

/** Whether a value's key `schema` names this kind of document, in any version. */
export function isOfKind(value: unknown, { format }: Pick<StoredDocument<z.ZodType>, 'format'>): boolean {
  const kind = format.schema.replace(/\d+$/, '');
  return isObject(value) && String(value.schema).startsWith(kind);
}
