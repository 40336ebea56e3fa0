import type { Manifest } from '../bundle/manifest.js';
import { pollUntil } from '../core/deadline.js';
import { CANARY_PORT } from '../machine/guest-paths.js';
import { canaryError } from '../observe/canary.js';
import type { Observer } from '../observe/observer.js';
import { startProber } from '../observe/prober.js';
import { httpProbe } from '../workload/probes/http.js';
import type { Stage } from './stage.js';
import type { Watch } from './watch.js';

/** It starts at once, on a guest that is about to start a server under emulation. */
export const CANARY_ANSWER_MS = 60_000;

/** The canary's port: the first from `CANARY_PORT` on that the bundle does not name. */
export function canaryPort({ serving, sidecars = [] }: Pick<Manifest, 'serving' | 'sidecars'>): number {
  const taken = new Set([serving.port, ...sidecars.map(({ port }) => port)]);
  let port = CANARY_PORT;
  while (taken.has(port)) port++;
  return port;
}

/** Asks the canary, which runs, from outside by the server's own path and on the server's own schedule. */
export async function askCanary(stage: Stage, observe: (observer: Observer) => void): Promise<void> {
  const { plan, machine, recorder, settings } = stage;
  const port = canaryPort(plan.bundle.manifest);
  const target = { ...(await machine.endpoint(port)), path: '/' };
  const { intervalMs, timeoutMs } = settings.probe;
  const { clock, write } = recorder;
  // By HTTP, which it speaks, whatever the server speaks.
  const asked = { probe: httpProbe, target, intervalMs, timeoutMs };
  observe(startProber(asked, { clock, write: (answer) => write({ ...answer, type: 'canary' }) }));
}

/**
 * Waits until the canary has answered: a drill without one cannot tell the server's silence from that of the guest.
 *
 * @throws OomdrillError `CANARY_START`
 */
export async function waitForCanary(
  { plan, signal }: Pick<Stage, 'plan' | 'signal'>,
  watch: Watch,
  timeoutMs: number,
): Promise<void> {
  const answered = async () => watch.canary?.ok || undefined;
  await pollUntil(answered, { reason: 'the canary to answer', timeoutMs, signal }).catch((thrown: unknown) => {
    signal.throwIfAborted();
    if (watch.canary?.ok) throw thrown;
    const last = watch.canary?.error ?? 'no request has ended yet';
    const port = canaryPort(plan.bundle.manifest);
    throw canaryError(
      `runs, and gave no full answer on port ${port} of the guest within ${timeoutMs / 1e3} s (${last})`,
    );
  });
}
