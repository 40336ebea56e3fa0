import { z } from 'zod';
import { type Bytes, formatBytes } from '../core/bytes.js';
import { duration } from '../core/duration-schema.js';
import { either } from '../core/either-schema.js';
import { messageOf, type OomdrillError, usageError } from '../core/errors.js';
import { isObject, toCurrentVersion, type VersionedFormat } from '../core/format.js';
import { describeGiven, describeIssue, firstIssueOf } from '../core/issue.js';
import { parseJson } from '../core/json.js';
import { size, sizeFrom } from '../core/size-schema.js';
import type { Manager } from '../systemd/unit-search.js';
import type { BundleFile } from './bundle.js';
import { composeContainer, composeSchema } from './compose/container.js';
import { containerSchema, imageSchema } from './container.js';
import { nameOfPod, podSchema } from './pod.js';
import { probeSchema } from './probe.js';
import { upgradeManifest } from './version-1.js';

/** Version of `bundle.json`. */
export const BUNDLE_SCHEMA = 'oomdrill.bundle/2';

const sizeOrZero = sizeFrom(0).meta({ id: 'sizeOrZero', examples: ['24G', '0'] });
const readyWithin = duration
  .optional()
  .describe(
    'How long it may take from its start until it answers, on the real host, such as `90s`; without it, 60s. A drill waits five times as long in a guest without KVM, and longer where that is slow.',
  );
const port = z.number().int().min(1).max(65535).describe('Port that it listens on.');
const path = z.string().startsWith('/').describe('Path of a URL with a full answer, for HTTP.');

const nameError =
  (what: string) =>
  ({ input }: { input?: unknown }) =>
    `must be the name ${what}${describeGiven(input)}`;

/** What swap may be on: a file on the disk; compressed memory alone; or a file with compressed memory before it. */
export const SWAP_KINDS = ['file', 'zram', 'zswap'] as const;
export type SwapKind = (typeof SWAP_KINDS)[number];

/** The last number below those that stand for no user (user(5) of systemd, "Special UIDs"). */
const MAX_UID = 2 ** 32 - 3;

/** The keys of `serving`, of which a bundle has one. */
const WHAT_SERVES = ['unit', 'container', 'pod'] as const;

/**
 * `bundle.json`: facts about the host of a containment bundle, next to the files under `etc/`. Sizes are strings in
 * systemd's notation (`24G`), at real scale. Strict, so that unknown keys are found.
 */
export const manifestSchema = z.strictObject({
  $schema: z.string().optional().describe('The JSON Schema of this file, for editors.'),
  schema: z
    .literal(BUNDLE_SCHEMA)
    .optional()
    .describe('Version of the format. A file without it may be of version 1 or 2.'),
  description: z.string().describe('A description of the host and its containment, in sentences.'),
  host: z
    .strictObject({
      memory: size.describe('Memory of the host, such as `24G`.'),
      swap: sizeOrZero.describe('Size of the swap; `0` for none.'),
      swapKind: z
        .enum(SWAP_KINDS)
        .optional()
        .describe(
          'What the swap is on: a `file` on the disk, which is the default; compressed memory alone (`zram`), whose size before compression is that of the swap; or a file with compressed memory before it (`zswap`).',
        ),
      cpus: z.number().int().positive().describe('Number of its CPUs.'),
      diskBandwidth: size
        .optional()
        .describe('Bandwidth of the root disk, bytes per second, such as `60M`; without it, unlimited.'),
    })
    .describe("The host, at real scale. Sizes are strings in systemd's notation."),
  serving: either(
    z.strictObject({
      unit: z
        .string()
        .regex(/\.service$/, { error: nameError('of a service, such as web.service') })
        .optional()
        .describe('The unit or instance to drill, such as `web@blue.service`.'),
      uid: z
        .number()
        .int()
        .min(1)
        .max(MAX_UID)
        .optional()
        .describe(
          'Number of the user in whose own service manager the unit is, such as `1000`: of a rootless quadlet. Without it, the unit is one of the system.',
        ),
      container: containerSchema.optional().describe('A container of Docker to drill, in place of a unit.'),
      pod: podSchema.optional().describe('A pod to drill, in place of a unit.'),
      image: imageSchema
        .optional()
        .describe('Where the image comes from that a quadlet names, which is the unit: the guest has no network.'),
      port,
      path: path.default('/'),
      readyWithin,
      probe: probeSchema
        .optional()
        .describe(
          'How requests are sent and what is an answer: the name of a probe, or one with its options; without it, plain HTTP.',
        ),
      sessionPath: z
        .string()
        .startsWith('/')
        .optional()
        .describe("WebSocket path of a client's session; leave it out for a server without sessions."),
      standIn: z
        .string()
        .optional()
        .describe(
          'Name of the stand-in that replaces the real server. Without it, the stand-in whose settings file is in the bundle.',
        ),
      weight: z
        .strictObject({
          resident: size.describe('Total resident memory.'),
          text: sizeOrZero.describe('Program text.'),
        })
        .optional()
        .describe("Size of the stand-in, at real scale; without it, the stand-in's default."),
    }),
    ...WHAT_SERVES,
  ).describe('The serving unit, container or pod, and how to send it requests.'),
  sidecars: z
    .array(
      z.strictObject({
        unit: z
          .string()
          .regex(/\.(?:service|socket)$/, { error: nameError('of a service or a socket, such as health.service') })
          .describe('Its name, such as `health.service`.'),
        port: port.optional(),
        path: path.optional(),
        probe: probeSchema.optional().describe('As that of the serving unit; without it, the same as there.'),
        readyWithin,
        optional: z
          .boolean()
          .optional()
          .describe('Whether a drill works without it: on a borrowed host, optional sidecars are not installed.'),
      }),
    )
    .optional()
    .describe(
      'Units that run next to the serving unit, started once it is healthy: killers, neighbours, health checks. A sidecar with a port, and a path or a probe, gets the same requests as the serving unit.',
    ),
  packages: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/, { error: nameError('of a Debian package') }))
    .optional()
    .describe(
      'Names of Debian packages to install in the guest: programs of the units that are not files of the bundle.',
    ),
});

const container = z
  .union([containerSchema, composeSchema])
  .optional()
  .describe('A container of Docker to drill, in place of a unit: its settings, or a Compose file of the bundle.');

/** `bundle.json` as it may be written: a container also by a Compose file. */
export const manifestFileSchema = manifestSchema.extend({
  serving: either(z.strictObject({ ...manifestSchema.shape.serving.shape, container }), ...WHAT_SERVES).describe(
    'The serving unit, container or pod, and how to send it requests.',
  ),
});

/** The content of a `bundle.json`, without its version and schema. */
export type Manifest = Omit<z.infer<typeof manifestSchema>, 'schema' | '$schema'>;

/** What serves, by the name that its owner calls it: `web.service`, or of a container `web`. */
export const nameOfServing = ({ serving: { unit, container, pod } }: Pick<Manifest, 'serving'>): string =>
  unit ?? container?.name ?? (pod ? nameOfPod(pod) : '');

/** The manager of the serving unit: the system's, or that of a user. */
export const managerOfServing = ({ serving: { uid } }: Pick<Manifest, 'serving'>): Manager =>
  uid === undefined ? 'system' : 'user';

/** Whether what serves is in a container: of Docker's, of a pod, or of a quadlet. */
export const servesInContainer = ({ serving: { container, pod, image } }: Pick<Manifest, 'serving'>): boolean =>
  (container ?? pod ?? image) !== undefined;

/** The setting that limits memory of what serves, as its owner calls it. */
export const nameMemoryMax = ({ serving: { container } }: Pick<Manifest, 'serving'>): string =>
  container ? '--memory' : 'MemoryMax';

/** A limit of memory of what serves, as its owner sets it: `MemoryMax=4G`, or of a container `--memory 4G`. */
export const nameLimit = ({ serving: { container } }: Pick<Manifest, 'serving'>, max: Bytes): string =>
  container ? `--memory ${formatBytes(max)}` : `MemoryMax=${formatBytes(max)}`;

/** The packages that a guest gets for it: those of the bundle, and those that the image of a container is made of. */
export const packagesOf = ({ packages = [], serving: { container, image, pod } }: Manifest): readonly string[] => [
  ...new Set([...packages, ...((container ?? pod)?.image.packages ?? []), ...(image?.packages ?? [])]),
];

/** `bundle.json` as it was read. */
export interface ReadManifest {
  readonly manifest: Manifest;
  /** Unknown keys, such as `host.disk`, which were ignored. */
  readonly unknownKeys: readonly string[];
  /** What a Compose file says that is not drilled, in sentences. */
  readonly leftOut?: readonly string[];
}

const BUNDLE_FORMAT: VersionedFormat = {
  schema: BUNDLE_SCHEMA,
  defaultSchema: 'oomdrill.bundle/1',
  fromPrevious: upgradeManifest,
};

/**
 * Checks a manifest of this version or the previous one, and upgrades it. In place of a Compose file it has what that says.
 *
 * @param path its path in messages
 * @param files of the bundle, one of which may be that Compose file
 * @throws OomdrillError `BUNDLE_MANIFEST`, `FORMAT_NEWER`, and those of `composeContainer`
 */
export function checkManifest(value: unknown, path: string, files: readonly BundleFile[] = []): ReadManifest {
  if (isObject(value) && 'beside' in value && 'sidecars' in value)
    throw manifestError(path, 'beside is the old name of sidecars, and both are present', 'Keep only sidecars.');
  const current = structuredClone(toCurrentVersion(value, BUNDLE_FORMAT, path));
  const leftOut = resolveCompose(current, path, files);
  const unknownKeys = removeUnknownKeys(current);
  const read = manifestSchema.safeParse(current, { error: describeIssue });
  if (read.success) {
    const { schema, $schema, ...manifest } = read.data;
    return leftOut.length === 0 ? { manifest, unknownKeys } : { manifest, unknownKeys, leftOut };
  }
  const { where, message } = firstIssueOf(read.error, 'the whole file');
  throw manifestError(path, `${where} ${message}`, CORRECT_IT);
}

const CORRECT_IT = 'Correct it; docs/bundles.md describes its keys.';

/**
 * Puts the settings of a Compose file where a manifest names one.
 *
 * @returns what of it is not drilled, in sentences
 */
function resolveCompose(manifest: unknown, path: string, files: readonly BundleFile[]): readonly string[] {
  const serving = isObject(manifest) && 'serving' in manifest ? manifest.serving : undefined;
  if (!isObject(serving) || !('container' in serving)) return [];
  const { container } = serving;
  if (!isObject(container) || !('compose' in container)) return [];
  const read = composeSchema.safeParse(container, { error: describeIssue });
  if (!read.success) {
    const { where, message } = firstIssueOf(read.error, 'the whole of it');
    throw manifestError(path, `serving.container.${where} ${message}`, CORRECT_IT);
  }
  const composed = composeContainer(read.data, files);
  Object.assign(serving, { container: composed.container });
  return composed.warnings;
}

/** @param files as of `checkManifest` @throws OomdrillError those of `checkManifest` */
export function parseManifest(text: string, path: string, files: readonly BundleFile[] = []): ReadManifest {
  const { value, fault } = parseJson(text);
  if (fault) throw usageError('BUNDLE_MANIFEST', `${path} must be JSON: ${messageOf(fault)}.`, CORRECT_IT, fault);
  return checkManifest(value, path, files);
}

const manifestError = (path: string, why: string, hint: string): OomdrillError =>
  usageError('BUNDLE_MANIFEST', `${path}: ${why}.`, hint);

/** New names of keys of version 1. */
const NEW_NAMES: Readonly<Record<string, string>> = { beside: 'sidecars', needed: 'optional, with the opposite value' };

/** A warning, without its full stop, about a key that has no effect. @param key one of `unknownKeys` */
export function describeUnknownKey(key: string): string {
  const newName = NEW_NAMES[key.split('.').at(-1) ?? ''];
  return newName === undefined
    ? `the key ${key} is not known, and is ignored`
    : `the key ${key} is ignored: its name is now ${newName}`;
}

/** Removes keys that the schema does not know from a value, and returns them. */
function removeUnknownKeys(value: unknown): string[] {
  const issues = manifestSchema.safeParse(value).error?.issues ?? [];
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [];
    const owner = issue.path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown>)[key], value);
    for (const key of issue.keys) delete (owner as Record<string, unknown>)[key];
    return issue.keys.map((key) => [...issue.path, key].join('.'));
  });
}
