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
      .describe('Number of the line, from 1; null for a finding about the whole file.'),
    message: z.string().describe('The fault in this place, in sentences.'),
    why: z.string().describe('Why that is bad in general.'),
    source: z.string().describe('The incident or document behind the rule.'),
    fix: z.string().describe('What to do about it, as an instruction.'),
  })
  .meta({ id: 'finding', description: 'A fault in limits as they are written.' });

const suppressedSchema = findingSchema.extend({
  suppression: z
    .object({
      kind: z.enum(['inline', 'file']).describe('`inline`: by a comment in the file. `file`: by oomdrill-lint.json.'),
      reason: z.string().describe("The author's reason for the suppression."),
    })
    .describe('The suppression of the finding.'),
});

export const lintReportSchema = z.object({
  schema: z.literal(LINT_SCHEMA),
  paths: z.array(z.string()).describe('The paths of the caller that were read.'),
  strict: z.boolean().describe('Whether warnings count as errors.'),
  findings: z.array(findingSchema),
  suppressed: z.array(suppressedSchema).describe('Suppressed findings, which do not count for the exit status.'),
  notRead: z
    .array(
      z.object({
        path: z.string().describe('The path by which the caller can open the file.'),
        what: z.string().describe('What it is, such as `a Nomad job`.'),
      }),
    )
    .optional()
    .describe(
      'Files that have to do with memory limits, and that lint does not read: they decide nothing. Absent in reports of earlier versions.',
    ),
  counts: z.object({ error: z.number(), warning: z.number(), note: z.number() }).describe('Findings by severity.'),
  exitCode: z
    .number()
    .int()
    .describe('Exit status of the command: 1 for errors, and with `strict` for warnings; otherwise 0.'),
});

export type Severity = z.infer<typeof severitySchema>;
export type Finding = z.infer<typeof findingSchema>;
export type Suppressed = z.infer<typeof suppressedSchema>;
export type LintReport = z.infer<typeof lintReportSchema>;
