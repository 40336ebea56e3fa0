import { z } from 'zod';
import { parseBytes, SIZE } from '../core/bytes.js';
import { messageOf, OomdrillError, usageError } from '../core/errors.js';
import { isObject, toCurrentVersion, type VersionedFormat } from '../core/format.js';
import { parseJson } from '../core/json.js';
import { upgradeManifest } from './version-1.js';

/** Version of `bundle.json`. */
export const BUNDLE_SCHEMA = 'oomdrill.bundle/2';

/** A size as systemd writes it, with an end. Its patterns let through what is too large, and fractions of one byte. */
function sizeFrom(min: number) {
  const error = ({ input }: { input?: unknown }) => `"${input}" is not a size${min > 0 ? ' above zero' : ''}`;
  return z
    .string()
    .regex(SIZE, { error, abort: true })
    .regex(min > 0 ? /[1-9]/ : /[0-9]/, { error, abort: true })
    .refine((text) => (bytesOf(text) ?? Number.NaN) >= min, { error });
}

const size = sizeFrom(1).meta({ id: 'size', examples: ['24G', '1.5G', '512M'] });
const sizeOrZero = sizeFrom(0).meta({ id: 'sizeOrZero', examples: ['24G', '0'] });
const port = z.number().int().min(1).max(65535).describe('Port that it listens on.');
const path = z.string().startsWith('/').describe('Path of a URL that it answers in full.');

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
  $schema: z.string().optional().describe('For editors: where the JSON Schema of this file is.'),
  schema: z
    .literal(BUNDLE_SCHEMA)
    .optional()
    .describe('Version of the format. A file that does not name it is read as one of either version.'),
  description: z.string().describe('What the bundle is of, in sentences.'),
  host: z
    .strictObject({
      memory: size.describe('Memory of the host, such as `24G`.'),
      swap: sizeOrZero.describe('Size of the swap; `0` for none.'),
      cpus: z.number().int().positive().describe('Number of its CPUs.'),
      diskBandwidth: size
        .optional()
        .describe('What the root disk gives, bytes per second, such as `60M`; absent when it is not limited.'),
    })
    .describe('The host, at real scale. Sizes are texts as systemd writes them.'),
  serving: z
    .strictObject({
      unit: z
        .string()
        .regex(/\.service$/)
        .describe('The instance that is drilled, such as `web@blue.service`.'),
      port,
      path,
      probe: z.string().optional().describe('The way of asking, by its name; HTTP when absent.'),
      sessionPath: z
        .string()
        .startsWith('/')
        .optional()
        .describe("WebSocket path of a client's session; absent for a server without sessions."),
      standIn: z
        .string()
        .optional()
        .describe(
          "What serves in the real server's place, by its name. When absent, the one whose settings file the bundle has.",
        ),
      weight: z
        .strictObject({
          resident: size.describe('Resident memory in all.'),
          text: sizeOrZero.describe('Program text.'),
        })
        .optional()
        .describe("What the stand-in weighs in the server's place, at real scale; as the stand-in has it when absent."),
    })
    .describe('The unit that serves, and how to ask it.'),
  sidecars: z
    .array(
      z.strictObject({
        unit: z
          .string()
          .regex(/\.(?:service|socket)$/)
          .describe('Its name, such as `health.service`.'),
        port: port.optional(),
        path: path.optional(),
        optional: z.boolean().optional().describe('May be left out: a borrowed host is given none of these.'),
      }),
    )
    .optional()
    .describe(
      'Units that run next to the serving one, started once it is healthy: killers, neighbours, health checks. One with a port and a path is asked as the serving one is.',
    ),
  packages: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/, 'not the name of a Debian package'))
    .optional()
    .describe('Debian packages that the guest is given, by name: what the units start, and is no file of the bundle.'),
});

export type Manifest = Omit<z.infer<typeof manifestSchema>, 'schema' | '$schema'>;

/** `bundle.json` as it was read. */
export interface ReadManifest {
  readonly manifest: Manifest;
  /** Keys that this version does not know, with the way to them, such as `host.disk`: they were passed over. */
  readonly unknownKeys: readonly string[];
}

const BUNDLE_FORMAT: VersionedFormat = {
  schema: BUNDLE_SCHEMA,
  defaultSchema: 'oomdrill.bundle/1',
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
