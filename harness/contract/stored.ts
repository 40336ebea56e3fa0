import { z } from 'zod';
import { usageError } from '../core/errors.js';
import { toCurrentVersion, type VersionedFormat } from '../core/format.js';
import { LINT_SCHEMA, lintReportSchema } from '../lint/finding.js';
import { SUMMARY_SCHEMA, summarySchema } from '../verdict/summary.js';
import { upgradeSummary } from '../verdict/summary-version-1.js';
import { BAND_MAP_SCHEMA, SWEEP_SCHEMA, storedMapSchema, storedSweepSchema } from './band-map.js';
import { VALIDATION_SCHEMA, validationSchema } from './validation.js';
import { upgradeLintReport, upgradeMap, upgradeSweep, upgradeValidation } from './version-1.js';

/** A kind of document that is read back, of today's version or the one before. */
export interface StoredDocument<S extends z.ZodType> {
  /** What one is called in errors, with its article. */
  readonly name: string;
  readonly writtenBy: string;
  /** Code of the error for what is none. */
  readonly invalidCode: string;
  readonly format: VersionedFormat;
  /** As much of it as its readers need. */
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
  // The first maps did not name their version.
  format: { schema: BAND_MAP_SCHEMA, unnamed: 'oomdrill.map/1', fromPrevious: upgradeMap },
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
 * A document as it was stored, in today's form.
 *
 * @param file stands for it in errors
 * @throws OomdrillError the code of its kind, `FORMAT_NEWER`
 */
export function readStored<S extends z.ZodType>(
  value: unknown,
  { name, writtenBy, invalidCode, format, contents }: StoredDocument<S>,
  file: string,
): z.output<S> {
  const read = contents.safeParse(toCurrentVersion(value, format, file));
  if (read.success) return read.data;
  const why = z.prettifyError(read.error).split('\n').join(' ');
  throw usageError(invalidCode, `${file} is not ${name}: ${why}.`, `It is what ${writtenBy} writes.`, read.error);
}

/** Whether a value says that it is a document of this kind, of whichever version. */
export function isOfKind(value: unknown, { format }: Pick<StoredDocument<z.ZodType>, 'format'>): boolean {
  const kind = format.schema.replace(/\d+$/, '');
  return typeof value === 'object' && value !== null && 'schema' in value && String(value.schema).startsWith(kind);
}
