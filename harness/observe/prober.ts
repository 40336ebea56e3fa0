import { type ClientRequest, request } from 'node:http';
import type { Endpoint } from '../machine/machine.js';
import type { Observer, ObserverContext } from './observer.js';

export interface ProbeOptions extends Endpoint {
  readonly path: string;
  /** One request is sent every so many milliseconds, whether or not the earlier ones were answered. */
  readonly intervalMs: number;
  /** A client's patience with one request. */
  readonly timeoutMs: number;
}

/**
 * So many requests may wait for an answer at once; as many connections were seen waiting in the incident. Requests that time out
 * leave their connection in the server's accept queue, and a server that was let go must work through all of those before it
 * answers anybody: without a bound a long stall buries it under hundreds of ours, and the drill measures its own backlog.
 */
export const MOST_OPEN = 20;

/**
 * Asks the server for full answers on an open-model schedule: sends are due on the clock, so a stalled server is asked as
 * often as a healthy one, and latency counts from when a request was due (no coordinated omission). Each request has its own
 * connection. A send that is due while MOST_OPEN requests wait is written down as `not-sent`. Only a whole response with status 200 is an answer: during a livelock the kernel still completes handshakes.
 */
export function startProber(options: ProbeOptions, { clock, write }: ObserverContext): Observer {
  const origin = clock.now();
  const open = new Set<ClientRequest>();
  let id = 0;
  let stopped = false;
  let timer: NodeJS.Timeout;

  const send = () => {
    const scheduledT = origin + id * options.intervalMs;
    const probe = id++;
    if (open.size >= MOST_OPEN) {
      write({ type: 'probe', t: clock.now(), id: probe, scheduledT, ok: false, error: 'not-sent' });
      return;
    }
    let over = false;
    const end = (facts: { ok: boolean; status?: number; error?: string }) => {
      if (over) return;
      over = true;
      clearTimeout(patience);
      open.delete(req);
      if (!stopped) write({ type: 'probe', t: clock.now(), id: probe, scheduledT, ...facts });
    };
    const req = request(
      { host: options.host, port: options.port, path: options.path, agent: false, headers: { connection: 'close' } },
      (response) => {
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          const ok = response.complete && status === 200 && bytes > 0;
          end({ ok, status, error: ok ? undefined : 'bad-answer' });
        });
        response.on('error', () => end({ ok: false, error: 'closed' }));
      },
    );
    const patience = setTimeout(() => {
      end({ ok: false, error: 'timeout' });
      req.destroy();
    }, options.timeoutMs);
    req.on('error', (error: NodeJS.ErrnoException) =>
      end({ ok: false, error: ERRORS[error.code ?? ''] ?? error.code ?? 'closed' }),
    );
    req.end();
    open.add(req);
  };

  const tick = () => {
    // After a stall of our own all sends that were due go out at once: each keeps its own due time.
    while (clock.now() >= origin + id * options.intervalMs) send();
    timer = setTimeout(tick, Math.max(1, origin + id * options.intervalMs - clock.now()));
  };
  tick();

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      for (const req of open) req.destroy();
    },
  };
}

const ERRORS: Record<string, string> = { ECONNREFUSED: 'refused', ECONNRESET: 'reset' };
