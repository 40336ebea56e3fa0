import { formatSeconds, timed } from '../core/clock.js';
import { sleep } from '../core/deadline.js';
import type { LooseHog } from '../inject/hog.js';
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
import { mend } from './guest/repair.js';
import { inject } from './injection.js';
import type { OpenPlaces } from './places.js';
import { type Recorder, Watch } from './recorder.js';
import { type Settled, settle } from './settle.js';
import type { Stage } from './stage.js';

/** A server that answers this fast, this often in a row, is well again, on a guest that was just relieved. */
const RECOVERED = { answers: 10, withinMs: 1_000 };

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
  const settled = await settle(stage, watch, observe);

  recorder.phase('baseline');
  progress(`baseline: ${formatSeconds(scenario.phases.baselineMs)}`);
  const baseline = await timed(async () => {
    const [bystanders] = await Promise.all([lookBefore(stage, settled), sleep(scenario.phases.baselineMs, signal)]);
    return bystanders;
  });

  recorder.phase('injection');
  const injectedT = clock.now();
  const loose: LooseHog[] = [];
  const ramp = await timed(async () => {
    for (const hog of plan.hogs) loose.push(await inject(stage, watch, settled.places, hog));
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
  await lookAtPlaces(stage, settled.places, 'after');
  for (const { name, pid } of baseline.value) {
    write({ type: 'bystander', t: clock.now(), name, when: 'after', pid, alive: alive.has(pid) });
  }
  for (const entry of journal) write(entry);
  return { baselineMs: baseline.ms, rampMs: ramp.ms, holdMs: hold.ms, repairMs: repaired.ms, recoveryMs: recovery.ms };
}

/** What is there before the injection: the unit's own state, the guest's versions and clock, and those who must live through the drill. */
async function lookBefore(stage: Stage, settled: Settled): Promise<{ name: string; pid: number }[]> {
  const { plan, machine, recorder, signal } = stage;
  const { clock, write } = recorder;
  const { unit, port } = plan.bundle.manifest.serving;
  const before = await lookAtUnit(machine, unit, port, signal);
  write({ ...before, t: clock.now(), when: 'before' });
  await lookAtPlaces(stage, settled.places, 'before');
  const beside = plan.bundle.manifest.beside ?? [];
  const ways = ['ssh.service', ...beside.map(({ unit }) => unit)];
  const found = await findBystanders(machine, plan.serving.cgroup, before.mainPid, ways, signal);
  // Those who were seated in the server's own cgroup are found there too.
  const seated = new Set(settled.bystanders.map(({ pid }) => pid));
  const bystanders = [...found.filter(({ pid }) => !seated.has(pid)), ...settled.bystanders];
  for (const { name, pid } of bystanders) {
    write({ type: 'bystander', t: clock.now(), name, when: 'before', pid, alive: true });
  }
  write({ type: 'versions', t: clock.now(), versions: await readVersions(machine, signal) });
  const offset = await measureClock(machine, signal);
  write({ type: 'clock', t: clock.now(), ...offset });
  return bystanders;
}

/** Writes down how systemd sees the units that the places are. */
async function lookAtPlaces({ machine, recorder, signal }: Stage, places: OpenPlaces, when: 'before' | 'after') {
  for (const [role, { unit }] of places)
    recorder.write({ ...(await lookAtPlace(machine, unit, role, signal)), t: recorder.clock.now(), when });
}

/** Sleeps through the hold, in steps, so that a full disk does not go unseen for long. */
async function holdOn(ms: number, recorder: Recorder, signal: AbortSignal): Promise<void> {
  const end = recorder.clock.now() + ms;
  while (recorder.clock.now() < end) {
    recorder.throwIfBroken();
    await sleep(Math.min(1_000, end - recorder.clock.now()), signal);
  }
}
