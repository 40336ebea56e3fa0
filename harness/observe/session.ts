import WebSocket from 'ws';
import type { Clock } from '../core/clock.js';
import type { Endpoint } from '../machine/machine.js';
import type { EntryOf, Watchdog } from '../record/schema.js';
import { windowMs } from '../record/watchdog.js';
import type { Observer, ObserverContext } from './observer.js';

export interface SessionOptions extends Endpoint {
  readonly path: string;
  readonly watchdog: Watchdog;
}

/** What a client waits before it tries again under the heartbeat model, milliseconds. */
const RECONNECT_MS = 1_000;

/** How often a client looks whether it has lost its patience, milliseconds. */
const CHECK_MS = 100;

/** Tells of something that happened to a session. */
type Tell = (
  event: EntryOf<'session'>['event'],
  facts?: Pick<Partial<EntryOf<'session'>>, 'latencyMs' | 'detail'>,
) => void;

/**
 * One client's session: a WebSocket with heartbeats, and the client's own patience. `heartbeat` drops the connection when
 * nothing was heard for more than the window; `ping` when so many in a row were not answered, and then backs off.
 */
export function startSession(options: SessionOptions, { clock, write }: ObserverContext): Observer {
  const { watchdog } = options;
  const backoff = watchdog.kind === 'heartbeat' ? [RECONNECT_MS] : watchdog.backoffMs;
  let stopped = false;
  let attempt = 0;
  let connection: Connection | undefined;
  let retry: NodeJS.Timeout | undefined;

  const tell: Tell = (event, facts = {}) => {
    if (stopped) return;
    write({ type: 'session', t: clock.now(), event, ...facts });
    if (event === 'connected') attempt = 0;
    if (event !== 'closed') return;
    retry = setTimeout(connect, backoff[Math.min(attempt++, backoff.length - 1)] ?? RECONNECT_MS);
  };
  const connect = () => {
    connection = new Connection(options, clock, tell);
  };
  connect();

  return {
    async stop() {
      stopped = true;
      clearTimeout(retry);
      connection?.close();
    },
  };
}

/** One connection of a session, from the handshake until it is closed, by whomever. */
class Connection {
  readonly #clock: Clock;
  readonly #tell: Tell;
  readonly #socket: WebSocket;
  readonly #patienceMs: number;
  readonly #check: NodeJS.Timeout;
  #beat: NodeJS.Timeout | undefined;
  #heardT: number;
  #beats = 0;
  /** When each heartbeat was sent that is not answered yet, by its number. */
  readonly #sentT = new Map<number, number>();

  constructor({ host, port, path, watchdog }: SessionOptions, clock: Clock, tell: Tell) {
    this.#clock = clock;
    this.#tell = tell;
    this.#patienceMs = windowMs(watchdog);
    this.#heardT = clock.now();
    this.#socket = new WebSocket(`ws://${host}:${port}${path}`, {
      handshakeTimeout: this.#patienceMs,
      perMessageDeflate: false,
    });
    this.#check = setInterval(() => this.#dropIfSilent(), CHECK_MS);
    this.#socket.on('open', () => this.#opened(watchdog.intervalMs));
    this.#socket.on('message', (data) => this.#heard(String(data)));
    this.#socket.on('error', (error) => tell('failed', { detail: error.message }));
    this.#socket.on('close', () => {
      this.#clearTimers();
      tell('closed');
    });
  }

  /** Breaks it off without a word. */
  close(): void {
    this.#clearTimers();
    this.#socket.terminate();
  }

  #clearTimers(): void {
    clearInterval(this.#check);
    clearInterval(this.#beat);
  }

  #opened(intervalMs: number): void {
    this.#heardT = this.#clock.now();
    this.#tell('connected');
    this.#sendBeat();
    this.#beat = setInterval(() => this.#sendBeat(), intervalMs);
  }

  #sendBeat(): void {
    this.#sentT.set(++this.#beats, this.#clock.now());
    this.#socket.send(JSON.stringify({ type: 'heartbeat', id: this.#beats }));
  }

  #heard(text: string): void {
    this.#heardT = this.#clock.now();
    const answered = readAck(text);
    if (answered === undefined) return;
    const sentT = this.#sentT.get(answered);
    this.#sentT.delete(answered);
    if (sentT !== undefined) this.#tell('answered', { latencyMs: this.#heardT - sentT });
  }

  #dropIfSilent(): void {
    const silentMs = this.#clock.now() - this.#heardT;
    if (silentMs <= this.#patienceMs) return;
    this.#tell('dropped-by-watchdog', { detail: `nothing was heard for ${Math.round(silentMs)} ms` });
    this.#socket.terminate();
  }
}

/** The number of the heartbeat that a message acknowledges; undefined for any other message. */
function readAck(text: string): number | undefined {
  try {
    const message = JSON.parse(text) as { type?: unknown; id?: unknown };
    return message.type === 'heartbeat-ack' && typeof message.id === 'number' ? message.id : undefined;
  } catch {
    return undefined;
  }
}
