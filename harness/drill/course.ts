import { type Bytes, formatBytes, parseBytes } from '../core/bytes.js';
import { formatSeconds, timed } from '../core/clock.js';
import { sleep } from '../core/deadline.js';
import { type LooseHog, letLoose } from '../inject/hog.js';
import { type Role, roleOf } from '../inject/place.js';
import { describeTarget } from '../inject/target.js';
import type { Machine, Progress } from '../machine/machine.js';
import { startHostWatch } from '../observe/host.js';
import type { Observer } from '../observe/observer.js';
import { startProber } from '../observe/prober.js';
import { startSampler } from '../observe/sampler.js';
import { startSession } from '../observe/session.js';
import type { Header } from '../record/schema.js';
import { Unit } from '../systemd/unit.js';
import { proveEffect } from './guest/effect.js';
import { aliveAmong, findBystanders, lookAtUnit, measureClock, readJournal, readVersions } from './guest/evidence.js';
import { verifyUnit } from './guest/install.js';
import { type OpenPlace, openPlace } from './guest/place.js';
import { mend } from './guest/repair.js';
import { startServer, startUnit, whyNotAnswering } from './guest/server.js';
import type { PlannedDrill, PlannedHog } from './plan.js';
import { type Recorder, Watch } from './recorder.js';

/** A cold start of a real server under emulation takes most of this; the stand-in a tenth. */
const START_MS = 60_000;

/** A server that answers this fast, this often in a row, has settled. The second one is for a guest that was just relieved. */
const SETTLED = { answers: 3, withinMs: 500 };
const RECOVERED = { answers: 10, withinMs: 1_000 };

/** Slower than any guest touches memory: a hog that is slower over this time is stuck, and the drill goes on to say so. */
const SLOWEST_RAMP_BYTES_PER_MS = 10_000;
const STUCK_MS = 8_000;

/** A controller has started its hog by then, also in a guest that is squeezed already. */
const STARTED_MS = 10_000;

/** Once a second, as a health check asks. */
const BESIDE_INTERVAL_MS = 1_000;

/** Reclaim works in batches: a cgroup that is held at its limit is within this share of it. */
const FULL = 0.98;

/** What a drill is carried out with, once its machine has the bundle. */
export interface Stage {
  readonly plan: PlannedDrill;
  readonly machine: Machine;
  readonly recorder: Recorder;
  readonly settings: Pick<Header, 'watchdog' | 'probe' | 'sampleIntervalMs'>;
  /** Whether the server is the stand-in, which gives sessions to all who bring a ticket. */
  readonly standIn: boolean;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** How long the phases took that are the drill's own, milliseconds. */
export interface Spans {
  readonly baselineMs: number;
  readonly rampMs: number;
  readonly holdMs: number;
  /** 0 where nothing is repaired. */
  readonly repairMs: number;
  readonly recoveryMs: number;
}

/** From the server's cold start to the last piece of evidence: all phases of the drill, with everything written down. */
export async function runCourse(stage: Stage): Promise<Spans> {
  const observers: Observer[] = [];
  try {
    return await runPhases(stage, new Watch(stage.recorder), (observer) => observers.push(observer));
  } finally {
    for (const observer of observers.reverse()) await observer.stop();
  }
}

async function runPhases(stage: Stage, watch: Watch, observe: (observer: Observer) => void): Promise<Spans> {
  const { plan, machine, recorder, progress, signal } = stage;
  const { scenario } = plan;
  const { clock, write } = recorder;
  const { unit, port } = plan.bundle.manifest.serving;

  recorder.phase('settle');
  const places = await settle(stage, watch, observe);

  recorder.phase('baseline');
  progress(`baseline: ${formatSeconds(scenario.phases.baselineMs)}`);
  const baseline = await timed(async () => {
    const [bystanders] = await Promise.all([lookBefore(stage, places), sleep(scenario.phases.baselineMs, signal)]);
    return bystanders;
  });

  recorder.phase('injection');
  const injectedT = clock.now();
  const loose: LooseHog[] = [];
  const ramp = await timed(async () => {
    for (const hog of plan.hogs) loose.push(await inject(stage, watch, places, hog));
  });

  recorder.phase('hold');
  const states = scenario.hogs.map(({ name }) => `${name} is ${watch.hogState(name)}`).join(', ');
  progress(`hold: ${formatSeconds(scenario.phases.holdMs)}; ${states}`);
  const hold = await timed(() => holdOn(scenario.phases.holdMs, recorder, signal));

  const { repair } = plan;
  const repaired = repair
    ? await timed(async () => {
        recorder.phase('repair');
        await mend(stage, repair);
        await holdOn(repair.stayMs, recorder, signal);
      })
    : { ms: 0 };

  recorder.phase('release');
  const releasedT = clock.now();
  for (const hog of loose) await hog.release();

  recorder.phase('recovery');
  progress(`recovery: ${loose.length === 1 ? 'the hog is' : 'the hogs are'} gone`);
  const recovery = await timed(() =>
    watch.steady({ since: releasedT, ...RECOVERED, timeoutMs: scenario.phases.recoveryMs, signal }),
  );

  const pids = baseline.value.map(({ pid }) => pid);
  const [after, alive, journal] = await Promise.all([
    lookAtUnit(machine, unit, port, signal),
    aliveAmong(machine, pids, signal),
    readJournal(machine, watch.toGuestMs(injectedT), watch.toHostT, signal),
  ]);
  write({ ...after, t: clock.now(), when: 'after' });
  for (const { name, pid } of baseline.value) {
    write({ type: 'bystander', t: clock.now(), name, when: 'after', pid, alive: alive.has(pid) });
  }
  for (const entry of journal) write(entry);
  return { baselineMs: baseline.ms, rampMs: ramp.ms, holdMs: hold.ms, repairMs: repaired.ms, recoveryMs: recovery.ms };
}

/** Lets one hog loose, and waits until it is where it is to be, or dead, or stuck. */
async function inject(stage: Stage, watch: Watch, places: OpenPlaces, hog: PlannedHog): Promise<LooseHog> {
  const { shape, targetBytes } = hog;
  const { plan, machine, recorder, progress, signal } = stage;
  const { name, comm, memory, rate } = shape;
  const role = roleOf(shape.place);
  const place = places.get(role);
  const cgroup = place?.cgroup ?? plan.serving.cgroup;
  const describes = describeTarget(shape.target);
  recorder.write({
    ...{ type: 'injection', t: recorder.clock.now(), hog: name, comm, cgroup, targetBytes, describes, role },
    ...(memory === undefined ? {} : { memory }),
  });
  const where = shape.place ? ` in a ${shape.place.kind}` : '';
  progress(`injection: ${name} grows${where} ${describes}${inGuestBytes(targetBytes, plan.scale)}`);
  const pace = rate === undefined ? {} : { rateBytesPerSecond: parseBytes(rate) / plan.scale };
  const squeezed = place?.slice.cgroup ?? cgroup;
  const loose = await letLoose(machine, shape, { cgroup, squeezed, targetBytes, ...pace }, signal);
  await waitForRamp(stage, watch, hog);
  return loose;
}

/** Starts the server cold, with the observers on from its first moment, and proves its limits; over when it answers well. */
async function settle(stage: Stage, watch: Watch, observe: (observer: Observer) => void): Promise<OpenPlaces> {
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
type OpenPlaces = ReadonlyMap<Role, OpenPlace>;

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

/** What is there before the injection: the unit's own state, the guest's versions and clock, and those who must live through the drill. */
async function lookBefore(
  { plan, machine, recorder, signal }: Stage,
  places: OpenPlaces,
): Promise<{ name: string; pid: number }[]> {
  const { clock, write } = recorder;
  const { unit, port } = plan.bundle.manifest.serving;
  const before = await lookAtUnit(machine, unit, port, signal);
  write({ ...before, t: clock.now(), when: 'before' });
  const beside = plan.bundle.manifest.beside ?? [];
  const ways = ['ssh.service', ...beside.map(({ unit }) => unit)];
  const bystanders = [
    ...(await findBystanders(machine, plan.serving.cgroup, before.mainPid, ways, signal)),
    ...[...places.values()].flatMap(({ bystanders }) => bystanders),
  ];
  for (const { name, pid } of bystanders) {
    write({ type: 'bystander', t: clock.now(), name, when: 'before', pid, alive: true });
  }
  write({ type: 'versions', t: clock.now(), versions: await readVersions(machine, signal) });
  const offset = await measureClock(machine, signal);
  write({ type: 'clock', t: clock.now(), ...offset });
  return bystanders;
}

/**
 * Waits until the hog holds, is dead or stuck; one of page cache, which the kernel takes back, until the cgroup is full. None of it
 * is an error: a hog that does not get there is a finding, and the hold goes on from there.
 */
async function waitForRamp(
  { plan, recorder, signal }: Stage,
  watch: Watch,
  { shape, squeezed: { limits } }: PlannedHog,
): Promise<void> {
  const { name, memory, rate, place } = shape;
  const slowest = rate === undefined ? SLOWEST_RAMP_BYTES_PER_MS : parseBytes(rate) / plan.scale / 2_000;
  const current = () => watch.currentBytes(roleOf(place));
  const isFull = () => memory === 'page-cache' && current() >= FULL * limits.max;
  let seen = { t: recorder.clock.now() + STARTED_MS, bytes: 0 };
  const isStuck = () => {
    const passedMs = recorder.clock.now() - seen.t;
    if (passedMs < STUCK_MS) return false;
    const grown = current() - seen.bytes;
    seen = { t: recorder.clock.now(), bytes: current() };
    return grown < slowest * passedMs;
  };
  while (['starting', 'ramping'].includes(watch.hogState(name)) && !isFull() && !isStuck()) {
    recorder.throwIfBroken();
    await sleep(50, signal);
  }
}

/** Sleeps through the hold, in steps, so that a full disk does not go unseen for long. */
async function holdOn(ms: number, recorder: Recorder, signal: AbortSignal): Promise<void> {
  const end = recorder.clock.now() + ms;
  while (recorder.clock.now() < end) {
    recorder.throwIfBroken();
    await sleep(Math.min(1_000, end - recorder.clock.now()), signal);
  }
}

const inGuestBytes = (bytes: Bytes | null, scale: number): string =>
  bytes === null ? '' : ` (${formatBytes(bytes)} at scale 1/${scale})`;
