import type { Bundle } from '../bundle/bundle.js';
import { PROBE_KINDS, type ProbeKindName, type ProbeSpec, probeNamed } from '../bundle/probe.js';
import { usageError } from '../core/errors.js';
import type { Probe } from './probe.js';
import { createHttpProbe } from './probes/http.js';
import { createTls, type Tls } from './probes/tls.js';

export { PROBE_KINDS };

/** What a probe is made of besides its options. */
interface Given {
  /** If the options have it. */
  readonly tls: Tls | undefined;
  /** The value of an environment variable. */
  readonly secret: (variable: string) => string;
}

type Factory<Kind extends ProbeKindName> = (spec: Extract<ProbeSpec, { kind: Kind }>, given: Given) => Probe;

/** The probes of oomdrill. Each brings a client of its protocol, which is loaded when something is asked by it. */
const FACTORIES: { readonly [Kind in ProbeKindName]: Factory<Kind> } = {
  http: (spec, { secret }) => createHttpProbe(withSecrets(spec, secret)),
  https: (spec, { tls, secret }) => createHttpProbe(withSecrets(spec, secret), tls),
  tcp: (spec, { tls }) => loaded('tcp', async () => (await import('./probes/tcp.js')).createTcpProbe(spec, tls)),
  postgres: (spec, { tls, secret }) => {
    const password = spec.passwordFrom && secret(spec.passwordFrom);
    return loaded('postgres', async () =>
      (await import('./probes/postgres.js')).createPostgresProbe(spec, password, tls),
    );
  },
  redis: (spec, { tls, secret }) => {
    const password = spec.passwordFrom && secret(spec.passwordFrom);
    return loaded('redis', async () => (await import('./probes/redis.js')).createRedisProbe(spec, password, tls));
  },
  grpc: (spec, { tls }) => loaded('grpc', async () => (await import('./probes/grpc.js')).createGrpcProbe(spec, tls)),
  exec: (spec) => loaded('exec', async () => (await import('./probes/exec.js')).createExecProbe(spec)),
};

/** A probe whose client is loaded with the first request. */
function loaded(name: string, load: () => Promise<Probe>): Probe {
  let probe: Promise<Probe> | undefined;
  return {
    name,
    async ask(target, signal) {
      probe ??= load();
      return (await probe).ask(target, signal);
    },
    close: () => void probe?.then((each) => each.close?.()),
  };
}

function withSecrets<Spec extends Extract<ProbeSpec, { kind: 'http' | 'https' }>>(
  { headersFrom = {}, ...spec }: Spec,
  secret: Given['secret'],
) {
  const secrets = Object.entries(headersFrom).map(([name, variable]) => [name, secret(variable)]);
  return { ...spec, headers: { ...spec.headers, ...Object.fromEntries(secrets) } };
}

/** What a bundle's probes may need: its files, the environment, and a user's own probes. */
export interface ProbeSources {
  readonly bundle: Pick<Bundle, 'name' | 'files' | 'root'>;
  readonly own?: readonly Probe[] | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Creates the probe that a bundle names.
 *
 * @param asked of bundle.json; plain HTTP if undefined
 * @throws OomdrillError `PROBE_UNKNOWN`, `PROBE_OPTIONS`, `PROBE_ENVIRONMENT`, `PROBE_CA`
 */
export function createProbe(asked: string | ProbeSpec | undefined, sources: ProbeSources): Probe {
  const { bundle, own = [], env = process.env } = sources;
  const named = typeof asked === 'string' ? own.find(({ name }) => name === asked) : undefined;
  if (named) return named;
  const spec = typeof asked === 'string' ? probeNamed(asked) : (asked ?? { kind: 'http' });
  if (spec === undefined) throw unknownProbe(asked, own);
  const secret = (variable: string): string => {
    const value = env[variable];
    if (value) return value;
    throw usageError(
      'PROBE_ENVIRONMENT',
      `${bundle.name}: the ${spec.kind} probe takes a secret from the environment variable ${variable}, which is not set.`,
      `Set it for this command: ${variable}=... oomdrill ...`,
    );
  };
  const given = { tls: tlsOf(spec, bundle), secret };
  return (FACTORIES[spec.kind] as Factory<ProbeKindName>)(spec, given);
}

function tlsOf(spec: ProbeSpec, bundle: ProbeSources['bundle']): Tls | undefined {
  if (spec.kind === 'https') return createTls(spec, bundle);
  return 'tls' in spec && spec.tls !== undefined ? createTls(spec.tls, bundle) : undefined;
}

function unknownProbe(asked: unknown, own: readonly Probe[]) {
  const known = [...PROBE_KINDS, ...own.map(({ name }) => name)].join(', ');
  return usageError('PROBE_UNKNOWN', `There is no probe "${asked}".`, `There are: ${known}.`);
}
