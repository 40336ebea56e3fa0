import { parseBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import { machineError } from '../core/errors.js';
import { startCanary } from '../observe/canary.js';
import { startHostWatch } from '../observe/host.js';
import type { Observer } from '../observe/observer.js';
import { startProber } from '../observe/prober.js';
import { startSampler } from '../observe/sampler.js';
import { startSession } from '../observe/session.js';
import { startBystanders } from './bystanders.js';
import { askCanary, CANARY_ANSWER_MS, canaryPort, waitForCanary } from './canary.js';
import { type Effect, proveEffect } from './guest/effect.js';
import { verifyWorkload } from './guest/install.js';
import { startServer, startUnit } from './guest/server.js';
import { proveSwap } from './guest/swap.js';
import { type OpenPlaces, openPlaces, proveLimits } from './places.js';
import { locatePlan, servingPlace } from './plan.js';
import { waitUntilReady } from './readiness.js';
import { readyWithinMs } from './ready-within.js';
import type { Stage } from './stage.js';
import { findCgroup, readCacheBytes, type Standing, type StandingServer, type StartingPoint } from './standing.js';
import { isSteady } from './steady.js';
import { Watch } from './watch.js';
import { watchWayIn } from './way-in.js';

/** A server that answers this fast, this often in a row, has settled. */
const SETTLED = { answers: 3, withinMs: 500 };

/** Once a second, as a health check asks. */
const SIDECAR_INTERVAL_MS = 1_000;

/** What is there when all has settled: where hogs can be put, and what must live, by PID. */
export interface Settled {
  /** The drill's, in which it is now known where the server is. */
  readonly stage: Stage;
  readonly serverPid: number;
  readonly places: OpenPlaces;
  readonly bystanders: readonly { readonly name: string; readonly pid: number }[];
}

/**
 * Has the server stand, with the observers on from its first moment, and proves its limits; done when its answers are fast. It is
 * started cold, unless it stands already; and so is all else that does not stand.
 */
export async function settle(
  begun: Stage,
  watch: Watch,
  observe: (observer: Observer) => void,
  startingPoint?: StartingPoint,
): Promise<Settled> {
  const { machine, recorder, settings, helpers, signal, progress, pace } = begun;
  const { clock, write } = recorder;
  const { serving, host } = begun.plan.bundle.manifest;
  const { port } = serving;
  // Before the server: what a login or a container daemon reads must not be charged to it, and it starts with cold caches.
  const places = startingPoint?.places ?? (await openPlaces(begun));
  if (!startingPoint?.server) await proveLimits(begun, places);
  const startedT = clock.now();
  observe(startHostWatch(recorder, machine.hostPid, helpers));
  const { serverPid, serverCgroup } = startingPoint?.server ?? (await startCold(begun));
  const stage = locateServer(begun, serverCgroup);
  const { plan } = stage;
  await askServer(stage, observe);
  const { sampleIntervalMs: intervalMs } = settings;
  const limitedCgroups = [...places].map(([role, { cgroup, limited }]) => [role, limited?.cgroup ?? cgroup]);
  const cgroups = { server: plan.serving.cgroup, ...Object.fromEntries(limitedCgroups) };
  const injections = plan.injections.map(({ injection: { name }, plan }) => ({ name, ...plan }));
  const sample = async () =>
    observe(await startSampler(machine, { intervalMs, serverPid, port, cgroups, injections }, recorder, signal));
  const prove = async () => write({ ...(await proveLimitsAndSwap(stage)), t: clock.now() });
  if (startingPoint?.server) {
    await openSession(stage, observe);
    await startSidecars(stage, startingPoint.sidecars);
    const asked = [askCanary(stage, observe), askSidecars(stage, observe)];
    const verified = startingPoint.isUnverified ? [verifyWorkload(machine, plan.workload, signal)] : [];
    await Promise.all([sample(), ...asked, ...verified, prove(), proveLimits(stage, places)]);
  } else {
    // All of this goes on while the server loads its program; one after the other, so that it leaves a CPU to the server.
    await sample();
    await startOthers(stage, observe, { hasCanary: startingPoint !== undefined });
    await prove();
  }
  if (startingPoint?.server) await waitUntilSettled(stage, watch, startedT, hasSession(stage));
  else await waitUntilColdSettled(stage, watch, startedT, observe);
  await waitForCanary(stage, watch, pace.stretch(CANARY_ANSWER_MS));
  // The first login reads its programs from the disk, at its full speed.
  await watchWayIn(stage, watch, observe);
  await machine.limitDisk(host.diskBandwidth === undefined ? null : parseBytes(host.diskBandwidth));
  progress(
    `${plan.workload.name} runs with its limits in effect, and answers, after ${formatSeconds(clock.now() - startedT)}`,
  );
  const started = await startBystanders(stage, { places, serverPid });
  return {
    stage,
    serverPid,
    places,
    bystanders: [...[...places.values()].flatMap(({ bystanders }) => bystanders), ...started],
  };
}

/** The limits of the serving unit, and the swap of the guest; that of a host that is not ours is its owner's. */
async function proveLimitsAndSwap({ plan, machine, capabilities, signal }: Stage): Promise<Effect> {
  const [effect, swap] = await Promise.all([
    proveEffect(machine, plan.serving, signal),
    capabilities.swap ? proveSwap(machine, plan.bundle.manifest.host, signal) : [],
  ]);
  return { ...effect, checks: [...effect.checks, ...swap] };
}

/** Starts the server cold with what is next to it, and waits until its answers are fast: for a guest that is then saved. */
export async function raise(begun: Stage): Promise<Standing> {
  const { machine, recorder, signal } = begun;
  const watch = new Watch();
  recorder.watch(watch.see);
  const observers: Observer[] = [];
  const observe = (observer: Observer) => void observers.push(observer);
  try {
    const places = await openPlaces(begun);
    const startedT = recorder.clock.now();
    const started = await startCold(begun);
    const stage = locateServer(begun, started.serverCgroup);
    await askServer(stage, observe);
    await startOthers(stage, observe, { hasCanary: false });
    await waitUntilColdSettled(stage, watch, startedT, observe);
    return { places, ...started, cacheBytes: await readCacheBytes(machine, stage.plan, signal) };
  } finally {
    for (const observer of observers.reverse()) await observer.stop();
  }
}

/** Starts the server with cold caches, and the way to it, so that it can be asked from its first moment on. */
async function startCold(stage: Stage): Promise<StandingServer> {
  const { plan, machine, progress, deadline, signal } = stage;
  const wait = { readyMs: serverReadyMs(stage), progress, deadline, signal };
  const [serverPid] = await Promise.all([
    startServer(machine, plan.workload, wait),
    machine.endpoint(plan.bundle.manifest.serving.port),
  ]);
  // A unit is where its name says; each process costs an emulated guest a tenth of a second.
  if (!plan.workload.locate) return { serverPid, serverCgroup: plan.serving.cgroup };
  const command = ['cat', `/proc/${serverPid}/cgroup`];
  const { stdout } = await machine.exec(command, { reason: "the server's cgroup", signal });
  return { serverPid, serverCgroup: findCgroup(stdout) ?? '' };
}

/** The drill of a server whose place is known. @throws OomdrillError `SERVER_START` where it is in no place of its kind */
export function locateServer(stage: Stage, cgroup: string): Stage {
  const { name, locate } = stage.plan.workload;
  if (!locate) return stage;
  const located = locate(cgroup);
  if (located) return { ...stage, plan: locatePlan(stage.plan, located) };
  throw machineError(
    'SERVER_START',
    `${name} does not run where it should: its first process is in ${cgroup === '' ? 'no cgroup' : `the cgroup ${cgroup}`}.`,
    'Does it end at once? --keep-machine lets you look.',
  );
}

/** Asks the server from outside. */
async function askServer(
  { plan, machine, recorder, settings }: Stage,
  observe: (observer: Observer) => void,
): Promise<void> {
  const { port, path } = plan.bundle.manifest.serving;
  const { clock, write } = recorder;
  const target = { ...(await machine.endpoint(port)), path };
  const { intervalMs, timeoutMs } = settings.probe;
  const asked = { probe: plan.probe, target, intervalMs, timeoutMs };
  observe(startProber(asked, { clock, write: (answer) => write({ ...answer, type: 'probe' }) }));
}

/** Where a client has its session, if it has one: a real installation wants a real ticket, which we do not have. */
const sessionPathOf = ({ plan, standIn }: Stage): string | undefined =>
  standIn ? plan.bundle.manifest.serving.sessionPath : undefined;

const hasSession = (stage: Stage): boolean => sessionPathOf(stage) !== undefined;

/** Opens the session of a client, if it has one. */
async function openSession(stage: Stage, observe: (observer: Observer) => void): Promise<void> {
  const path = sessionPathOf(stage);
  if (path === undefined) return;
  const { plan, machine, recorder, settings } = stage;
  const target = { ...(await machine.endpoint(plan.bundle.manifest.serving.port)), path };
  observe(startSession({ ...target, watchdog: settings.watchdog }, recorder));
}

const serverReadyMs = ({ plan, machine, pace }: Stage): number =>
  readyWithinMs(plan.bundle.manifest.serving.readyWithin, machine.accelerator, pace);

/**
 * Waits until the server answers fast, and the sidecars answer. With a session, until that has been answered and the server is fast
 * again: what runs for the first time keeps an emulated server busy for a second or two, which belongs to no baseline.
 *
 * @throws OomdrillError as `waitUntilReady` says
 */
async function waitUntilSettled(stage: Stage, watch: Watch, startedT: number, withSession = false): Promise<void> {
  const isFastSince = (since: number | undefined) => since !== undefined && isSteady(watch, { since, ...SETTLED });
  const { path } = stage.plan.bundle.manifest.serving;
  await waitUntilReady(stage, {
    ...servingPlace(stage.plan),
    path,
    readyMs: serverReadyMs(stage),
    since: startedT,
    isReady: () => isFastSince(withSession ? watch.sessionT : startedT),
    lastHeard: () => watch.lastHeard(),
    isGone: () => watch.isServerGone(),
  });
  await waitForSidecars(stage, watch);
}

/** The same of a server that was started cold, to which a session can be opened only when it answers. */
async function waitUntilColdSettled(
  stage: Stage,
  watch: Watch,
  startedT: number,
  observe: (observer: Observer) => void,
): Promise<void> {
  await waitUntilSettled(stage, watch, startedT);
  await openSession(stage, observe);
  await waitUntilSettled(stage, watch, startedT, hasSession(stage));
}

/** Starts and asks canary and sidecars, next to a server that was started, and has its configuration checked. */
async function startOthers(
  stage: Stage,
  observe: (observer: Observer) => void,
  { hasCanary }: { readonly hasCanary: boolean },
): Promise<void> {
  const { plan, machine, signal } = stage;
  const { sidecars = [] } = plan.bundle.manifest;
  if (!hasCanary) await startCanary(machine, canaryPort(plan.bundle.manifest), signal);
  await askCanary(stage, observe);
  await startSidecars(
    stage,
    sidecars.map(({ unit }) => unit),
  );
  await askSidecars(stage, observe);
  await verifyWorkload(machine, plan.workload, signal);
}

/** Starts those of the sidecars that are named; one that runs stays as it is. */
async function startSidecars(
  { plan, machine, progress, pace, deadline, signal }: Stage,
  named: readonly string[],
): Promise<void> {
  const { sidecars = [] } = plan.bundle.manifest;
  for (const { unit, readyWithin } of sidecars.filter(({ unit }) => named.includes(unit))) {
    const readyMs = readyWithinMs(readyWithin, machine.accelerator, pace);
    await startUnit(machine, unit, { readyMs, progress, deadline, signal });
  }
}

/** The sidecars that are asked, with the port, and the path for HTTP. */
const askedSidecars = ({ bundle: { manifest } }: Stage['plan']) =>
  (manifest.sidecars ?? []).flatMap(({ unit, port, path, probe, readyWithin }) =>
    port === undefined || (path === undefined && probe === undefined)
      ? []
      : [{ unit, port, path: path ?? '/', readyWithin }],
  );

/** Asks those sidecars that answer. */
async function askSidecars(
  { plan, machine, recorder, settings }: Stage,
  observe: (observer: Observer) => void,
): Promise<void> {
  const { clock, write } = recorder;
  for (const { unit, port, path } of askedSidecars(plan)) {
    const target = { ...(await machine.endpoint(port)), path };
    const { timeoutMs } = settings.probe;
    const probe = plan.sidecarProbes.get(unit) ?? plan.probe;
    const asked = { probe, target, intervalMs: SIDECAR_INTERVAL_MS, timeoutMs };
    observe(startProber(asked, { clock, write: (answer) => write({ ...answer, type: 'sidecar', unit }) }));
  }
}

/** Waits until each sidecar that is asked has answered. @throws OomdrillError as `waitUntilReady` says */
async function waitForSidecars(stage: Stage, watch: Watch): Promise<void> {
  const { plan, machine, recorder, pace } = stage;
  for (const { unit, port, path, readyWithin } of askedSidecars(plan)) {
    await waitUntilReady(stage, {
      unit,
      port,
      path,
      since: recorder.clock.now(),
      readyMs: readyWithinMs(readyWithin, machine.accelerator, pace),
      isReady: () => watch.hasAnswered(unit),
      lastHeard: () => watch.lastHeard(unit),
    });
  }
}
