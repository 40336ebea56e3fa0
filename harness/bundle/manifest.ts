import { z } from 'zod';

/**
 * `bundle.json`: what a containment bundle must say of its host beside the files under `etc/`.
 * Sizes are texts as systemd writes them (`24G`), at real scale.
 */
export const manifestSchema = z.strictObject({
  description: z.string(),
  host: z.strictObject({
    memory: z.string(),
    /** Size of the swap; `0` for none. */
    swap: z.string(),
    cpus: z.number().int().positive(),
    /** What the root disk gives, bytes per second, such as `60M`; absent when it is not limited. */
    diskBandwidth: z.string().optional(),
  }),
  /** The unit that serves, and how to ask it for a full answer on the workload's own path. */
  serving: z.strictObject({
    /** The instance that is drilled, such as `t3-serve@alice.service`. */
    unit: z.string().regex(/\.service$/),
    port: z.number().int().min(1).max(65535),
    path: z.string().startsWith('/'),
    /** WebSocket path of a client's session; absent for a server without sessions. */
    sessionPath: z.string().startsWith('/').optional(),
    /** What the stand-in weighs in the server's place: resident memory in all, and program text. The devvm's server when absent. */
    weight: z.strictObject({ resident: z.string(), text: z.string() }).optional(),
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
