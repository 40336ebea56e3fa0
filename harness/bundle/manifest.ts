import { z } from 'zod';
import { parseBytes } from '../core/bytes.js';
import { messageOf, OomdrillError, usageError } from '../core/errors.js';
import { isObject, toCurrentVersion, type VersionedFormat } from '../core/format.js';
import { parseJson } from '../core/json.js';
import { upgradeManifest } from './version-1.js';

/** Version of `bundle.json`. */
export const BUNDLE_SCHEMA = 'oomdrill.bundle/2';

/** A size as systemd writes it, with an end. */
const size = (min: number) =>
  z.string().superRefine((text, context) => {
    const bytes = bytesOf(text);
    if (bytes === undefined || !Number.isFinite(bytes) || bytes < min)
      context.addIssue(`"${text}" is not a size${min > 0 ? ' above zero' : ''}`);
  });

function bytesOf(text: string): number | undefined {
  try {
    return parseBytes(text);
  } catch (thrown) {
    if (thrown instanceof OomdrillError) return undefined;
    throw thrown;
  }
}

/**
 * `bundle.json`: what a containment bundle must say of its host, next to the files under `etc/`.
 * Sizes are texts as systemd writes them (`24G`), at real scale. Strict, so that keys that it does not know are found.
 */
export const manifestSchema = z.strictObject({
  /** For editors: where the JSON Schema of this file is. */
  $schema: z.string().optional(),
  /** Version of the format; one that does not name it is read as of either version. */
  schema: z.literal(BUNDLE_SCHEMA).optional(),
  description: z.string(),
  host: z.strictObject({
    memory: size(1),
    /** Size of the swap; `0` for none. */
    swap: size(0),
    cpus: z.number().int().positive(),
    /** What the root disk gives, bytes per second, such as `60M`; absent when it is not limited. */
    diskBandwidth: size(1).optional(),
  }),
  /** The unit that serves, and how to ask it for a full answer on the workload's own path. */
  serving: z.strictObject({
    /** The instance that is drilled, such as `web@blue.service`. */
    unit: z.string().regex(/\.service$/),
    port: z.number().int().min(1).max(65535),
    path: z.string().startsWith('/'),
    /** The way of asking, by its name in oomdrill's table of probes; HTTP when absent. */
    probe: z.string().optional(),
    /** WebSocket path of a client's session; absent for a server without sessions. */
    sessionPath: z.string().startsWith('/').optional(),
    /**
     * What serves in the real server's place, by its name in oomdrill's table of stand-ins. When absent, the one whose settings file
     * the bundle has.
     */
    standIn: z.string().optional(),
    /** What the stand-in weighs in the server's place: resident memory in all, and program text. As the stand-in has it when absent. */
    weight: z.strictObject({ resident: size(1), text: size(0) }).optional(),
  }),
  /**
   * Units that run next to the serving one, started once it is healthy: killers, neighbours, health checks. One with a port and a
   * path is asked as the serving one is.
   */
  sidecars: z
    .array(
      z.strictObject({
        unit: z.string().regex(/\.(?:service|socket)$/),
        port: z.number().int().min(1).max(65535).optional(),
        path: z.string().startsWith('/').optional(),
        /** May be left out: a borrowed host is given none of these. */
        optional: z.boolean().optional(),
      }),
    )
    .optional(),
  /** Debian packages that the guest is given, by name: what the units start, and is no file of the bundle. */
  packages: z.array(z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/, 'not the name of a Debian package')).optional(),
});

/** What a `bundle.json` says, without the version and the schema that it says it in. */
export type Manifest = Omit<z.infer<typeof manifestSchema>, 'schema' | '$schema'>;

/** `bundle.json` as it was read. */
export interface ReadManifest {
  readonly manifest: Manifest;
  /** Keys that this version does not know, with the way to them, such as `host.disk`: they were passed over. */
  readonly unknownKeys: readonly string[];
}

const BUNDLE_FORMAT: VersionedFormat = {
  schema: BUNDLE_SCHEMA,
  unnamed: 'oomdrill.bundle/1',
  fromPrevious: upgradeManifest,
};

/**
 * The manifest that a value is, of this version or the one before.
 *
 * @param path stands for it in errors
 * @throws OomdrillError `BUNDLE_MANIFEST`, `FORMAT_NEWER`
 */
export function checkManifest(value: unknown, path: string): ReadManifest {
  if (isObject(value) && 'beside' in value && 'sidecars' in value)
    throw manifestError(path, 'beside', 'it is the old name of sidecars, which is there too', 'Keep sidecars alone.');
  const current = structuredClone(toCurrentVersion(value, BUNDLE_FORMAT, path));
  const unknownKeys = removeUnknownKeys(current);
  const read = manifestSchema.safeParse(current);
  if (read.success) {
    const { schema, $schema, ...manifest } = read.data;
    return { manifest, unknownKeys };
  }
  const issue = read.error.issues[0];
  throw manifestError(path, issue?.path.join('.') || 'bundle.json', issue?.message ?? '', SEE_THE_MANUAL);
}

/** @throws OomdrillError `BUNDLE_MANIFEST`, `FORMAT_NEWER` */
export function parseManifest(text: string, path: string): ReadManifest {
  const { value, fault } = parseJson(text);
  if (fault) throw usageError('BUNDLE_MANIFEST', `${path} is not JSON: ${messageOf(fault)}.`, undefined, fault);
  return checkManifest(value, path);
}

const SEE_THE_MANUAL = 'See docs/bundles.md for what it holds.';

const manifestError = (path: string, key: string, why: string, hint: string): OomdrillError =>
  usageError('BUNDLE_MANIFEST', `${path}: ${key}: ${why}.`, hint);

/** Takes keys that the schema does not know out of a value, and says which they were. */
function removeUnknownKeys(value: unknown): string[] {
  const issues = manifestSchema.safeParse(value).error?.issues ?? [];
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [];
    const owner = issue.path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown>)[key], value);
    for (const key of issue.keys) delete (owner as Record<string, unknown>)[key];
    return issue.keys.map((key) => [...issue.path, key].join('.'));
  });
}
