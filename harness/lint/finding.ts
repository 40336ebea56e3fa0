import { z } from 'zod';

/** Schema of the report that `oomdrill lint --json` writes. */
export const LINT_SCHEMA = 'oomdrill.lint/2';

/**
 * `error`: the containment does not do what its author wrote, or a known incident can happen again. `warning`: a risk
 * that may be intended. `note`: worth knowing; it never decides the exit status.
 */
const severitySchema = z.enum(['error', 'warning', 'note']);

export const findingSchema = z.object({
  rule: z.string(),
  severity: severitySchema,
  /** The path by which the caller can open the file. */
  path: z.string(),
  /** From 1; null for a finding about the file as a whole. */
  line: z.number().int().positive().nullable(),
  /** What is wrong here. */
  message: z.string(),
  /** Why that is bad in general. */
  why: z.string(),
  /** The incident or document behind the rule. */
  source: z.string(),
  fix: z.string(),
});

const suppressedSchema = findingSchema.extend({
  suppression: z.object({
    kind: z.enum(['inline', 'file']),
    reason: z.string(),
  }),
});

export const lintReportSchema = z.object({
  schema: z.literal(LINT_SCHEMA),
  paths: z.array(z.string()),
  strict: z.boolean(),
  findings: z.array(findingSchema),
  suppressed: z.array(suppressedSchema),
  counts: z.object({ error: z.number(), warning: z.number(), note: z.number() }),
  exitCode: z.number().int(),
});

export type Severity = z.infer<typeof severitySchema>;
export type Finding = z.infer<typeof findingSchema>;
export type Suppressed = z.infer<typeof suppressedSchema>;
export type LintReport = z.infer<typeof lintReportSchema>;
