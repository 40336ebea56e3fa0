import type { Bundle } from '../bundle/bundle.js';
import { PROBE_KINDS, type ProbeKindName, type ProbeSpec, probeNamed } from '../bundle/probe.js';
import { usageError } from '../core/errors.js';
import type { Probe } from './probe.js';
import { createHttpProbe } from './probes/http.js';
import { createTls, type Tls } from './probes/tls.js';

export { PROBE_KINDS };

/** How requests are sent by HTTP, with the values of the secrets. */
export interface HttpRequest {
  readonly spec: Extract<ProbeSpec, { kind: 'http' | 'https' }>;
  readonly tls: Tls | undefined;
}

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
export function createProbe(asked: Asked, sources: ProbeSources): Probe {
  const { own = [] } = sources;
  const named = findOwn(asked, own);
  if (named) return named;
  const spec = specOf(asked);
  if (spec === undefined) throw unknownProbe(asked, own);
  return (FACTORIES[spec.kind] as Factory<ProbeKindName>)(spec, giveTo(spec, sources));
}

/**
 * The HTTP requests of the probe that a bundle names, for what sends them without a probe.
 *
 * @returns undefined where the server is asked in another way
 * @throws OomdrillError `PROBE_ENVIRONMENT`, `PROBE_CA`
 */
export function resolveHttpRequest(asked: Asked, sources: ProbeSources): HttpRequest | undefined {
  if (findOwn(asked, sources.own ?? [])) return undefined;
  const spec = specOf(asked);
  if (spec?.kind !== 'http' && spec?.kind !== 'https') return undefined;
  const { tls, secret } = giveTo(spec, sources);
  return { spec: withSecrets(spec, secret), tls };
}

/** As it stands in bundle.json. */
type Asked = string | ProbeSpec | undefined;

const findOwn = (asked: Asked, own: readonly Probe[]): Probe | undefined =>
  typeof asked === 'string' ? own.find(({ name }) => name === asked) : undefined;

const specOf = (asked: Asked): ProbeSpec | undefined =>
  typeof asked === 'string' ? probeNamed(asked) : (asked ?? { kind: 'http' });

function giveTo(spec: ProbeSpec, { bundle, env = process.env }: ProbeSources): Given {
  const secret = (variable: string): string => {
    const value = env[variable];
    if (value) return value;
    throw usageError(
      'PROBE_ENVIRONMENT',
      `${bundle.name}: the ${spec.kind} probe takes a secret from the environment variable ${variable}, which is not set.`,
      `Set it for this command: ${variable}=... oomdrill ...`,
    );
  };
  return { tls: tlsOf(spec, bundle), secret };
}

function tlsOf(spec: ProbeSpec, bundle: ProbeSources['bundle']): Tls | undefined {
  if (spec.kind === 'https') return createTls(spec, bundle);
  return 'tls' in spec && spec.tls !== undefined ? createTls(spec.tls, bundle) : undefined;
}

function unknownProbe(asked: unknown, own: readonly Probe[]) {
  const known = [...PROBE_KINDS, ...own.map(({ name }) => name)].join(', ');
  return usageError('PROBE_UNKNOWN', `There is no probe "${asked}".`, `There are: ${known}.`);
}
