import { usageError } from './errors.js';

/** A JSON object, as it was read and not checked yet. */
export type JsonObject = { readonly [key: string]: unknown };

/** What a version of a format is called in its files: the value of their key `schema`. */
type SchemaName = `oomdrill.${string}/${number}`;

/**
 * One of oomdrill's own file formats. A new version is needed where something is renamed or removed, and never where something is
 * added: readers pass over what they do not know.
 */
export interface VersionedFormat {
  /** Today's version, which is what is written: `oomdrill.summary/2`. */
  readonly schema: SchemaName;
  /** What a file is whose key `schema` is missing; such a file is refused where nothing is said. */
  readonly unnamed?: SchemaName;
  /** Brings an object of the version before to today's; absent for a first version. */
  readonly fromPrevious?: (old: JsonObject) => JsonObject;
  /** Code of the error for a file of a later version; `FORMAT_NEWER` where nothing is said. */
  readonly newerCode?: string;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * An object of any version that can be read, as one of today's. What is no object, and an object of another format, comes back as
 * it is: the format's own schema says what is wrong with it.
 *
 * @param file stands for the file in the error
 * @throws OomdrillError `FORMAT_NEWER`, or the code of the format, for a version after today's; `FORMAT_OLDER` for one that can no longer
 * be read
 */
export function toCurrentVersion(value: unknown, format: VersionedFormat, file: string): unknown {
  if (!isObject(value)) return value;
  const { schema, unnamed, fromPrevious, newerCode = 'FORMAT_NEWER' } = format;
  const found = value.schema ?? unnamed;
  const today = parseSchemaName(schema);
  const version = typeof found === 'string' ? parseSchemaName(found) : undefined;
  if (version?.format !== today?.format || !version || !today || version.number === today.number) return value;
  if (version.number === today.number - 1 && fromPrevious) return { ...fromPrevious(value), schema };
  const isNewer = version.number > today.number;
  throw usageError(
    isNewer ? newerCode : 'FORMAT_OLDER',
    `${file} is of the format ${found}, and this oomdrill reads ${fromPrevious ? `versions ${today.number - 1} and ${today.number}` : `version ${today.number}`} of it.`,
    isNewer ? 'Read it with the oomdrill that wrote it, or a newer one.' : 'Read it with an older oomdrill.',
  );
}

function parseSchemaName(name: string): { format: string; number: number } | undefined {
  const [, format, number] = /^oomdrill\.([a-z-]+)\/(\d+)$/.exec(name) ?? [];
  return format === undefined ? undefined : { format, number: Number(number) };
}

/** An object with some of its keys called otherwise; keys that it does not have are passed over. */
export function renameKeys(object: JsonObject, names: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [Object.hasOwn(names, key) ? names[key] : key, value]),
  );
}

/** An object with a change to the value of a key, where it has that key. */
export function mapKey(object: JsonObject, key: string, change: (value: unknown) => unknown): JsonObject {
  return key in object ? { ...object, [key]: change(object[key]) } : object;
}

/** A change to an object that leaves alone what is none. */
export const ifObject =
  (change: (object: JsonObject) => JsonObject) =>
  (value: unknown): unknown =>
    isObject(value) ? change(value) : value;

/** A change to each object of an array; what is no array is left alone. */
export const ofEach =
  (change: (object: JsonObject) => JsonObject) =>
  (value: unknown): unknown =>
    Array.isArray(value) ? value.map(ifObject(change)) : value;
