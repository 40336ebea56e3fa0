import { z } from 'zod';
import { parseBytes } from '../core/bytes.js';
import { duration } from '../core/duration-schema.js';
import { either } from '../core/either-schema.js';
import { usageError } from '../core/errors.js';
import { pathBelow } from '../core/path-schema.js';
import { size } from '../core/size-schema.js';

/** Names as Docker takes them (moby/moby, daemon/names, RestrictedNameChars). */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,99}$/;

const words = z.array(z.string().regex(/^[^\0]*$/, 'must be text')).min(1);

/** Where the image of a container comes from: the guest has no network. */
export const imageSchema = either(
  z.strictObject({
    packages: z
      .array(z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/, 'must be the name of a Debian package'))
      .min(1)
      .optional()
      .describe('Names of Debian packages: the image is made of them, with all that they depend on, in the guest.'),
    archive: pathBelow('must be a path below root/')
      .optional()
      .describe('Path below `root/` of an archive that `docker save` or `podman save` wrote, such as `srv/web.tar`.'),
  }),
  'packages',
  'archive',
)
  .meta({ id: 'image' })
  .describe('Where the image of the container comes from: `packages` or `archive`.');

/**
 * `serving.container` of `bundle.json`: a container of Docker's, by the options of `docker run`, under the names that they have
 * there. Sizes are those of the real host.
 */
export const containerSchema = z.strictObject({
  name: z.string().regex(NAME, 'must be the name of a container, such as web').describe('Its name, such as `web`.'),
  image: imageSchema,
  command: words.optional().describe('Its command, in place of that of the image.'),
  entrypoint: z.string().min(1).optional().describe('`--entrypoint`: the program, in place of that of the image.'),
  user: z.string().min(1).optional().describe('`--user`.'),
  environment: z
    .record(z.string().regex(/^[^=\0]+$/), z.string())
    .optional()
    .describe('`--env`.'),
  publish: z
    .array(z.string().regex(/^(?:[\d.]+:)?\d{1,5}:\d{1,5}(?:\/tcp)?$/, 'must be ports, such as 8080:80'))
    .optional()
    .describe(
      '`--publish`: ports of the host with those of the container, such as `8080:80`. Without it, that of `serving` with the same of the container.',
    ),
  network: z
    .literal('host')
    .optional()
    .describe('`--network host`: it listens on the host itself, and publishes nothing.'),
  init: z.boolean().optional().describe('`--init`: its first process is a small init, which starts the command.'),
  memory: size.optional().describe('`--memory`: its hard limit, `memory.max`.'),
  memorySwap: z
    .union([z.literal('-1'), size])
    .optional()
    .describe(
      '`--memory-swap`: memory and swap together; `-1` for swap without limit. Without it, as much swap as memory.',
    ),
  memoryReservation: size
    .optional()
    .describe('`--memory-reservation`: with cgroup v2 `memory.low`, which protects and limits nothing.'),
  oomScoreAdj: z.number().int().min(-1000).max(1000).optional().describe('`--oom-score-adj`.'),
  restart: z
    .string()
    .regex(/^(?:no|always|unless-stopped|on-failure(?::\d+)?)$/, 'must be no, always, unless-stopped or on-failure')
    .optional()
    .describe('`--restart`.'),
  healthCheck: z
    .strictObject({
      command: z.string().min(1).describe('`--health-cmd`, a command of its shell.'),
      interval: duration.optional().describe('`--health-interval`.'),
      timeout: duration.optional().describe('`--health-timeout`.'),
      retries: z.number().int().positive().optional().describe('`--health-retries`.'),
    })
    .optional()
    .describe('What Docker itself asks the container. It is written down, and decides nothing.'),
  cgroupParent: z
    .string()
    .regex(/^[A-Za-z0-9:_.\\-]+\.slice$/, 'must be the name of a slice, such as web.slice')
    .optional()
    .describe('`--cgroup-parent`: the slice that it is in; without it, that of daemon.json, or `system.slice`.'),
});

/** A container that serves, by the options of `docker run`. Sizes in systemd's notation. */
export type ServingContainer = z.infer<typeof containerSchema>;

/** Those of its settings that are sizes, and so are scaled. */
export const CONTAINER_SIZES = ['memory', 'memorySwap', 'memoryReservation'] as const;

/** Docker starts none with less (moby/moby, daemon, linuxMinMemory). Bytes. */
const MIN_CONTAINER_BYTES = 6 * 1024 ** 2;

/** The ports of the host that it publishes, each with that of the container: without any of its own that of the server. */
export const publishedPorts = ({ publish, network }: ServingContainer, port: number): readonly string[] =>
  network === 'host' ? [] : (publish ?? [`${port}:${port}`]);

/**
 * What Docker would refuse, or understand otherwise than it is meant, and a server that cannot be asked.
 *
 * @param port at which it is asked
 * @throws OomdrillError `CONTAINER_SETTINGS`, `CONTAINER_PORT`
 */
export function checkContainer(container: ServingContainer, port: number): void {
  checkPort(container, port);
  const { name, memory, memorySwap, memoryReservation } = container;
  const refuse = (why: string, hint: string) => {
    throw usageError('CONTAINER_SETTINGS', `bundle.json: ${why} of the container ${name}.`, hint);
  };
  const sizes = { memory, memoryReservation };
  for (const [key, text] of Object.entries(sizes))
    if (text !== undefined && parseBytes(text) < MIN_CONTAINER_BYTES)
      refuse(
        `${key}=${text} lies below 6M, the least that Docker takes,`,
        'Set at least 6M, also at the scale of the drill.',
      );
  if (memorySwap !== undefined && memory === undefined) refuse('memorySwap without memory', 'Set memory as well.');
  if (
    memory !== undefined &&
    memorySwap !== undefined &&
    memorySwap !== '-1' &&
    parseBytes(memorySwap) < parseBytes(memory)
  )
    refuse(
      `memorySwap=${memorySwap} lies below memory=${memory}`,
      'It is memory and swap together: set it to memory for no swap.',
    );
  if (memory !== undefined && memoryReservation !== undefined && parseBytes(memoryReservation) > parseBytes(memory))
    refuse(`memoryReservation=${memoryReservation} lies above memory=${memory}`, 'Lower it, or leave it out.');
}

/** @throws OomdrillError `CONTAINER_PORT` */
function checkPort(container: ServingContainer, port: number): void {
  const published = publishedPorts(container, port);
  const ports = published.map((each) => each.split(':').at(-2) ?? '');
  if (container.network === 'host' || ports.includes(String(port))) return;
  throw usageError(
    'CONTAINER_PORT',
    `The container ${container.name} does not publish the port ${port}, at which it is to be asked: ${published.length === 0 ? 'it publishes none' : `it publishes ${published.join(', ')}`}.`,
    'serving.port of bundle.json is a port of the host: the first number of 8080:80.',
  );
}
