import { z } from 'zod';
import { usageError } from '../core/errors.js';

const connection = z
  .enum(['fresh', 'kept'])
  .optional()
  .describe(
    '`fresh`: each request has a connection of its own. `kept`: it takes one that an earlier request left open, as a pool of clients does. Without it, `fresh`.',
  );
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'must be the name of an environment variable' });
const passwordFrom = variable.optional().describe('The environment variable of oomdrill that holds the password.');
const text = z.string().regex(/\S/, { error: 'must not be empty' });
const tls = z
  .strictObject({
    ca: z
      .string()
      .startsWith('/')
      .optional()
      .describe(
        "File of the bundle with the server's authority, by its path on the host; without it, the authorities that Node.js knows.",
      ),
    serverName: text.optional().describe("Name that the server's certificate must have; without it, `localhost`."),
  })
  .meta({ id: 'tls', description: 'TLS from the first byte on.' });
const status = z.number().int().min(100).max(599);

const http = {
  method: z.enum(['GET', 'POST', 'PUT', 'OPTIONS']).optional().describe('Without it, `GET`.'),
  headers: z.record(z.string(), z.string()).optional().describe('Headers of the request, by name.'),
  headersFrom: z
    .record(z.string(), variable)
    .optional()
    .describe('Headers with secrets, by name: the environment variable of oomdrill that holds each. None is recorded.'),
  body: z.string().optional().describe('Body of the request.'),
  status: z
    .union([status, z.array(status).nonempty()])
    .optional()
    .describe('Status of an answer; without it, 200.'),
  text: text
    .optional()
    .describe('What the body of an answer contains: a page that says that the server is degraded is none.'),
  connection,
};

/** How requests are sent to a server, and what counts as an answer: one schema for each kind. */
const probeKinds = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('http'), ...http }),
  z.strictObject({ kind: z.literal('https'), ...http, ...tls.shape }),
  z.strictObject({
    kind: z.literal('tcp'),
    send: z.string().optional().describe('What is sent once the connection is there, with `\\r\\n` as in JSON.'),
    expect: text.describe('What the answer contains; it is over then.'),
    tls: tls.optional(),
    connection,
  }),
  z.strictObject({
    kind: z.literal('postgres'),
    user: text.describe('Role that logs in.'),
    database: text.optional().describe('Without it, that of the name of the role.'),
    passwordFrom,
    query: text.optional().describe('Without it, `SELECT 1`.'),
    tls: tls.optional(),
    connection,
  }),
  z.strictObject({
    kind: z.literal('redis'),
    user: text.optional().describe('Without it, the default user.'),
    passwordFrom,
    tls: tls.optional(),
    connection,
  }),
  z.strictObject({
    kind: z.literal('grpc'),
    service: z.string().optional().describe('The service whose health is asked for; without it, that of the server.'),
    tls: tls.optional(),
    connection,
  }),
  z.strictObject({
    kind: z.literal('exec'),
    command: z
      .array(text)
      .nonempty()
      .describe(
        'A program of the host that runs oomdrill, and its arguments. It is given HOST and PORT in its environment; exit status 0 is an answer.',
      ),
  }),
]);

/** `serving.probe` and `sidecars[].probe` of bundle.json: a probe of a user's own by its name, or one of oomdrill's with its options. */
export const probeSchema = z.union([z.string(), probeKinds]).meta({ id: 'probe' });

/** One of oomdrill's probes with its options. */
export type ProbeSpec = z.infer<typeof probeKinds>;
export type ProbeKindName = ProbeSpec['kind'];
export type TlsSpec = z.infer<typeof tls>;

/** The names of oomdrill's probes. */
export const PROBE_KINDS: readonly ProbeKindName[] = probeKinds.options.map(({ shape }) => shape.kind.value);

/**
 * Gives the probe of this name among those of oomdrill, without options.
 *
 * @returns undefined for another name
 * @throws OomdrillError `PROBE_OPTIONS` if it does not work without options
 */
export function probeNamed(name: string): ProbeSpec | undefined {
  if (!PROBE_KINDS.some((kind) => kind === name)) return undefined;
  const { data, error } = probeKinds.safeParse({ kind: name });
  if (data) return data;
  throw usageError(
    'PROBE_OPTIONS',
    `The probe "${name}" needs options: ${error.issues.map(({ path }) => path.join('.')).join(', ')}.`,
    `Write it as an object: "probe": { "kind": "${name}", ... }. docs/bundles.md lists the options.`,
  );
}

/**
 * What is requested of a server, in words: `SELECT 1 of PostgreSQL, on kept connections`.
 *
 * @returns undefined for the path of plain HTTP, which says all
 */
export function describeRequest({
  probe,
  path,
}: {
  probe?: string | ProbeSpec | undefined;
  path: string;
}): string | undefined {
  if (probe === undefined || probe === 'http') return undefined;
  if (typeof probe === 'string') return `an answer of ${probe}`;
  const kept = 'connection' in probe && probe.connection === 'kept' ? ', on kept connections' : '';
  return `${REQUESTS[probe.kind](probe as never, path)}${kept}`;
}

const REQUESTS: {
  readonly [Kind in ProbeKindName]: (spec: Extract<ProbeSpec, { kind: Kind }>, path: string) => string;
} = {
  http: ({ method = 'GET' }, path) => `${method} ${path}`,
  https: ({ method = 'GET' }, path) => `${method} ${path} by HTTPS`,
  tcp: ({ expect }) => `${JSON.stringify(expect)} by TCP`,
  postgres: ({ query = 'SELECT 1' }) => `${query} of PostgreSQL`,
  redis: () => 'PING of Redis',
  grpc: ({ service }) => `the health of ${service ? `${service} by` : 'the server by'} gRPC`,
  exec: ({ command: [program] }) => `exit status 0 of ${program}`,
};
