import { request } from 'node:http';
import type { Probe, ProbeAnswer, ProbeTarget } from './probe.js';

/**
 * Asks by HTTP. Only a whole response with status 200 that is not empty is an answer: during a livelock the kernel still completes
 * handshakes.
 */
export const httpProbe: Probe = {
  name: 'http',
  ask({ host, port, path }: ProbeTarget, signal: AbortSignal): Promise<ProbeAnswer> {
    return new Promise((resolve, reject) => {
      const asked = request(
        { host, port, path, signal, agent: false, headers: { connection: 'close' } },
        (response) => {
          let bytes = 0;
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
          });
          response.on('end', () => {
            const status = response.statusCode ?? 0;
            const ok = response.complete && status === 200 && bytes > 0;
            resolve({ ok, status, error: ok ? undefined : 'bad-answer' });
          });
          response.on('error', () => resolve({ ok: false, error: 'closed' }));
        },
      );
      asked.on('error', reject);
      asked.end();
    });
  },
};
