import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bundle } from '../bundle/bundle.js';
import { loadBundle } from '../bundle/load.js';
import { scaleBundle } from '../bundle/scale.js';
import { type ServingUnit, servingUnit } from '../bundle/serving.js';
import { type Bytes, formatBytes, parseBytes } from '../core/bytes.js';
import { startClock, timed } from '../core/clock.js';
import { pollUntil, sleep, waitedInVain } from '../core/deadline.js';
import { machineError, messageOf, OomdrillError } from '../core/errors.js';
import { letLoose } from '../inject/hog.js';
import { describeTarget, resolveTarget } from '../inject/target.js';
import type { Ledger } from '../machine/ledger.js';
import type { Machine, MachineSource, Progress } from '../machine/machine.js';
import { makeWorkDir } from '../machine/workdir.js';
import { hostFacts, startHostWatch } from '../observe/host.js';
import type { Observer } from '../observe/observer.js';
import { startProber } from '../observe/prober.js';
import { startSampler } from '../observe/sampler.js';
import { startSession } from '../observe/session.js';
import { RECORD_SCHEMA, type Timings, type Watchdog } from '../record/schema.js';
import { proveEffect } from './guest/effect.js';
import { aliveAmong, findBystanders, lookAtUnit, measureClock, readJournal, readVersions } from './guest/evidence.js';
import { installBundle, installServer } from './guest/install.js';
import { Recorder, Watch } from './recorder.js';
import type { Scenario } from './scenario.js';

/** Four full requests a second: the longest gap is known to within a quarter of a second and a round trip. */
const PROBE_INTERVAL_MS = 200;
const SAMPLE_INTERVAL_MS = 100;

/** A scenario brought together with its bundle, before any machine starts. */
export interface PlannedDrill {
  readonly scenario: Scenario;
  /** At scale. */
  readonly bundle: Bundle;
  readonly serving: ServingUnit;
  readonly scale: number;
  readonly targetBytes: Bytes | null;
}

/**
 * Loads and checks all that a scenario names, so that a mistake shows before a machine starts.
 *
 * @throws OomdrillError for a bad bundle, unit or target
 */
export async function planDrill(scenario: Scenario, bundlesDir: string, scale: number): Promise<PlannedDrill> {
  const bundle = scaleBundle(await loadBundle(join(bundlesDir, scenario.bundle)), scale);
  const serving = servingUnit(bundle);
  return { scenario, bundle, serving, scale, targetBytes: resolveTarget(scenario.hog.target, serving.limits, scale) };
}

export interface DrillOptions {
  readonly source: MachineSource;
  readonly ledger: Ledger;
  readonly guest: string;
  readonly guestCpus: number;
  readonly watchdog: Watchdog;
  /** A real installation of the server, in place of the stand-in. */
  readonly server?: string | undefined;
  /** Folder for this drill's record and logs; made here. */
  readonly outDir: string;
  readonly version: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Called with the machine before it is released, when it is to be kept for a look. */
  readonly keep?: ((machine: Machine) => Promise<void>) | undefined;
}

/**
 * Carries out one drill and gives the path of its closed record. Everything that was seen is in the record, also when the drill
 * was broken off: then the record's end carries the error, which is thrown as well.
 */
export async function drill(plan: PlannedDrill, options: DrillOptions): Promise<string> {
  const { scenario } = plan;
  await mkdir(options.outDir, { recursive: true }).catch((cause: unknown) => {
    throw machineError(
      'RECORD_WRITE',
      `The folder ${options.outDir} cannot be made: ${messageOf(cause)}.`,
      'Name another place with --out.',
      cause,
    );
  });
  const recorder = new Recorder(join(options.outDir, 'record.jsonl'));
  const { phases } = scenario;
  // Everything that may wait has a deadline of its own; this one is for what we did not think of.
  const deadline = new AbortController();
  const limitMs = phases.baselineMs + phases.holdMs + phases.recoveryMs + 600_000;
  const timer = setTimeout(
    () => deadline.abort(waitedInVain({ reason: `the drill ${scenario.name} to end`, timeoutMs: limitMs })),
    limitMs,
  );
  const signal = AbortSignal.any([options.signal, deadline.signal]);
  try {
    const timings = await carryOut(plan, { ...options, signal }, recorder);
    recorder.write({ type: 'end', t: recorder.clock.now(), timings });
    await recorder.close();
    return recorder.path;
  } catch (thrown) {
    const error =
      thrown instanceof OomdrillError
        ? thrown
        : machineError(
            'BUG',
            `The drill broke: ${messageOf(thrown)}.`,
            'This is a bug of oomdrill; please report it with the record.',
            thrown,
          );
    const { code, message, hint } = error;
    recorder.write({
      type: 'end',
      t: recorder.clock.now(),
      error: { code, message, ...(hint === undefined ? {} : { hint }) },
    });
    await recorder.close().catch(() => {});
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function carryOut(plan: PlannedDrill, options: DrillOptions, recorder: Recorder): Promise<Timings> {
  const { scenario, bundle, serving, scale } = plan;
  const { source, ledger, progress, watchdog } = options;
  const { clock, write } = recorder;
  const { host, serving: served } = bundle.manifest;
  const probe = { path: served.path, intervalMs: PROBE_INTERVAL_MS, timeoutMs: watchdogWindow(watchdog) };
  write({
    type: 'header',
    schema: RECORD_SCHEMA,
    id: `${scenario.name}-${new Date(clock.startedAtMs).toISOString()}`,
    startedAt: new Date(clock.startedAtMs).toISOString(),
    oomdrill: options.version,
    scenario: {
      name: scenario.name,
      hypothesis: scenario.hypothesis,
      control: scenario.control,
      bundle: scenario.bundle,
      expect: scenario.expect,
    },
    guest: options.guest,
    machine: source.kind,
    accelerator: source.accelerator,
    scale,
    watchdog,
    probe,
    sampleIntervalMs: SAMPLE_INTERVAL_MS,
    host: await hostFacts(),
    guestMemoryBytes: parseBytes(host.memory),
    guestCpus: options.guestCpus,
  });

  await using workDir = await makeWorkDir(ledger);
  const started = await timed(() => source.start({ workDir: workDir.path, signal: options.signal }));
  await using machine = started.value;
  const signal = AbortSignal.any([options.signal, machine.died]);
  try {
    progress(`the guest is up after ${seconds(started.ms)}`);
    const installed = await timed(() => install(plan, options, machine, workDir.path, signal));
    progress(`${served.unit} runs with its limits in effect after ${seconds(installed.ms)}`);
    for (const entry of [installed.value.effect, { type: 'versions' as const, versions: installed.value.versions }])
      write({ ...entry, t: clock.now() });
    const spans = await observe(plan, options, recorder, machine, signal);
    const totalMs = clock.now();
    const accounted = spans.baselineMs + spans.rampMs + spans.holdMs + spans.recoveryMs;
    const { rampMs, holdMs, recoveryMs } = spans;
    return {
      machineMs: started.ms,
      installMs: installed.ms,
      rampMs,
      holdMs,
      recoveryMs,
      totalMs,
      overheadMs: totalMs - accounted,
    };
  } catch (thrown) {
    // What is thrown while the machine dies is an echo of its death.
    machine.died.throwIfAborted();
    options.signal.throwIfAborted();
    throw thrown;
  } finally {
    await copyFile(machine.consoleLog, join(options.outDir, 'console.log')).catch(() => {});
    await options.keep?.(machine);
  }
}

async function install(
  { bundle, scale, serving }: PlannedDrill,
  { server }: DrillOptions,
  machine: Machine,
  workDir: string,
  signal: AbortSignal,
) {
  const { unit, port, path } = bundle.manifest.serving;
  await installBundle(machine, bundle, { workDir, scale, signal });
  if (server) await installServer(machine, server, signal);
  // Cold: page cache belongs to the cgroup that read it first, and the server's text must be charged to the server.
  const start = await machine.exec(
    ['sh', '-c', 'sync; echo 3 >/proc/sys/vm/drop_caches; systemctl start "$1"', 'sh', unit],
    { reason: `${unit} to start`, signal },
  );
  if (start.exitCode !== 0) throw await startError(machine, unit, start.stderr, signal);
  const effect = await proveEffect(machine, serving, signal);
  const versions = await readVersions(machine, signal);
  const { host, port: hostPort } = await machine.endpoint(port);
  await pollUntil(
    async () => {
      const answered = await fetch(`http://${host}:${hostPort}${path}`, { signal: AbortSignal.timeout(5_000) })
        .then(async (response) => response.ok && (await response.text()).length > 0)
        .catch(() => false);
      if (answered) return true;
      const { activeState } = await lookAtUnit(machine, unit, port, signal);
      if (activeState === 'failed') throw await startError(machine, unit, 'it failed', signal);
      return undefined;
    },
    {
      reason: `${unit} to answer ${path} on port ${port}`,
      timeoutMs: 60_000,
      signal,
      code: 'SERVER_SILENT',
      hint: 'Does bundle.json name the right port and path?',
    },
    100,
  );
  return { effect, versions };
}

async function startError(machine: Machine, unit: string, why: string, signal: AbortSignal) {
  const { stdout } = await machine.exec(['journalctl', '--no-pager', '--output=cat', '--lines=3', `--unit=${unit}`], {
    reason: 'why the unit failed',
    signal,
  });
  return machineError(
    'SERVER_START',
    `${unit} did not start: ${why.trim()}: ${stdout.trim().split('\n').join(' | ')}.`,
    'The unit starts in the guest as it would on the host; --keep-machine lets you look.',
  );
}

/** From the first sample to the last: phases, injection and release, with everything written down. */
async function observe(
  plan: PlannedDrill,
  options: DrillOptions,
  recorder: Recorder,
  machine: Machine,
  signal: AbortSignal,
) {
  const { scenario, bundle, serving, scale, targetBytes } = plan;
  const { progress, watchdog } = options;
  const { clock, write } = recorder;
  const { unit, port, path, sessionPath } = bundle.manifest.serving;
  const watch = new Watch(recorder);
  const observers: Observer[] = [];
  const observe = (observer: Observer) => observers.push(observer);
  try {
    recorder.phase('settle');
    const before = await lookAtUnit(machine, unit, port, signal);
    write({ ...before, t: clock.now(), when: 'before' });
    const bystanders = await findBystanders(machine, serving.cgroup, before.mainPid, signal);
    for (const { name, pid } of bystanders)
      write({ type: 'bystander', t: clock.now(), name, when: 'before', pid, alive: true });
    write({ type: 'clock', t: clock.now(), ...(await measureClock(machine, signal)) });
    const { diskBandwidth } = bundle.manifest.host;
    await machine.limitDisk(diskBandwidth === undefined ? null : parseBytes(diskBandwidth));
    const endpoint = await machine.endpoint(port);
    observe(startHostWatch(recorder));
    observe(
      await startSampler(
        machine,
        {
          intervalMs: SAMPLE_INTERVAL_MS,
          serverPid: before.mainPid,
          port,
          cgroups: { server: serving.cgroup },
          hogs: [scenario.hog.name],
        },
        recorder,
        signal,
      ),
    );
    observe(
      startProber({ ...endpoint, path, intervalMs: PROBE_INTERVAL_MS, timeoutMs: watchdogWindow(watchdog) }, recorder),
    );
    // A real installation wants a real ticket, which we do not have.
    if (sessionPath && !options.server) observe(startSession({ ...endpoint, path: sessionPath, watchdog }, recorder));
    await watch.steady({ since: clock.now(), answers: 5, withinMs: 500, timeoutMs: 20_000, signal });

    recorder.phase('baseline');
    progress(`baseline: ${seconds(scenario.phases.baselineMs)}`);
    const baseline = await timed(() => sleep(scenario.phases.baselineMs, signal));

    recorder.phase('injection');
    const injectedT = clock.now();
    const { hog } = scenario;
    const describes = describeTarget(hog.target);
    write({
      type: 'injection',
      t: injectedT,
      hog: hog.name,
      comm: hog.comm,
      cgroup: serving.cgroup,
      targetBytes,
      describes,
    });
    progress(
      `injection: a hog grows ${describes}${targetBytes === null ? '' : ` (${formatBytes(targetBytes)} at scale 1/${scale})`}`,
    );
    const rate = hog.rate === undefined ? {} : { rateBytesPerSecond: parseBytes(hog.rate) / scale };
    const loose = await letLoose(machine, hog, { cgroup: serving.cgroup, targetBytes, ...rate }, signal);
    const startedMs = clock.now() - injectedT;
    await waitForRamp(watch, hog.name, serving, signal, recorder);
    const rampMs = clock.now() - injectedT - startedMs;

    recorder.phase('hold');
    progress(`hold: ${seconds(scenario.phases.holdMs)}; the hog is ${watch.hogState(hog.name)}`);
    const hold = await timed(() => holdOn(scenario.phases.holdMs, recorder, signal));

    recorder.phase('release');
    const releasedT = clock.now();
    await loose.release();

    recorder.phase('recovery');
    progress('recovery: the hog is gone');
    const recovery = await timed(() =>
      watch.steady({ since: releasedT, answers: 10, withinMs: 1_000, timeoutMs: scenario.phases.recoveryMs, signal }),
    );
    write({ ...(await lookAtUnit(machine, unit, port, signal)), t: clock.now(), when: 'after' });
    const alive = await aliveAmong(
      machine,
      bystanders.map(({ pid }) => pid),
      signal,
    );
    for (const { name, pid } of bystanders)
      write({ type: 'bystander', t: clock.now(), name, when: 'after', pid, alive: alive.has(pid) });
    for (const entry of await readJournal(machine, watch.toGuestMs(injectedT), watch.toHostT, signal)) write(entry);
    return { baselineMs: baseline.ms, rampMs, holdMs: hold.ms, recoveryMs: recovery.ms };
  } finally {
    for (const observer of observers.reverse()) await observer.stop();
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

/** Slower than any guest touches memory: a hog that is slower is stuck, and the drill goes on to say so. */
const SLOWEST_RAMP_BYTES_PER_MS = 10_000;

/** Waits until the hog holds, or is dead. Running out of time is no error: a hog that does not get there is a finding. */
async function waitForRamp(
  watch: Watch,
  hog: string,
  serving: ServingUnit,
  signal: AbortSignal,
  recorder: Recorder,
): Promise<void> {
  const most = Number.isFinite(serving.limits.max) ? serving.limits.max : 0;
  const end = recorder.clock.now() + 30_000 + most / SLOWEST_RAMP_BYTES_PER_MS;
  while (recorder.clock.now() < end && ['starting', 'ramping'].includes(watch.hogState(hog))) {
    recorder.throwIfBroken();
    await sleep(50, signal);
  }
}

const watchdogWindow = (watchdog: Watchdog): number =>
  watchdog.kind === 'heartbeat' ? watchdog.windowMs : watchdog.intervalMs * watchdog.missed;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
