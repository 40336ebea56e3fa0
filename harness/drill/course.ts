import { formatSeconds, measureTime } from '../core/clock.js';
import { sleep } from '../core/deadline.js';
import type { RunningInjection } from '../inject/injection.js';
import { HOG_PROGRAM } from '../machine/guest-paths.js';
import type { Observer } from '../observe/observer.js';
import {
  aliveAmong,
  findBystanders,
  lookAtPlace,
  lookAtUnit,
  measureClock,
  readJournal,
  readVersions,
} from './guest/evidence.js';
import { applyRepair } from './guest/repair.js';
import { GuestClock } from './guest-clock.js';
import { holdOn, runHold } from './hold.js';
import { inject } from './injection.js';
import type { OpenPlaces } from './places.js';
import { type PlannedRepair, servingPlace } from './plan.js';
import { type Settled, settle } from './settle.js';
import type { Stage } from './stage.js';
import type { StartingPoint } from './standing.js';
import { startLoad } from './start-load.js';
import { waitUntilSteady } from './steady.js';
import { StressHistory } from './stress-history.js';
import { Watch } from './watch.js';

/** A server that answers this fast, this often in a row, is healthy again, on a guest that was just relieved. */
const RECOVERED = { answers: 10, withinMs: 1_000 };

/** How long the phases took that are the drill's own, milliseconds. */
export interface Spans {
  readonly settleMs: number;
  readonly baselineMs: number;
  readonly rampMs: number;
  readonly holdMs: number;
  /** 0 where nothing is repaired. */
  readonly repairMs: number;
  /** From the release of the injections on. */
  readonly recoveryMs: number;
  readonly evidenceMs: number;
}

/** From the server's start to the last piece of evidence: all phases of the drill, with everything written down. */
export async function runCourse(stage: Stage, startingPoint?: StartingPoint): Promise<Spans> {
  const observers: Observer[] = [];
  try {
    return await runPhases(stage, (observer) => observers.push(observer), startingPoint);
  } finally {
    for (const observer of observers.reverse()) await observer.stop();
  }
}

async function runPhases(
  begun: Stage,
  observe: (observer: Observer) => void,
  startingPoint: StartingPoint | undefined,
): Promise<Spans> {
  const { recorder } = begun;
  const watch = new Watch();
  const history = new StressHistory();
  const guestClock = new GuestClock();
  recorder.watch(watch.see);
  recorder.watch(history.see);
  recorder.watch(guestClock.see);

  recorder.phase('settle');
  const { ms: settleMs, value } = await measureTime(async () => {
    const settled = await settle(begun, watch, observe, startingPoint);
    return { settled, load: await startLoad(settled.stage, watch, observe) };
  });
  const { settled, load } = value;
  const { stage } = settled;
  recorder.phase('baseline');
  const baseline = await measureTime(() => runBaseline(stage, settled));
  recorder.phase('injection');
  const injectedT = recorder.clock.now();
  load?.rise();
  const ramp = await measureTime(() => injectAll(stage, watch, settled, startingPoint));
  recorder.phase('hold');
  const hold = await measureTime(() => runHold(stage, watch, history.entries));
  const repair = await measureTime(async () => {
    if (stage.plan.repair) await runRepair(stage, stage.plan.repair);
  });
  recorder.phase('release');
  const releasedT = recorder.clock.now();
  const recovery = await measureTime(async () => {
    const loadEnds = load?.stop();
    for (const injection of ramp.value) await injection.release();
    await loadEnds;
    recorder.phase('recovery');
    await runRecovery(stage, watch, releasedT);
  });
  const evidence = await measureTime(() =>
    lookAfter(stage, settled.places, baseline.value, { since: injectedT, guestClock }),
  );
  return {
    settleMs,
    baselineMs: baseline.ms,
    rampMs: ramp.ms,
    holdMs: hold.ms,
    repairMs: stage.plan.repair ? repair.ms : 0,
    recoveryMs: recovery.ms,
    evidenceMs: evidence.ms,
  };
}

/** The server without any injection, while the processes that must live are looked for. */
async function runBaseline(stage: Stage, settled: Settled): Promise<readonly Bystander[]> {
  const { baselineMs } = stage.plan.scenario.phases;
  stage.progress(`baseline: ${formatSeconds(baselineMs)}`);
  const startedT = stage.recorder.clock.now();
  const look = async () => {
    const found = await lookBefore(stage, settled);
    const lastLookT = startedT + baselineMs * LAST_LOOK;
    await sleep(Math.max(0, lastLookT - stage.recorder.clock.now()), stage.signal);
    return noteStaying(stage, found);
  };
  const [bystanders] = await Promise.all([look(), sleep(baselineMs, stage.signal)]);
  return bystanders;
}

/** One after the other, each when the one before it has settled. */
async function injectAll(
  stage: Stage,
  watch: Watch,
  settled: Settled,
  startingPoint: StartingPoint | undefined,
): Promise<RunningInjection[]> {
  const [first] = stage.plan.injections;
  const running: RunningInjection[] = [];
  for (const planned of stage.plan.injections) {
    const sleep = startingPoint?.asleep && planned === first ? planned.plan.sleep : undefined;
    running.push(await inject(stage, watch, settled, planned, sleep));
  }
  return running;
}

/** Repairs the limits while the injections hold, and sees what comes of it. */
async function runRepair(stage: Stage, repair: PlannedRepair): Promise<void> {
  stage.recorder.phase('repair');
  await applyRepair(stage, repair);
  await holdOn(repair.stayMs, stage);
}

async function runRecovery(
  { plan, recorder, progress, pace, signal }: Stage,
  watch: Watch,
  since: number,
): Promise<void> {
  const gone = plan.injections.map(({ injection: { name } }) => name).join(' and ');
  progress(`recovery: ${gone} ${plan.injections.length === 1 ? 'is' : 'are'} gone`);
  const timeoutMs = pace.stretch(plan.scenario.phases.recoveryMs);
  await waitUntilSteady(watch, recorder, { since, ...RECOVERED, timeoutMs, signal });
}

/** A process that must live through the drill. */
interface Bystander {
  readonly name: string;
  readonly pid: number;
  /** Whether the server started it, and may end it. */
  readonly ofServer?: boolean;
}

/** What is there before the injection: the unit's own state, the guest's versions and clock, and the processes that must live through the drill. */
async function lookBefore(stage: Stage, settled: Settled): Promise<readonly Bystander[]> {
  const { plan, machine, recorder, signal } = stage;
  const { clock, write } = recorder;
  const before = await lookAtUnit(machine, servingPlace(plan), signal);
  write({ ...before, t: clock.now(), when: 'before' });
  await lookAtPlaces(stage, settled.places, 'before');
  const sidecars = plan.bundle.manifest.sidecars ?? [];
  const ways = ['ssh.service', ...sidecars.map(({ unit }) => unit)];
  const found = await findBystanders(machine, plan.serving.inner ?? plan.serving.cgroup, before.mainPid, ways, signal);
  // Those that were started in the server's own cgroup are found there too.
  const ownPids = new Set(settled.bystanders.map(({ pid }) => pid));
  // A hog that sleeps there already is not of those that must live.
  const others = found.filter(({ pid, name }) => !ownPids.has(pid) && !name.startsWith(HOG_PROGRAM));
  write({ type: 'versions', t: clock.now(), versions: await readVersions(machine, signal) });
  const offset = await measureClock(machine, signal);
  write({ type: 'clock', t: clock.now(), ...offset });
  return [
    ...others.map((each) => (ways.includes(each.name) ? each : { ...each, ofServer: true })),
    ...settled.bystanders,
  ];
}

/** The baseline is so far gone, as a share, when it is looked which stay. */
const LAST_LOOK = 0.8;

/** Those that are still there: a server may start a process for each question, which ends with its answer. */
async function noteStaying(
  { machine, recorder: { clock, write }, signal }: Stage,
  found: readonly Bystander[],
): Promise<readonly Bystander[]> {
  const ofServer = found.filter((each) => each.ofServer).map(({ pid }) => pid);
  const alive = ofServer.length === 0 ? new Set() : await aliveAmong(machine, ofServer, signal);
  const staying = found.filter((each) => !each.ofServer || alive.has(each.pid));
  for (const bystander of staying)
    write({ ...bystander, type: 'bystander', t: clock.now(), when: 'before', alive: true });
  return staying;
}

/** What is left after the recovery: the unit, the places, what lives, and what the journal says since the injection. */
async function lookAfter(
  stage: Stage,
  places: OpenPlaces,
  bystanders: readonly Bystander[],
  { since, guestClock }: { readonly since: number; readonly guestClock: GuestClock },
): Promise<void> {
  const { plan, machine, recorder, signal } = stage;
  const { clock, write } = recorder;
  const pids = bystanders.map(({ pid }) => pid);
  const { toHostT } = guestClock;
  const span = () => ({ sinceMs: guestClock.toGuestMs(since), lengthMs: clock.now() - since, toHostT });
  const [after, alive, journal] = await Promise.all([
    lookAtUnit(machine, servingPlace(plan), signal),
    aliveAmong(machine, pids, signal),
    guestClock.isKnown ? readJournal(machine, span(), signal) : [],
    lookAtPlaces(stage, places, 'after'),
  ]);
  if (!guestClock.isKnown)
    write({ type: 'note', t: clock.now(), message: "no sample came: the times of the guest's journal are not known" });
  write({ ...after, t: clock.now(), when: 'after' });
  for (const { name, pid } of bystanders)
    write({ type: 'bystander', t: clock.now(), name, when: 'after', pid, alive: alive.has(pid) });
  for (const entry of journal) write(entry);
}

/** Writes down how systemd sees the units that the places are. */
async function lookAtPlaces({ machine, recorder, signal }: Stage, places: OpenPlaces, when: 'before' | 'after') {
  for (const [role, { unit }] of places)
    recorder.write({ ...(await lookAtPlace(machine, unit, role, signal)), t: recorder.clock.now(), when });
}
