import fc from 'fast-check';
import { withoutUndefined } from '../core/defined.js';

/** The part of JSON Schema that our published schemas use. */
export interface JsonSchemaPart {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchemaPart>>;
  readonly anyOf?: readonly JsonSchemaPart[];
  readonly oneOf?: readonly JsonSchemaPart[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchemaPart>>;
  readonly required?: readonly string[];
  readonly propertyNames?: JsonSchemaPart;
  readonly additionalProperties?: JsonSchemaPart | false;
  readonly items?: JsonSchemaPart;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

/**
 * Generates documents that a schema allows, with and without each optional key, and without unknown keys.
 *
 * @param texts the strings in them, where the schema allows any
 */
export function generateDocuments(
  schema: JsonSchemaPart,
  texts: fc.Arbitrary<string> = fc.string(),
  defs = schema.$defs ?? {},
): fc.Arbitrary<unknown> {
  const isAnyText = schema.type === 'string' && !(schema.pattern ?? schema.const ?? schema.enum ?? schema.examples);
  const { minLength = 0 } = schema;
  if (isAnyText) return texts.filter((text) => text.length >= minLength);
  const of = (part: JsonSchemaPart) => generateDocuments(part, texts, defs);
  if (schema.$ref !== undefined) return of(named(schema.$ref, defs));
  const choices = schema.properties ? undefined : (schema.anyOf ?? schema.oneOf);
  if (choices) return fc.oneof(...choices.map(of));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.examples) return fc.constantFrom(...schema.examples);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (typeof schema.type !== 'string') return fc.oneof(...(schema.type ?? []).map((type) => of({ ...schema, type })));
  const valuesOf = VALUES[schema.type];
  if (!valuesOf) throw new Error(`cannot generate documents of the type ${schema.type}`);
  return valuesOf(schema, of);
}

function named(ref: string, defs: Readonly<Record<string, JsonSchemaPart>>): JsonSchemaPart {
  const found = defs[ref.replace('#/$defs/', '')];
  if (!found) throw new Error(`the schema has no ${ref}`);
  return found;
}

type Of = (part: JsonSchemaPart) => fc.Arbitrary<unknown>;

const VALUES: Readonly<Record<string, (schema: JsonSchemaPart, of: Of) => fc.Arbitrary<unknown>>> = {
  null: () => fc.constant(null),
  boolean: () => fc.boolean(),
  string: ({ pattern = '' }) => fc.stringMatching(new RegExp(pattern)),
  integer: (schema) => fc.integer(boundsOf(schema, 1)),
  number: (schema) => fc.double({ ...boundsOf(schema, Number.EPSILON), noNaN: true, noDefaultInfinity: true }),
  array: ({ items = {}, minItems = 0 }, of) => fc.array(of(items), { minLength: minItems, maxLength: minItems + 2 }),
  object: (schema, of) => (schema.properties ? recordOf(schema, of) : dictionaryOf(schema, of)),
};

/** @param step difference between an excluded bound and the first allowed value */
function boundsOf({ minimum, maximum, exclusiveMinimum }: JsonSchemaPart, step: number) {
  const min = exclusiveMinimum === undefined ? minimum : exclusiveMinimum + step;
  return withoutUndefined({ min, max: maximum === undefined ? undefined : Math.min(maximum, MAX_INTEGER) });
}

/** The largest integer that fast-check generates. */
const MAX_INTEGER = 2 ** 31 - 1;

function recordOf({ properties = {}, required = [], oneOf = [] }: JsonSchemaPart, of: Of): fc.Arbitrary<unknown> {
  const keys = oneOf.flatMap((choice) => choice.required ?? []);
  if (keys.length > 0)
    return fc.oneof(
      ...keys.map((only) => {
        const others = Object.entries(properties).filter(([key]) => key === only || !keys.includes(key));
        return recordOf({ properties: Object.fromEntries(others), required: [...required, only] }, of);
      }),
    );
  const values = Object.fromEntries(Object.entries(properties).map(([key, part]) => [key, of(part)]));
  return fc.record(values, { requiredKeys: [...required], noNullPrototype: true });
}

function dictionaryOf({ propertyNames, additionalProperties }: JsonSchemaPart, of: Of): fc.Arbitrary<unknown> {
  const names = propertyNames?.enum
    ? fc.constantFrom(...propertyNames.enum.map(String))
    : fc.stringMatching(/^[a-z]+$/);
  return fc.dictionary(names, of(additionalProperties || {}), { maxKeys: 2, noNullPrototype: true });
}
