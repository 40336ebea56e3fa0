import { request } from 'node:http';
import type { Probe, ProbeAnswer, ProbeTarget } from './probe.js';

/**
 * Sends an HTTP request. Only a complete, non-empty response with status 200 is an answer: during a livelock the kernel
 * still completes TCP handshakes.
 */
export const httpProbe: Probe = {
  name: 'http',
  ask({ host, port, path }: ProbeTarget, signal: AbortSignal): Promise<ProbeAnswer> {
    return new Promise((resolve, reject) => {
      const question = request(
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
      question.on('error', reject);
      // Also where there is no response, but a change of protocol.
      question.on('close', () => resolve({ ok: false, error: 'closed' }));
      question.end();
    });
  },
};
