import { z } from 'zod';
import { parseBytes } from '../core/bytes.js';
import { messageOf, OomdrillError, usageError } from '../core/errors.js';
import { parseJson } from '../core/json.js';

/** A size as systemd writes it, with an end. */
const size = (least: number) =>
  z.string().superRefine((text, context) => {
    const bytes = bytesOf(text);
    if (bytes === undefined || !Number.isFinite(bytes) || bytes < least)
      context.addIssue(`"${text}" is not a size${least > 0 ? ' above zero' : ''}`);
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
 * `bundle.json`: what a containment bundle must say of its host beside the files under `etc/`.
 * Sizes are texts as systemd writes them (`24G`), at real scale.
 */
export const manifestSchema = z.strictObject({
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
   * Units that run beside the serving one, started once it is well: killers, neighbours, health checks. One with a port and a
   * path is asked as the serving one is.
   */
  beside: z
    .array(
      z.strictObject({
        unit: z.string().regex(/\.(?:service|socket)$/),
        port: z.number().int().min(1).max(65535).optional(),
        path: z.string().startsWith('/').optional(),
        /** `false` for company that may be missing: a borrowed host is given none. */
        needed: z.boolean().optional(),
      }),
    )
    .optional(),
  /** Debian packages that the guest is given, by name: what the units start, and is no file of the bundle. */
  packages: z.array(z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/, 'not the name of a Debian package')).optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;

/**
 * The manifest that a value is.
 *
 * @param path stands for it in errors
 * @throws OomdrillError `BUNDLE_MANIFEST`
 */
export function checkManifest(value: unknown, path: string): Manifest {
  const read = manifestSchema.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw usageError(
    'BUNDLE_MANIFEST',
    `${path}: ${issue?.path.join('.') || 'bundle.json'}: ${issue?.message}.`,
    'See docs/bundles.md for what it holds.',
  );
}

/** @throws OomdrillError `BUNDLE_MANIFEST` */
export function parseManifest(text: string, path: string): Manifest {
  const { value, fault } = parseJson(text);
  if (fault) throw usageError('BUNDLE_MANIFEST', `${path} is not JSON: ${messageOf(fault)}.`, undefined, fault);
  return checkManifest(value, path);
}
