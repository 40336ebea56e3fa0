import { z } from 'zod';

/** Schema of the report that `oomdrill lint --json` writes. */
export const LINT_SCHEMA = 'oomdrill.lint/2';

const severitySchema = z
  .enum(['error', 'warning', 'note'])
  .describe(
    '`error`: the containment does not do what its author wrote, or a known incident can happen again. `warning`: a risk that may be intended. `note`: worth knowing; it never decides the exit status.',
  );

export const findingSchema = z
  .object({
    rule: z.string().describe('Name of the rule, as in docs/lint.md.'),
    severity: severitySchema,
    path: z.string().describe('The path by which the caller can open the file.'),
    line: z
      .number()
      .int()
      .positive()
      .nullable()
      .describe('Number of the line, from 1; null for a finding about the file as a whole.'),
    message: z.string().describe('What is wrong here, in sentences.'),
    why: z.string().describe('Why that is bad in general.'),
    source: z.string().describe('The incident or document behind the rule.'),
    fix: z.string().describe('What to write instead.'),
  })
  .meta({ id: 'finding', description: 'Something that is wrong with limits as they are written.' });

const suppressedSchema = findingSchema.extend({
  suppression: z
    .object({
      kind: z.enum(['inline', 'file']).describe('In a comment at the place itself, or for a whole file.'),
      reason: z.string().describe('Why it is intended, in the words of its author.'),
    })
    .describe('What says that the finding is intended.'),
});

export const lintReportSchema = z.object({
  schema: z.literal(LINT_SCHEMA),
  paths: z.array(z.string()).describe('What was read, as the caller named it.'),
  strict: z.boolean().describe('Whether warnings count as errors.'),
  findings: z.array(findingSchema),
  suppressed: z.array(suppressedSchema).describe('Findings that a comment says are intended; they decide nothing.'),
  counts: z.object({ error: z.number(), warning: z.number(), note: z.number() }).describe('Findings by severity.'),
  exitCode: z.number().int().describe('Exit status of the command: 0 nothing found at or above the level, 1 findings.'),
});

export type Severity = z.infer<typeof severitySchema>;
export type Finding = z.infer<typeof findingSchema>;
export type Suppressed = z.infer<typeof suppressedSchema>;
export type LintReport = z.infer<typeof lintReportSchema>;
