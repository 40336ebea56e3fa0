import WebSocket from 'ws';
import type { Endpoint } from '../machine/machine.js';
import type { Watchdog } from '../record/schema.js';
import { windowMs } from '../record/watchdog.js';
import type { Observer, ObserverContext } from './observer.js';

export interface SessionOptions extends Endpoint {
  readonly path: string;
  readonly watchdog: Watchdog;
}

/** What a client waits before it tries again under the heartbeat model, milliseconds. */
const RECONNECT_MS = 1_000;

/**
 * One client's session: a WebSocket with heartbeats, and the client's own patience. `heartbeat` drops the connection when
 * nothing was heard for more than the window; `ping` when so many in a row were not answered, and then backs off.
 */
export function startSession(options: SessionOptions, { clock, write }: ObserverContext): Observer {
  const { watchdog } = options;
  const patienceMs = windowMs(watchdog);
  const backoff = watchdog.kind === 'heartbeat' ? [RECONNECT_MS] : watchdog.backoffMs;
  let stopped = false;
  let attempt = 0;
  let socket: WebSocket | undefined;
  const timers = new Set<NodeJS.Timeout>();

  const say = (
    event: 'connected' | 'answered' | 'dropped-by-watchdog' | 'closed' | 'failed',
    more: { latencyMs?: number; detail?: string } = {},
  ) => {
    if (!stopped) write({ type: 'session', t: clock.now(), event, ...more });
  };

  const connect = () => {
    if (stopped) return;
    const ws = new WebSocket(`ws://${options.host}:${options.port}${options.path}`, {
      handshakeTimeout: patienceMs,
      perMessageDeflate: false,
    });
    socket = ws;
    let heard = clock.now();
    let id = 0;
    const sentAt = new Map<number, number>();
    let beat: NodeJS.Timeout | undefined;
    const check = setInterval(() => {
      if (clock.now() - heard <= patienceMs) return;
      say('dropped-by-watchdog', { detail: `nothing was heard for ${Math.round(clock.now() - heard)} ms` });
      ws.terminate();
    }, 100);
    timers.add(check);
    const sendBeat = () => {
      sentAt.set(++id, clock.now());
      ws.send(JSON.stringify({ type: 'heartbeat', id }));
    };
    ws.on('open', () => {
      attempt = 0;
      heard = clock.now();
      say('connected');
      sendBeat();
      beat = setInterval(sendBeat, watchdog.intervalMs);
      timers.add(beat);
    });
    ws.on('message', (data) => {
      heard = clock.now();
      const answered = readAck(String(data));
      const sent = answered === undefined ? undefined : sentAt.get(answered);
      if (answered !== undefined) sentAt.delete(answered);
      if (sent !== undefined) say('answered', { latencyMs: heard - sent });
    });
    ws.on('error', (error) => say('failed', { detail: error.message }));
    ws.on('close', () => {
      clearInterval(check);
      clearInterval(beat);
      say('closed');
      const wait = backoff[Math.min(attempt++, backoff.length - 1)] ?? RECONNECT_MS;
      if (!stopped) timers.add(setTimeout(connect, wait));
    });
  };
  connect();

  return {
    async stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      socket?.terminate();
    },
  };
}

function readAck(text: string): number | undefined {
  try {
    const message = JSON.parse(text) as { type?: unknown; id?: unknown };
    return message.type === 'heartbeat-ack' && typeof message.id === 'number' ? message.id : undefined;
  } catch {
    return undefined;
  }
}
