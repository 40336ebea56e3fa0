import type { Socket } from 'node:net';
import type { ProbeSpec } from '../../bundle/probe.js';
import { type Probe, type ProbeAnswer, saidIn } from '../probe.js';
import { connectingProbe } from './connecting.js';
import { openSocket } from './socket.js';
import type { Tls } from './tls.js';

type TcpSpec = Omit<Extract<ProbeSpec, { kind: 'tcp' }>, 'kind' | 'tls'>;

/** A server that sends more before the expected text does not send it. */
const MAX_ANSWER = 1024 * 1024;

/** Sends a text, and waits for an answer with another one in it: a line protocol. */
export function createTcpProbe({ send, expect, connection }: TcpSpec, tls?: Tls): Probe {
  return connectingProbe<Socket>('tcp', connection, {
    open: async (target, signal, lost) => {
      const socket = await openSocket(target, tls, signal);
      socket.on('close', lost);
      // `close` follows, which ends a request; between two requests it has no other listener.
      socket.on('error', () => {});
      return socket;
    },
    ask: (socket) => converse(socket, send, expect),
    close: (socket) => socket.destroy(),
  });
}

function converse(socket: Socket, send: string | undefined, expect: string): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    let heard = '';
    const end = (answer: ProbeAnswer) => {
      socket.off('data', read).off('end', ended).off('close', ended);
      resolve(answer);
    };
    const wrong = (): ProbeAnswer =>
      heard === '' ? { ok: false, error: 'closed' } : { ok: false, error: 'bad-answer', said: saidIn(heard) };
    const ended = () => end(wrong());
    const read = (chunk: Buffer) => {
      heard += chunk.toString();
      if (heard.includes(expect)) end({ ok: true });
      else if (heard.length > MAX_ANSWER) end(wrong());
    };
    socket.on('data', read).on('end', ended).on('close', ended);
    if (send !== undefined) socket.write(send);
  });
}
