import { formatSeconds } from '../core/clock.js';
import { type LoadGenerator, startLoadGenerator } from '../observe/load/generator.js';
import type { Observer } from '../observe/observer.js';
import { describeLoad } from '../record/load.js';
import type { Stage } from './stage.js';
import { isSteady, waitUntilSteady } from './steady.js';
import type { Watch } from './watch.js';

/** A server that answers this fast, this often in a row, has got used to the load. */
const USED = { answers: 10, withinMs: 500 };

/**
 * A server that was idle is slow at first: its compiler and its caches are cold. 20 requests a second took 5 s to be answered
 * within 0.5 s without KVM. What comes after this is the baseline's. Milliseconds.
 */
const USED_TO_MS = 20_000;

/** Begins the load, where one is asked for, and waits until the server answers steadily under it. */
export async function startLoad(
  stage: Stage,
  watch: Watch,
  observe: (observer: Observer) => void,
): Promise<LoadGenerator | undefined> {
  const { plan, machine, recorder, settings, helpers, progress, pace, signal } = stage;
  const { load } = settings;
  if (!load || !plan.loadRequest) return undefined;
  const { port, path } = plan.bundle.manifest.serving;
  const target = { ...(await machine.endpoint(port)), path };
  progress(`load: ${describeLoad(load)}, until the release`);
  const options = { request: plan.loadRequest, target, load, timeoutMs: settings.probe.timeoutMs };
  const generator = await startLoadGenerator(options, recorder, helpers, signal);
  observe(generator);
  generator.begin();
  const wanted = { since: recorder.clock.now(), ...USED };
  const timeoutMs = pace.stretch(USED_TO_MS);
  await waitUntilSteady(watch, recorder, { ...wanted, timeoutMs, signal });
  if (isSteady(watch, wanted)) return generator;
  const message = `the server did not answer steadily under the load within ${formatSeconds(timeoutMs)}`;
  progress(`warning: ${message}`);
  recorder.write({ type: 'note', t: recorder.clock.now(), message });
  return generator;
}
