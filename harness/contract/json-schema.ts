import { z } from 'zod';
import { FORMATS, type Format } from './formats.js';

/** A format as programs that know no zod can check it. */
export interface PublishedFormat extends Format {
  /** As documents have it in their key `schema`: `oomdrill.summary/1`. */
  readonly name: string;
  /** Of the JSON Schema, in `schemas/`: `summary-1.schema.json`. */
  readonly fileName: string;
  /** JSON Schema, draft 2020-12. It accepts what our own readers accept: keys that it does not know may be there. */
  readonly jsonSchema: JsonSchema;
  /** The same as the file has it. */
  readonly text: string;
}

type JsonSchema = z.core.JSONSchema.JSONSchema;

/**
 * Writes a format down as a JSON Schema.
 *
 * @throws Error where documents of the format do not say what they are, which is a bug of ours
 */
export function publishFormat(format: Format): PublishedFormat {
  const { title, description, schema } = format;
  // Of the input: what was written is read with keys missing that have a default, and with keys that a later version added.
  const body = z.toJSONSchema(schema, { io: 'input', override: ({ jsonSchema }) => adapt(jsonSchema) });
  const name = nameIn(body) ?? '';
  const [, kind, version] = /^oomdrill\.([a-z-]+)\/(\d+)$/.exec(name) ?? [];
  if (kind === undefined) throw new Error(`documents of the format "${title}" have no key schema`);
  const { $schema, ...rest } = body;
  const jsonSchema = { $schema, $id: `urn:oomdrill:${kind}:${version}`, title, description, ...rest };
  const text = `${JSON.stringify(jsonSchema, null, 2)}\n`;
  return { ...format, name, fileName: schemaFileOf(name), jsonSchema, text };
}

/** The file of `schemas/` with the JSON Schema of a format: `summary-1.schema.json` for `oomdrill.summary/1`. */
export const schemaFileOf = (name: string): string =>
  `${name.replace(/^oomdrill\./, '').replace('/', '-')}.schema.json`;

/** Every format, ready to be published. */
export const publishedFormats = (): PublishedFormat[] => FORMATS.map(publishFormat);

/** Names of formats that the draft defines; zod has more of its own, and gives a `pattern` with each. */
const STANDARD_FORMATS = new Set(['date-time']);

function adapt(schema: JsonSchema): void {
  // zod says patterns again where it refers to them.
  if (schema.$ref !== undefined) delete schema.allOf;
  // Our reader of a strict schema finds keys that it does not know, and passes over them.
  if (schema.additionalProperties === false) delete schema.additionalProperties;
  if (schema.format !== undefined && !STANDARD_FORMATS.has(schema.format)) delete schema.format;
}

/** What the key `schema` must hold in documents of a schema; where there are several kinds of line, in that which has the key. */
function nameIn(schema: JsonSchema, defs = schema.$defs): string | undefined {
  const key = schema.properties?.schema;
  if (typeof key === 'object' && typeof key.const === 'string') return key.const;
  const named = defs?.[schema.$ref?.replace('#/$defs/', '') ?? ''];
  if (named !== undefined) return nameIn(named, defs);
  for (const choice of schema.oneOf ?? schema.anyOf ?? []) {
    const name = nameIn(choice, defs);
    if (name !== undefined) return name;
  }
  return undefined;
}
