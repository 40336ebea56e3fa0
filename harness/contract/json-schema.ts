import { z } from 'zod';
import { parseSchemaName } from '../core/format.js';
import { FORMATS, type Format } from './formats.js';

/** A format with its JSON Schema, for programs that do not use zod. */
export interface PublishedFormat extends Format {
  /** The value of the documents' key `schema`: `oomdrill.summary/1`. */
  readonly name: string;
  /** File of the JSON Schema in `schemas/`: `summary-1.schema.json`. */
  readonly fileName: string;
  /** JSON Schema, draft 2020-12. Like our own readers it allows unknown keys. */
  readonly jsonSchema: JsonSchema;
  /** Text of the file. */
  readonly text: string;
}

type JsonSchema = z.core.JSONSchema.JSONSchema;

/**
 * Converts a format to a JSON Schema.
 *
 * @throws Error if documents of the format have no key `schema`, which is a bug of ours
 */
export function publishFormat(format: Format): PublishedFormat {
  const { title, description, schema } = format;
  // The schema of the input: keys with a default may be missing there, and unknown keys are allowed.
  const body = z.toJSONSchema(schema, { io: 'input', override: ({ jsonSchema }) => adapt(jsonSchema) });
  const name = findSchemaName(body) ?? '';
  const parsed = parseSchemaName(name);
  if (!parsed) throw new Error(`documents of the format "${title}" must have the key schema`);
  const { $schema, ...rest } = body;
  const jsonSchema = { $schema, $id: `urn:oomdrill:${parsed.format}:${parsed.number}`, title, description, ...rest };
  const text = `${JSON.stringify(jsonSchema, null, 2)}\n`;
  return { ...format, name, fileName: schemaFileOf(name), jsonSchema, text };
}

/** Name of the file with a format's JSON Schema: `summary-1.schema.json` for `oomdrill.summary/1`. */
export const schemaFileOf = (name: string): string =>
  `${name.replace(/^oomdrill\./, '').replace('/', '-')}.schema.json`;

/** Converts all formats to JSON Schemas. */
export const publishFormats = (): PublishedFormat[] => FORMATS.map(publishFormat);

/** String formats of the draft that we use; zod adds others, each with a `pattern`. */
const STANDARD_FORMATS = new Set(['date-time']);

function adapt(schema: JsonSchema): void {
  // zod repeats patterns next to a reference.
  if (schema.$ref !== undefined) delete schema.allOf;
  // Our readers ignore unknown keys, also those of a strict schema.
  if (schema.additionalProperties === false) delete schema.additionalProperties;
  if (schema.format !== undefined && !STANDARD_FORMATS.has(schema.format)) delete schema.format;
}

/** Finds the value of the key `schema`; with several kinds of lines, in the kind that has the key. */
function findSchemaName(schema: JsonSchema, defs = schema.$defs): string | undefined {
  const key = schema.properties?.schema;
  if (typeof key === 'object' && typeof key.const === 'string') return key.const;
  const named = defs?.[schema.$ref?.replace('#/$defs/', '') ?? ''];
  if (named !== undefined) return findSchemaName(named, defs);
  for (const choice of schema.oneOf ?? schema.anyOf ?? []) {
    const name = findSchemaName(choice, defs);
    if (name !== undefined) return name;
  }
  return undefined;
}
