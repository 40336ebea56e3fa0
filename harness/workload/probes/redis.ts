import type { Socket } from 'node:net';
import { AbstractConnector, Redis, ReplyError } from 'ioredis';
import type { ProbeSpec } from '../../bundle/probe.js';
import { type Probe, type ProbeAnswer, saidIn } from '../probe.js';
import { connectingProbe } from './connecting.js';
import { logInOver, openSocket } from './socket.js';
import type { Tls } from './tls.js';

type RedisSpec = Omit<Extract<ProbeSpec, { kind: 'redis' }>, 'kind' | 'tls' | 'passwordFrom'>;

/** A client, and its socket: only that can be closed while the client logs in. */
interface Connection {
  readonly client: Redis;
  readonly socket: Socket;
}

/** Logs in to Redis or Valkey where there is a password, and sends PING. */
export function createRedisProbe({ user, connection }: RedisSpec, password: string | undefined, tls?: Tls): Probe {
  return connectingProbe<Connection>('redis', connection, {
    async open(target, signal, lost) {
      const socket = await openSocket(target, tls, signal);
      const client = new Redis({
        username: user,
        password,
        Connector: givingOf(socket),
        // Redis 5 and older know no other.
        protocol: 2,
        lazyConnect: true,
        disableClientInfo: true,
        enableReadyCheck: false,
        enableOfflineQueue: false,
        maxRetriesPerRequest: 0,
        retryStrategy: null,
      });
      await logInOver(socket, signal, () => logIn(client));
      client.on('close', lost);
      return { client, socket };
    },
    async ask({ client }): Promise<ProbeAnswer> {
      try {
        const said = await client.ping();
        return said === 'PONG' ? { ok: true } : { ok: false, error: 'bad-answer', said: saidIn(said) };
      } catch (thrown) {
        if (!(thrown instanceof Error && thrown instanceof ReplyError)) throw thrown;
        return { ok: false, error: 'bad-answer', said: saidIn(thrown.message) };
      }
    },
    close({ client, socket }) {
      client.disconnect();
      socket.destroy();
    },
  });
}

/** Connects the client, and rejects with what the server said, which the client only emits. */
function logIn(client: Redis): Promise<void> {
  return new Promise((resolve, reject) => {
    client.on('error', reject);
    client.connect().then(resolve, reject);
  });
}

/** A connector that gives the client a socket which is open already. */
const givingOf = (socket: Socket) =>
  class extends AbstractConnector {
    constructor() {
      super(0);
    }

    async connect(): Promise<Socket> {
      this.connecting = true;
      this.stream = socket;
      return socket;
    }
  };
