import { Agent as HttpAgent, type IncomingMessage, type OutgoingHttpHeaders, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { ProbeSpec } from '../../bundle/probe.js';
import type { Probe, ProbeAnswer, ProbeTarget } from '../probe.js';
import type { Tls } from './tls.js';

type HttpSpec = Omit<Extract<ProbeSpec, { kind: 'http' }>, 'kind' | 'headersFrom'>;

/** More of a body is not searched for the expected text. */
const MAX_BODY = 1024 * 1024;

/**
 * Sends HTTP requests. Only a complete, non-empty response with the expected status and text is an answer: during a
 * livelock the kernel still completes TCP handshakes.
 *
 * @param tls for HTTPS
 */
export function createHttpProbe(spec: HttpSpec, tls?: Tls): Probe {
  const { method = 'GET', body, status = 200, text, connection } = spec;
  const statuses = [status].flat();
  const isKept = connection === 'kept';
  const headers: OutgoingHttpHeaders = {
    'cache-control': 'no-cache',
    ...(isKept ? {} : { connection: 'close' }),
    ...(tls && { host: tls.servername }),
    ...spec.headers,
  };
  const agent = isKept && (tls ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true }));
  const judge = (response: IncomingMessage, read: Body): ProbeAnswer => {
    const { statusCode = 0, complete } = response;
    const isFull = complete && read.bytes > 0 && statuses.includes(statusCode);
    const fault = isFull ? faultIn(response, read, text) : undefined;
    if (isFull && fault === undefined) return { ok: true, status: statusCode };
    return { ok: false, status: statusCode, error: 'bad-answer', said: fault && `${statusCode} ${fault}` };
  };
  return {
    name: tls ? 'https' : 'http',
    ask({ host, port, path }: ProbeTarget, signal: AbortSignal): Promise<ProbeAnswer> {
      return new Promise((resolve, reject) => {
        const options = { host, port, path, method, headers, signal, agent, ...tls };
        const question = (tls ? requestHttps : requestHttp)(options, (response) => {
          const read = new Body(text === undefined ? 0 : MAX_BODY);
          response.on('data', (chunk: Buffer) => read.add(chunk));
          response.on('end', () => resolve(judge(response, read)));
          response.on('error', () => resolve({ ok: false, error: 'closed' }));
        });
        question.on('error', reject);
        // Also where there is no response, but a change of protocol.
        question.on('close', () => resolve({ ok: false, error: 'closed' }));
        question.end(body);
      });
    },
    close() {
      if (agent) agent.destroy();
    },
  };
}

/** Why a complete response is not what a client of the server wants. */
function faultIn({ headers }: IncomingMessage, read: Body, text: string | undefined): string | undefined {
  // Only a cache sends it (RFC 9111, 5.1): the server itself may have died long ago.
  const age = Number(headers.age ?? 0);
  if (age > 0) return `from a cache, ${age} s old`;
  return text === undefined || read.text().includes(text) ? undefined : 'without the expected text';
}

/** What was read of a body. */
class Body {
  bytes = 0;
  readonly #chunks: Buffer[] = [];
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  add(chunk: Buffer): void {
    if (this.bytes < this.#max) this.#chunks.push(chunk);
    this.bytes += chunk.length;
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString();
  }
}

/** For a bundle without a probe, and for the canary. */
export const httpProbe: Probe = createHttpProbe({});
