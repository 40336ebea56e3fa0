import { z } from 'zod';
import { bundleName, bundleSchema } from '../bundle/bundle-schema.js';
import { suggestName } from '../core/edit-distance.js';
import { messageOf, type OomdrillError } from '../core/errors.js';
import { isObject } from '../core/format.js';
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

const sourceSchema = z.looseObject({ name: bundleName, load: z.custom((value) => typeof value === 'function') });

/** What a bundle as an object lacks is said below. */
const bundleField = z.custom<string | object>(
  (value) =>
    typeof value === 'string'
      ? value !== ''
      : isObject(value) && ['load', 'manifest', 'from'].some((key) => key in value),
  {
    error: ({ input }) =>
      input === undefined
        ? 'is missing'
        : 'must be a path that begins with ./, the name of a bundle that comes with oomdrill, or a bundle',
  },
);

/** A timer cannot wait for much longer. */
const milliseconds = z.number().max(24 * 60 * 60_000);

const settings = z
  .record(z.string(), z.string().regex(/^\P{Cc}*$/u, 'must be one line'))
  .refine((set) => Object.keys(set).length > 0 && Object.keys(set).every((key) => /^[A-Z][A-Za-z]*$/.test(key)), {
    error: "must hold properties of systemd, such as { MemoryHigh: 'infinity' }",
  });

const repairSchema = z.strictObject({ set: settings, stayMs: milliseconds });

const changedSchema = z.strictObject({ from: z.string().regex(/./, 'must be a path or a name'), set: settings });

/** The fields of a scenario's file; `ScenarioDeclaration` says what each means. */
const declarationSchema = z.strictObject({
  name: z.string().optional(),
  hypothesis: z.string().regex(/^\P{Cc}*[^\s\p{Cc}]\P{Cc}*$/u, 'must be a sentence in one line'),
  control: z.boolean().optional(),
  bundle: bundleField,
  requires: z.array(z.enum(REQUIREMENTS)).optional(),
  suite: z.enum(SUITES).optional(),
  injections: z.array(injectionSchema).min(1, 'must hold an injection'),
  bystanders: z.array(injectionSchema).optional(),
  repair: repairSchema.optional(),
  standIn: z.strictObject({ losesListenerAfterOom: z.boolean() }).optional(),
  phases: z
    .strictObject({ baselineMs: milliseconds, holdMs: milliseconds, recoveryMs: milliseconds })
    .partial()
    .optional(),
  expect: expectationSchema.strict(),
});

/**
 * Checks what a file declares, field by field.
 *
 * @param file for the errors
 * @throws OomdrillError `SCENARIO_INVALID`, with the file and the field
 */
export async function checkDeclaration(declared: unknown, file: string): Promise<ScenarioDeclaration> {
  const declaration = checkFields(declarationSchema, declared, { file, field: '' }) as ScenarioDeclaration;
  const { bundle } = declaration;
  if (typeof bundle === 'object') checkBundleObject(bundle, file);
  for (const list of ['injections', 'bystanders'] as const) {
    for (const [index, injection] of (declaration[list] ?? []).entries()) {
      const schema = await injection.kind.fields?.();
      if (schema) checkFields(schema, injection, { file, field: `${list}.${index}` });
    }
  }
  return declaration;
}

/**
 * Checks a bundle that is an object, or what loads one.
 *
 * @param file for the errors, or what else it was given to
 * @throws OomdrillError `SCENARIO_INVALID`
 */
export function checkBundleObject(bundle: unknown, file: string): void {
  const hasField = (name: string) => isObject(bundle) && name in bundle;
  const schema = hasField('load') ? sourceSchema : hasField('from') ? changedSchema : bundleSchema;
  checkFields(schema, bundle, { file, field: 'bundle' });
}

/** A value in a file, for messages: `injections.0`, or nothing for the whole. */
interface Spot {
  readonly file: string;
  readonly field: string;
}

/** The fields of a value, where they are right. Code of the user's may read them for it. */
function checkFields(schema: z.ZodType, value: unknown, spot: Spot): unknown {
  const read = safeParse(schema, value, spot);
  if (!read.success) throw fieldError(read.error, schema, spot);
  return read.data;
}

function safeParse(schema: z.ZodType, value: unknown, { file, field }: Spot) {
  try {
    return schema.safeParse(value, { error: describeIssue });
  } catch (thrown) {
    throw scenarioError(`${file}: ${field || 'the scenario'} could not be read: ${messageOf(thrown)}.`);
  }
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
