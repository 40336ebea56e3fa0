import { type ClientHttp2Session, connect } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { typeOfMessage } from './messages.js';

/** A value of a message, by the names of its fields. */
export type Message = Readonly<Record<string, unknown>>;

/** Calls of a container runtime: its answer, by the names of its fields. @throws Error with the runtime's own words */
export type Call = (method: string, request: Message) => Promise<Message>;

/** A connection to a container runtime that speaks CRI v1, by gRPC (grpc/grpc, doc/PROTOCOL-HTTP2.md) at a Unix socket. */
export function openRuntime(socket: string): { readonly call: Call; close(): void } {
  const session = connect('http://localhost', { createConnection: () => connectSocket(socket) });
  return { call: (method, request) => callOnce(session, method, request), close: () => session.close() };
}

function callOnce(session: ClientHttp2Session, method: string, request: Message): Promise<Message> {
  return new Promise((resolve, reject) => {
    session.once('error', reject);
    const stream = session.request({
      ':method': 'POST',
      ':path': `/runtime.v1.RuntimeService/${method}`,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const chunks: Buffer[] = [];
    const answered = (headers: Message) => {
      const status = headers['grpc-status'];
      if (status === undefined) return;
      if (status === '0') resolve(decode(`${method}Response`, Buffer.concat(chunks)));
      else reject(new Error(`${method}: ${decodeURIComponent(String(headers['grpc-message'] ?? `status ${status}`))}`));
    };
    stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
    // An answer without a message has its status in the headers. All data has come before the trailers.
    stream.on('response', answered);
    stream.on('trailers', answered);
    stream.on('error', reject);
    stream.on('close', () => reject(new Error(`${method}: the connection was closed`)));
    stream.end(encode(`${method}Request`, request));
  });
}

/** A flag, which says that nothing is compressed, and the length: what comes before each message. */
const PREFIX_BYTES = 5;

function encode(name: string, request: Message): Buffer {
  const type = typeOfMessage(name);
  const body = type.encode(type.fromObject(request)).finish();
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(body.length, 1);
  return Buffer.concat([prefix, body]);
}

function decode(name: string, answer: Buffer): Message {
  const type = typeOfMessage(name);
  return type.toObject(type.decode(answer.subarray(PREFIX_BYTES)), { longs: Number, defaults: true });
}
