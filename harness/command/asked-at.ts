import { httpsProbe, type KnownProbe } from '../bundle/known-probe.js';
import { mustError } from '../core/must.js';

/** Where a server answers, as its URL says. */
export interface AskedAt {
  readonly port?: number;
  readonly path: string;
  /** For HTTPS. */
  readonly known?: KnownProbe;
}

const DEFAULT_PORTS: Readonly<Record<string, number | undefined>> = { 'http:': 80, 'https:': 443 };

/** The port and path of a URL, and how it is asked if not by plain HTTP. @throws OomdrillError `URL_INVALID` */
export function askedAt(text: string | undefined): AskedAt {
  if (text === undefined) return { path: '/' };
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const defaultPort = DEFAULT_PORTS[url?.protocol ?? ''];
  if (!url || defaultPort === undefined || url.port === '0' || url.username !== '' || url.password !== '')
    throw mustError(
      'URL_INVALID',
      '--url',
      'be an HTTP or HTTPS address without a password, such as http://localhost:8080/health',
      text,
    );
  const at = { port: Number(url.port || defaultPort), path: `${url.pathname}${url.search}` };
  if (url.protocol === 'http:') return at;
  return { ...at, known: { ...httpsProbe(url.hostname), because: '--url says so' } };
}
