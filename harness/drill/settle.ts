import { parseBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import { type Role, roleOf } from '../inject/place.js';
import { startHostWatch } from '../observe/host.js';
import type { Observer } from '../observe/observer.js';
import { startProber } from '../observe/prober.js';
import { startSampler } from '../observe/sampler.js';
import { startSession } from '../observe/session.js';
import { Unit } from '../systemd/unit.js';
import { proveEffect } from './guest/effect.js';
import { verifyUnit } from './guest/install.js';
import { type OpenPlace, openPlace } from './guest/place.js';
import { startServer, startUnit, whyNotAnswering } from './guest/server.js';
import type { Watch } from './recorder.js';
import type { Stage } from './stage.js';

/** A cold start of a real server under emulation takes most of this; the stand-in a tenth. */
const START_MS = 60_000;

/** A server that answers this fast, this often in a row, has settled. */
const SETTLED = { answers: 3, withinMs: 500 };

/** Once a second, as a health check asks. */
const BESIDE_INTERVAL_MS = 1_000;

/** Starts the server cold, with the observers on from its first moment, and proves its limits; over when it answers well. */
export async function settle(stage: Stage, watch: Watch, observe: (observer: Observer) => void): Promise<OpenPlaces> {
  const { plan, machine, recorder, settings, signal, progress } = stage;
  const { clock, write } = recorder;
  const { serving, host } = plan.bundle.manifest;
  const { unit, port, path, sessionPath } = serving;
  // Before the server: what a login or a container daemon reads must not be charged to it, and it starts with cold caches.
  const places = await openPlaces(stage);
  const startedT = clock.now();
  observe(startHostWatch(recorder));
  const [serverPid, endpoint] = await Promise.all([startServer(machine, unit, signal), machine.endpoint(port)]);
  const { probe, sampleIntervalMs: intervalMs, watchdog } = settings;
  observe(startProber({ ...endpoint, ...probe }, recorder));
  const squeezed = [...places].map(([role, { slice }]) => [role, slice.cgroup]);
  const cgroups = { server: plan.serving.cgroup, ...Object.fromEntries(squeezed) };
  const hogs = plan.hogs.map(({ shape }) => shape.name);
  // All of this goes on while the server loads its program; one after the other, so that it leaves a CPU to the server.
  observe(await startSampler(machine, { intervalMs, serverPid, port, cgroups, hogs }, recorder, signal));
  await verifyUnit(machine, unit, signal);
  const effect = await proveEffect(machine, plan.serving, signal);
  write({ ...effect, t: clock.now() });
  const settled = await watch.steady({ since: startedT, ...SETTLED, timeoutMs: START_MS, signal, orServerGone: true });
  if (!settled) throw await whyNotAnswering(machine, { unit, port, path }, signal);
  // A real installation wants a real ticket, which we do not have.
  if (sessionPath && stage.standIn) observe(startSession({ ...endpoint, path: sessionPath, watchdog }, recorder));
  await machine.limitDisk(host.diskBandwidth === undefined ? null : parseBytes(host.diskBandwidth));
  progress(`${unit} runs with its limits in effect, and answers, after ${formatSeconds(clock.now() - startedT)}`);
  await startBeside(stage, observe);
  return places;
}

/** Places that are there, by the role under which their slice is sampled. */
export type OpenPlaces = ReadonlyMap<Role, OpenPlace>;

/** Makes every place that a hog of the plan is to be in, and proves the limits that it has there. */
async function openPlaces({ plan, machine, recorder, progress, signal }: Stage): Promise<OpenPlaces> {
  const places = new Map<Role, OpenPlace>();
  for (const { shape, squeezed } of plan.hogs) {
    const role = roleOf(shape.place);
    if (shape.place === undefined || places.has(role)) continue;
    progress(`making a ${shape.place.kind} for the hog`);
    const place = await openPlace(machine, shape.place, signal);
    const { name, cgroup } = place.slice;
    const effect = await proveEffect(
      machine,
      { ...squeezed, unit: new Unit(name, squeezed.unit.files), cgroup },
      signal,
    );
    recorder.write({ ...effect, t: recorder.clock.now(), role });
    places.set(role, place);
  }
  return places;
}

/** Starts the units that run beside the serving one, and asks those that answer. */
async function startBeside(
  { plan, machine, recorder, settings, signal }: Stage,
  observe: (observer: Observer) => void,
) {
  const { clock, write } = recorder;
  for (const { unit, port, path } of plan.bundle.manifest.beside ?? []) {
    await startUnit(machine, unit, signal);
    if (port === undefined || path === undefined) continue;
    const asked = { ...(await machine.endpoint(port)), ...settings.probe, path, intervalMs: BESIDE_INTERVAL_MS };
    observe(
      startProber(asked, {
        clock,
        write: (entry) => write(entry.type === 'probe' ? { ...entry, type: 'beside', unit } : entry),
      }),
    );
  }
}
