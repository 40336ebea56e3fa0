import { usageError } from './errors.js';

/** A JSON object that was read but not checked yet. */
export type JsonObject = { readonly [key: string]: unknown };

/** A format with its version, as the key `schema` of its files holds it. */
type SchemaName = `oomdrill.${string}/${number}`;

/**
 * One of oomdrill's own file formats. A renamed or removed key needs a new version; an added key does not, because
 * readers ignore unknown keys.
 */
export interface VersionedFormat {
  /** The current version, in which files are written: `oomdrill.summary/2`. */
  readonly schema: SchemaName;
  /** The version of a file without the key `schema`. If absent, such a file is left to the format's own schema. */
  readonly defaultSchema?: SchemaName;
  /** Converts an object from the previous version to the current one; absent for a first version. */
  readonly fromPrevious?: (old: JsonObject) => JsonObject;
  /** Code of the error for a file of a later version; `FORMAT_NEWER` by default. */
  readonly newerCode?: string;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Converts an object of any readable version to the current version. Any other value, also an object of another format,
 * is returned unchanged: the format's own schema reports what is wrong with it.
 *
 * @param file the file's name for the error
 * @throws OomdrillError `FORMAT_NEWER`, or the format's own code, for a later version; `FORMAT_OLDER` for a version
 *   that is no longer read
 */
export function toCurrentVersion(value: unknown, format: VersionedFormat, file: string): unknown {
  if (!isObject(value)) return value;
  const { schema, defaultSchema, fromPrevious, newerCode = 'FORMAT_NEWER' } = format;
  const found = value.schema ?? defaultSchema;
  const current = parseSchemaName(schema);
  const version = typeof found === 'string' ? parseSchemaName(found) : undefined;
  if (version?.format !== current?.format || !version || !current || version.number === current.number) return value;
  if (version.number === current.number - 1 && fromPrevious) return { ...fromPrevious(value), schema };
  const isNewer = version.number > current.number;
  const readable = fromPrevious ? `versions ${current.number - 1} and ${current.number}` : `version ${current.number}`;
  throw usageError(
    isNewer ? newerCode : 'FORMAT_OLDER',
    `${file} has the format ${found}, but this oomdrill reads ${readable} of it.`,
    isNewer ? 'Read it with the oomdrill that wrote it, or a newer one.' : 'Read it with an older oomdrill.',
  );
}

/** The format and the version that a key `schema` names; undefined for any other text. */
export function parseSchemaName(name: string): { format: string; number: number } | undefined {
  const [, format, number] = /^oomdrill\.([a-z-]+)\/(\d+)$/.exec(name) ?? [];
  return format === undefined ? undefined : { format, number: Number(number) };
}

/** A copy of an object with some keys renamed; names of absent keys are ignored. */
export function renameKeys(object: JsonObject, names: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [Object.hasOwn(names, key) ? names[key] : key, value]),
  );
}

/** A copy of an object with the value of one key changed; the object itself if it does not have that key. */
export function mapKey(object: JsonObject, key: string, change: (value: unknown) => unknown): JsonObject {
  return key in object ? { ...object, [key]: change(object[key]) } : object;
}

/** Applies a change to an object, and returns any other value unchanged. */
export const ifObject =
  (change: (object: JsonObject) => JsonObject) =>
  (value: unknown): unknown =>
    isObject(value) ? change(value) : value;

/** Applies a change to each object of an array, and returns any other value unchanged. */
export const ofEach =
  (change: (object: JsonObject) => JsonObject) =>
  (value: unknown): unknown =>
    Array.isArray(value) ? value.map(ifObject(change)) : value;
