import { z } from 'zod';
import { manifestSchema } from '../bundle/manifest.js';
import { suggestName } from '../core/edit-distance.js';
import type { OomdrillError } from '../core/errors.js';
import { describeIssue, firstIssueOf } from '../core/issue.js';
import type { Injection } from '../inject/injection.js';
import { expectationSchema } from '../record/schema.js';
import { scenarioError } from './declaration.js';
import { REQUIREMENTS, type ScenarioDeclaration, SUITES } from './scenario.js';

/** A scenario may come from a file that no compiler has read. */
const injectionSchema = z.custom<Injection>(
  (value) => typeof (value as Partial<Injection> | null)?.kind?.plan === 'function',
  'must be declared by a function of its kind, such as hog({ ... })',
);

const bundleSchema = z.strictObject({
  name: z.string(),
  manifest: manifestSchema,
  files: z.array(z.strictObject({ path: z.string(), text: z.string() })),
  root: z.strictObject({ dir: z.string(), paths: z.array(z.string()) }).optional(),
  unknownKeys: z.array(z.string()).optional(),
});

const sourceSchema = z.custom<object>((value) => typeof (value as { load?: unknown } | null)?.load === 'function');

/** The fields of a scenario's file; `ScenarioDeclaration` says what each means. */
const declarationSchema = z.strictObject({
  name: z.string().optional(),
  hypothesis: z.string().min(1, 'must be a sentence'),
  control: z.boolean().optional(),
  bundle: z.union([z.string().min(1), sourceSchema, bundleSchema], {
    error: ({ input }) =>
      input === undefined
        ? 'is missing'
        : 'must be a path that begins with ./, the name of a bundle that comes with oomdrill, or a bundle',
  }),
  requires: z.array(z.enum(REQUIREMENTS)).optional(),
  suite: z.enum(SUITES).optional(),
  injections: z.array(injectionSchema).min(1, 'must hold an injection'),
  bystanders: z.array(injectionSchema).optional(),
  repair: z.strictObject({ set: z.record(z.string(), z.string()), stayMs: z.number() }).optional(),
  standIn: z.strictObject({ losesListenerAfterOom: z.boolean() }).optional(),
  phases: z.strictObject({ baselineMs: z.number(), holdMs: z.number(), recoveryMs: z.number() }).partial().optional(),
  expect: expectationSchema.strict(),
});

/**
 * Checks what a file declares, field by field.
 *
 * @param file for the errors
 * @throws OomdrillError `SCENARIO_INVALID`, with the file and the field
 */
export async function checkDeclaration(declared: unknown, file: string): Promise<ScenarioDeclaration> {
  checkFields(declarationSchema, declared, { file, field: '' });
  const declaration = declared as ScenarioDeclaration;
  for (const list of ['injections', 'bystanders'] as const) {
    for (const [index, injection] of (declaration[list] ?? []).entries()) {
      const schema = await injection.kind.fields?.();
      if (schema) checkFields(schema, injection, { file, field: `${list}.${index}` });
    }
  }
  return declaration;
}

/** A value in a file, for messages: `injections.0`, or nothing for the whole. */
interface Spot {
  readonly file: string;
  readonly field: string;
}

function checkFields(schema: z.ZodType, value: unknown, spot: Spot): void {
  const read = schema.safeParse(value, { error: describeIssue });
  if (!read.success) throw fieldError(read.error, schema, spot);
}

function fieldError(error: z.ZodError, schema: z.ZodType, { file, field }: Spot): OomdrillError {
  const [issue] = error.issues;
  const pathTo = (...more: readonly PropertyKey[]) =>
    [field, ...(issue?.path ?? []), ...more].filter((part) => part !== '').join('.');
  if (issue?.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const known = issue.path.length === 0 && schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
    return scenarioError(
      `${file}: there is no field ${pathTo(key)}.`,
      suggestName(key, known, 'docs/library.md lists the fields.'),
    );
  }
  const { message } = firstIssueOf(error, '');
  return scenarioError(`${file}: ${pathTo() || 'the scenario'} ${message}.`);
}
