import type { Socket } from 'node:net';
import { type ChannelCredentials, Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { fromJSON, type MethodDefinition } from '@grpc/proto-loader';
import type { ProbeSpec } from '../../bundle/probe.js';
import { type Probe, type ProbeAnswer, saidIn } from '../probe.js';
import { connectingProbe } from './connecting.js';
import type { Tls } from './tls.js';

type GrpcSpec = Omit<Extract<ProbeSpec, { kind: 'grpc' }>, 'kind' | 'tls'>;

/** The standard protocol of health checks: grpc/grpc-proto, grpc/health/v1/health.proto. */
const HEALTH = {
  nested: {
    HealthCheckRequest: { fields: { service: { type: 'string', id: 1 } } },
    HealthCheckResponse: {
      fields: { status: { type: 'ServingStatus', id: 1 } },
      nested: { ServingStatus: { values: { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 } } },
    },
    Health: {
      methods: { Check: { requestType: 'HealthCheckRequest', responseType: 'HealthCheckResponse', comment: '' } },
    },
  },
};

interface Request {
  readonly service: string;
}
interface Response {
  readonly status: string;
}

/** Asks for the health of a service by the standard protocol: only SERVING is an answer. */
export function createGrpcProbe({ service = '', connection }: GrpcSpec, tls?: Tls): Probe {
  const check = findCheck();
  const options = {
    'grpc.enable_retries': 0,
    'grpc.use_local_subchannel_pool': 1,
    ...(tls && { 'grpc.ssl_target_name_override': tls.servername, 'grpc.default_authority': tls.servername }),
  };
  return connectingProbe<Connection>('grpc', connection, {
    async open({ host, port }, signal) {
      signal.throwIfAborted();
      const sockets = new Set<Socket>();
      return { client: new Client(`${host}:${port}`, watchSockets(createCredentials(tls), sockets), options), sockets };
    },
    ask: ({ client }) =>
      new Promise((resolve) => {
        client.makeUnaryRequest<Request, Response>(
          '/grpc.health.v1.Health/Check',
          check.requestSerialize,
          check.responseDeserialize,
          { service },
          (error, response) => resolve(error ? toAnswer(error) : judge(response)),
        );
      }),
    close({ client, sockets }) {
      client.close();
      for (const socket of sockets) socket.destroy();
    },
  });
}

/** A client, and its sockets: one to a server that accepted it and says nothing is not closed with the client. */
interface Connection {
  readonly client: Client;
  readonly sockets: ReadonlySet<Socket>;
}

const createCredentials = (tls: Tls | undefined): ChannelCredentials =>
  tls ? credentials.createSsl(tls.ca === undefined ? null : Buffer.from(tls.ca)) : credentials.createInsecure();

/** Has each socket put into a set that is opened with these credentials: the client itself gives no way to it. */
function watchSockets(watched: ChannelCredentials, sockets: Set<Socket>): ChannelCredentials {
  const create = watched._createSecureConnector.bind(watched);
  watched._createSecureConnector = (...args) => {
    const connector = create(...args);
    const connect = connector.connect.bind(connector);
    connector.connect = (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      return connect(socket);
    };
    return connector;
  };
  return watched;
}

function findCheck(): MethodDefinition<Request, Response> {
  const { Health } = fromJSON(HEALTH, { enums: String, defaults: true });
  return (Health as unknown as { readonly Check: MethodDefinition<Request, Response> }).Check;
}

const judge = (response: Response | undefined): ProbeAnswer =>
  response?.status === 'SERVING'
    ? { ok: true, status: 0 }
    : { ok: false, status: 0, error: 'bad-answer', said: response?.status ?? 'no response' };

/** A status of gRPC; what never reached a server has only a text. */
const toAnswer = ({ code, details }: ServiceError): ProbeAnswer =>
  /ECONNREFUSED/.test(details)
    ? { ok: false, error: 'refused' }
    : { ok: false, status: code, error: 'bad-answer', said: saidIn(details) };
