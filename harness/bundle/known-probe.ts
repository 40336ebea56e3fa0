import { posix } from 'node:path';
import type { ProbeSpec } from './probe.js';

/** How a server is asked, as far as that is certain. */
export interface KnownProbe {
  readonly probe: ProbeSpec;
  /** Why, to complete "It is asked by ..., because". */
  readonly because: string;
  /** What its owner may have to add, in sentences. */
  readonly needs: readonly string[];
}

/** What is known of a server without a look into its settings. */
export interface ServerFacts {
  /** Path of the program that its unit or container starts. */
  readonly program: string;
  /** What starts it, in a sentence; its unit by default. */
  readonly starter?: string;
  readonly port: number;
}

/** `pg_ctlcluster` is what Debian's units start (postgresql-common). */
const POSTGRES: ReadonlySet<string> = new Set(['postgres', 'postmaster', 'pg_ctl', 'pg_ctlcluster']);

const REDIS: ReadonlySet<string> = new Set(['redis-server', 'valkey-server']);

/** Web servers, with what starts Apache in Debian's unit and in others. */
const WEB: ReadonlySet<string> = new Set(['nginx', 'apache2', 'apache2ctl', 'apachectl', 'httpd', 'caddy', 'lighttpd']);

const PASSWORD =
  'add passwordFrom to serving.probe in bundle.json, with the name of an environment variable that holds one of the guest';

/**
 * The probe of a server whose program says what it speaks; undefined where that is not certain, which leaves plain HTTP.
 * It holds no password.
 */
export function findKnownProbe({ program, port, starter = 'its unit' }: ServerFacts): KnownProbe | undefined {
  const name = posix.basename(program);
  const starts = `${starter} starts ${program}`;
  if (POSTGRES.has(name))
    return {
      probe: { kind: 'postgres', user: 'postgres' },
      because: starts,
      needs: [
        `PostgreSQL is asked as the role postgres, by the network: listen_addresses and pg_hba.conf must let it in. Write another role as user; where it needs a password, ${PASSWORD}.`,
      ],
    };
  if (REDIS.has(name))
    return {
      probe: { kind: 'redis' },
      because: starts,
      needs: [
        `Redis is asked by the network: bind must let it in. Where it has a password, ${PASSWORD}; where it speaks TLS, add tls.`,
      ],
    };
  if (WEB.has(name) && port === HTTPS_PORT)
    return { ...httpsProbe(undefined), because: `${starts}, and it listens on port ${HTTPS_PORT}` };
  return undefined;
}

/** Of HTTPS (RFC 9110, 4.2.2). */
const HTTPS_PORT = 443;

/**
 * The probe of a server that is asked by HTTPS.
 *
 * @param host of its URL, whose name its certificate has; undefined where that is not known
 */
export function httpsProbe(host: string | undefined): Pick<KnownProbe, 'probe' | 'needs'> {
  const hasName = host !== undefined && host !== 'localhost' && /[a-z]/i.test(host) && !host.startsWith('[');
  const add = hasName ? 'ca' : 'serverName, the name in it, if that is not localhost, and ca';
  return {
    probe: { kind: 'https', serverName: hasName ? host : undefined },
    needs: [
      `The certificate of the server must be in the guest, or a stand-in for it. Add to serving.probe in bundle.json: ${add}, the file of its authority, if Node.js does not know that.`,
    ],
  };
}
