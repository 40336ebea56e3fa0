import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startClock } from '../../core/clock.js';
import { rateAt } from '../../record/load.js';
import { createHttpProbe } from '../../workload/probes/http.js';
import type { Observer } from '../observer.js';
import { startProber } from '../prober.js';
import type { LoadCommand, LoadOptions, LoadReport } from './messages.js';
import { Tally } from './tally.js';

// The generator of a load: a process of its own, so that its work delays no request of the prober. `generator.ts` starts it.

const REPORT_MS = 1_000;

const clock = startClock();
const tally = new Tally();
const loop = monitorEventLoopDelay({ resolution: 20 });
let cpu = process.cpuUsage();
let injectedT = Number.POSITIVE_INFINITY;
let running: { readonly prober: Observer; readonly timer: NodeJS.Timeout } | undefined;

const say = (report: LoadReport): void => void process.send?.(report);

function start({ request: { spec, tls }, target, load, timeoutMs }: LoadOptions): void {
  const http = createHttpProbe(spec, tls);
  const probe = {
    ...http,
    ask: (...asked: Parameters<typeof http.ask>) => {
      tally.send();
      return http.ask(...asked);
    },
  };
  const intervalAfter = (scheduledT: number) => 1e3 / rateAt(load, scheduledT - injectedT);
  const options = { probe, target, timeoutMs, intervalMs: 1e3 / load.to, intervalAfter };
  loop.enable();
  // What the start of this process took is none of the load's.
  cpu = process.cpuUsage();
  const prober = startProber(options, { clock, write: (question) => tally.end(question) });
  running = { prober, timer: setInterval(report, REPORT_MS) };
}

function report(): void {
  const { user, system } = process.cpuUsage(cpu);
  cpu = process.cpuUsage();
  say({ type: 'done', ...tally.take(), cpuMs: (user + system) / 1e3, loopStallMs: loop.max / 1e6 });
  loop.reset();
}

async function stop(): Promise<void> {
  clearInterval(running?.timer);
  await running?.prober.stop();
  if (running) report();
  running = undefined;
  process.disconnect?.();
}

process.on('message', (command: LoadCommand) => {
  if (command.type === 'start') start(command);
  if (command.type === 'rise') injectedT = clock.now();
  if (command.type === 'stop') void stop();
});
// The harness is gone, or has heard the last of it.
process.on('disconnect', () => process.exit());
say({ type: 'ready' });
