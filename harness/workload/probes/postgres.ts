import type { Socket } from 'node:net';
import pg from 'pg';
import type { ProbeSpec } from '../../bundle/probe.js';
import { type Probe, saidIn } from '../probe.js';
import { connectingProbe } from './connecting.js';
import { logInOver, openSocket } from './socket.js';
import type { Tls } from './tls.js';

type PostgresSpec = Omit<Extract<ProbeSpec, { kind: 'postgres' }>, 'kind' | 'tls' | 'passwordFrom'>;

/** A client, and its socket: only that can be closed in the middle of a query. */
interface Connection {
  readonly client: pg.Client;
  readonly socket: Socket;
}

/** Logs in to PostgreSQL, and sends a query, of which any row is an answer. */
export function createPostgresProbe(spec: PostgresSpec, password: string | undefined, tls?: Tls): Probe {
  const { user, database = user, query = 'SELECT 1', connection } = spec;
  return connectingProbe<Connection>('postgres', connection, {
    async open(target, signal, lost) {
      const socket = await openSocket(target, undefined, signal);
      const client = new pg.Client({
        user,
        database,
        password,
        ssl: tls ? { ...tls } : false,
        stream: () => Object.assign(socket, { connect: () => queueMicrotask(() => socket.emit('connect')) }),
      });
      client.on('error', () => {});
      client.on('end', lost);
      await logInOver(socket, signal, () => client.connect());
      return { client, socket };
    },
    async ask({ client }) {
      try {
        const { rowCount } = await client.query(query);
        return (rowCount ?? 0) > 0 ? { ok: true } : { ok: false, error: 'bad-answer', said: 'no row' };
      } catch (thrown) {
        if (!(thrown instanceof pg.DatabaseError)) throw thrown;
        return { ok: false, error: 'bad-answer', said: saidIn(thrown.message) };
      }
    },
    close: ({ socket }) => socket.destroy(),
  });
}
