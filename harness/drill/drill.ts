import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeRequest } from '../bundle/probe.js';
import { parseBytes } from '../core/bytes.js';
import { formatSeconds, measureTime } from '../core/clock.js';
import { asKnownError, machineError, messageOf, type OomdrillError } from '../core/errors.js';
import { makeDirs } from '../core/make-dirs.js';
import type { Ledger } from '../machine/ledger.js';
import type { Changes, Machine, MachineSource, Progress } from '../machine/machine.js';
import type { ChosenMachine } from '../machine/provider.js';
import { makeWorkDir } from '../machine/workdir.js';
import { readHostFacts } from '../observe/host.js';
import type { Load } from '../record/load.js';
import { type Entry, type Header, RECORD_SCHEMA, type Timings, type Watchdog } from '../record/schema.js';
import { windowMs } from '../record/watchdog.js';
import { RecordWriter } from '../record/writer.js';
import { begin, type Drilled, SLACK_MS, type SnapshotsToMake, setStage } from './begin.js';
import { runCourse, type Spans } from './course.js';
import { type DrillDeadline, startDrillDeadline } from './drill-deadline.js';
import { requireCapabilities } from './guest/capabilities.js';
import { refuseMissingParts } from './not-given.js';
import type { PlannedDrill } from './plan.js';
import { prepareGuest } from './prepare-guest.js';
import { Recorder } from './recorder.js';
import { listServiceDirectories } from './service-directories.js';
import { planWayIn } from './way-in.js';

const SAMPLE_INTERVAL_MS = 100;

/** What any drill is carried out with, on whichever machine. */
export interface DrillSettings {
  readonly machine: ChosenMachine;
  readonly ledger: Ledger;
  readonly watchdog: Watchdog;
  /** From one question to server and canary to the next, milliseconds. */
  readonly probeIntervalMs: number;
  /** Honest requests in addition to those of the prober. */
  readonly load?: Load | undefined;
  /** Whether a hold lasts as long as the scenario says, also where its outcome is decided before. */
  readonly fullHold: boolean;
  /** Whether logins through the guest's own sshd are tried, also where the scenario says nothing of them. */
  readonly wayIn: boolean;
  /** Whether each drill starts from the guest just after its boot, also where one is there in which the server has settled. */
  readonly fromNothing: boolean;
  /** A real installation of the server, in place of the stand-in. */
  readonly server?: string | undefined;
  /** Folder for the records and logs; made where it is missing. */
  readonly outDir: string;
  readonly version: string;
  readonly progress: Progress;
  /** Called with each entry of a drill's record as it is written. */
  readonly onEntry?: ((scenario: string, entry: Entry) => void) | undefined;
  readonly signal: AbortSignal;
  /** Called with the machine before it is released, when it is to be kept for a look; and with what broke the drill off. */
  readonly keep?: ((machine: Machine, thrown: unknown) => Promise<void>) | undefined;
}

export interface DrillOptions extends DrillSettings {
  readonly source: MachineSource;
  readonly guest: string;
  readonly guestCpus: number;
  readonly snapshots: SnapshotsToMake;
  /** The drill that this one is the second try of, and how the host spoiled it. */
  readonly secondTryOf?: Header['secondTryOf'];
}

/**
 * Carries out one drill and gives the path of its closed record. Everything that was seen is in the record, also when the drill
 * was broken off: then the record's end carries the error, which is thrown as well.
 */
export async function drill(plan: PlannedDrill, options: DrillOptions): Promise<string> {
  const { scenario } = plan;
  await makeOutDir(options.outDir);
  const record = new RecordWriter(join(options.outDir, 'record.jsonl'));
  const recorder = new Recorder(record);
  recorder.watch((entry) => options.onEntry?.(scenario.name, entry));
  const timeoutMs = Object.values(scenario.phases).reduce(
    (sum, ms) => sum + ms,
    SLACK_MS + (scenario.repair?.stayMs ?? 0),
  );
  using deadline = startDrillDeadline(scenario.name, timeoutMs);
  const signal = AbortSignal.any([options.signal, deadline.signal]);
  try {
    const { machineMs, installMs, spans } = await runDrill(plan, { ...options, signal }, recorder, deadline);
    const totalMs = recorder.clock.now();
    const { baselineMs, rampMs, holdMs, repairMs, recoveryMs } = spans;
    const overheadMs = totalMs - baselineMs - rampMs - holdMs - repairMs - recoveryMs;
    const timings: Timings = { machineMs, installMs, ...spans, totalMs, overheadMs };
    recorder.write({ type: 'end', t: totalMs, timings });
    await record.close();
    return record.path;
  } catch (thrown) {
    const error = asOomdrillError(thrown);
    recorder.write({ type: 'end', t: recorder.clock.now(), error: error.toJSON() });
    await record.close().catch(() => {});
    throw error;
  }
}

/** Makes the folder of a run or a drill. @throws OomdrillError `RECORD_WRITE` */
export async function makeOutDir(dir: string): Promise<void> {
  await makeDirs(dir).catch((cause: unknown) => {
    const message = `Could not make the directory ${dir}: ${messageOf(cause)}.`;
    throw machineError('RECORD_WRITE', message, 'Name another directory with --out.', cause);
  });
}

function asOomdrillError(thrown: unknown): OomdrillError {
  const known = asKnownError(thrown);
  if (known) return known;
  const message = `The drill broke: ${messageOf(thrown)}.`;
  return machineError('BUG', message, 'This is a bug of oomdrill; please report it with the record.', thrown);
}

async function runDrill(
  plan: PlannedDrill,
  options: DrillOptions,
  recorder: Recorder,
  deadline: DrillDeadline,
): Promise<{ machineMs: number; installMs: number; spans: Spans }> {
  const { source, machine: chosen, fullHold, fromNothing, snapshots, progress, server } = options;
  const header = await describeDrill(plan, options, recorder);
  recorder.write(header);
  for (const message of [...plan.warnings, ...(source.remarks ?? [])]) {
    progress(`warning: ${message}`);
    recorder.write({ type: 'note', t: recorder.clock.now(), message });
  }

  refuseMissingParts(plan, options.machine);
  await using workDir = await makeWorkDir(options.ledger);
  const changes = changesOf(plan, server);
  const drilled: Drilled = {
    plan,
    capabilities: chosen.capabilities,
    server,
    source,
    settings: header,
    workDir: workDir.path,
    deadline,
    fullHold,
    fromNothing,
    snapshots,
    progress,
  };
  const started = await measureTime(() => begin(drilled, { workDir: workDir.path, signal: options.signal, changes }));
  const { startingPoint, origin } = started.value;
  await using machine = started.value.machine;
  const signal = AbortSignal.any([options.signal, machine.died]);
  let failure: unknown;
  try {
    progress(`the guest is up after ${formatSeconds(started.ms)}`);
    if (origin !== undefined) recorder.write({ type: 'note', t: recorder.clock.now(), message: origin });
    const installed = await measureTime(async () => {
      await requireCapabilities(machine, plan.scenario.requires, signal);
      if (!startingPoint) await prepareGuest(machine, drilled, { workDir: workDir.path, signal });
    });
    const stage = await setStage(machine, drilled, recorder, signal);
    return { machineMs: started.ms, installMs: installed.ms, spans: await runCourse(stage, startingPoint) };
  } catch (thrown) {
    // What is thrown while the machine dies is an echo of its death.
    failure = signal.aborted ? signal.reason : thrown;
    throw failure;
  } finally {
    await copyFile(machine.consoleLog, join(options.outDir, 'console.log')).catch(() => {});
    await options.keep?.(machine, failure);
  }
}

/** What the drill will change on its machine, in addition to what every drill does. */
function changesOf({ serving, bundle, workload }: PlannedDrill, server: string | undefined): Changes {
  const paths = [...bundle.files.map(({ path }) => path), ...(bundle.root?.paths ?? []), ...workload.links.keys()];
  const unit = serving.unit.name;
  // What a repair sets by `systemctl set-property --runtime` are files there.
  const trees = [`/run/systemd/system.control/${unit}.d`];
  if (server !== undefined) trees.push(workload.standIn.installation.dir);
  return { unit, files: paths.map((path) => `/${path}`), trees, made: listServiceDirectories(serving.unit) };
}

async function describeDrill(plan: PlannedDrill, options: DrillOptions, { clock }: Recorder): Promise<Header> {
  const { scenario, bundle, scale } = plan;
  const { name, hypothesis, control, expect } = scenario;
  const startedAt = new Date(clock.startedAtMs).toISOString();
  const { machine, source, guest, guestCpus, watchdog, probeIntervalMs, load, server, secondTryOf } = options;
  return {
    type: 'header',
    schema: RECORD_SCHEMA,
    id: `${name}-${startedAt}`,
    startedAt,
    oomdrill: options.version,
    scenario: {
      name,
      hypothesis,
      control,
      bundle: bundle.name,
      expect,
      ownBundle: scenario.bundle.name === bundle.name ? undefined : scenario.bundle.name,
    },
    secondTryOf,
    server,
    guest,
    machine: machine.name,
    accelerator: source.accelerator,
    scale,
    watchdog,
    probe: {
      request: describeRequest(bundle.manifest.serving),
      path: bundle.manifest.serving.path,
      intervalMs: probeIntervalMs,
      timeoutMs: windowMs(watchdog),
    },
    load,
    sampleIntervalMs: SAMPLE_INTERVAL_MS,
    wayIn: planWayIn(options.wayIn, expect, watchdog),
    host: await readHostFacts(),
    guestMemoryBytes: parseBytes(bundle.manifest.host.memory),
    guestCpus,
  };
}
