import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseBytes } from '../core/bytes.js';
import { formatSeconds, timed } from '../core/clock.js';
import { waitedInVain } from '../core/deadline.js';
import { machineError, messageOf, OomdrillError } from '../core/errors.js';
import { together } from '../core/together.js';
import type { Ledger } from '../machine/ledger.js';
import type { Machine, MachineSource, Progress } from '../machine/machine.js';
import type { ChosenMachine, MachineCapabilities } from '../machine/provider.js';
import { machinesThat } from '../machine/providers.js';
import { makeWorkDir } from '../machine/workdir.js';
import { hostFacts } from '../observe/host.js';
import { type Entry, type Header, RECORD_SCHEMA, type Timings, type Watchdog } from '../record/schema.js';
import { windowMs } from '../record/watchdog.js';
import { CAPABILITY_MISSING } from '../verdict/summarize.js';
import { runCourse, type Spans } from './course.js';
import { requireCapabilities } from './guest/capabilities.js';
import { installBundle, installServer, installSwap, makeAccounts } from './guest/install.js';
import type { PlannedDrill } from './plan.js';
import { Recorder } from './recorder.js';

/** Five full requests a second: the longest gap is known to within a fifth of a second and a round trip. */
const PROBE_INTERVAL_MS = 200;
const SAMPLE_INTERVAL_MS = 100;

/** What a drill may take beyond its phases before it is broken off: everything that may wait has a shorter deadline of its own. */
const SLACK_MS = 600_000;

/** What any drill is carried out with, on whichever machine. */
export interface DrillSettings {
  readonly machine: ChosenMachine;
  readonly ledger: Ledger;
  readonly watchdog: Watchdog;
  /** A real installation of the server, in place of the stand-in. */
  readonly server?: string | undefined;
  /** Folder for the records and logs; made where it is missing. */
  readonly outDir: string;
  readonly version: string;
  readonly progress: Progress;
  /** Told of each entry of a drill's record as it is written, for those who look on. */
  readonly onEntry?: ((scenario: string, entry: Entry) => void) | undefined;
  readonly signal: AbortSignal;
  /** Called with the machine before it is released, when it is to be kept for a look. */
  readonly keep?: ((machine: Machine) => Promise<void>) | undefined;
}

export interface DrillOptions extends DrillSettings {
  readonly source: MachineSource;
  readonly guest: string;
  readonly guestCpus: number;
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
  const recorder = new Recorder(join(options.outDir, 'record.jsonl'));
  recorder.watch((entry) => options.onEntry?.(scenario.name, entry));
  const deadline = new AbortController();
  const timeoutMs = Object.values(scenario.phases).reduce(
    (sum, ms) => sum + ms,
    SLACK_MS + (scenario.repair?.stayMs ?? 0),
  );
  const wait = { reason: `the drill ${scenario.name} to end`, timeoutMs };
  const timer = setTimeout(() => deadline.abort(waitedInVain(wait)), timeoutMs);
  const signal = AbortSignal.any([options.signal, deadline.signal]);
  try {
    const { machineMs, installMs, spans } = await carryOut(plan, { ...options, signal }, recorder);
    const totalMs = recorder.clock.now();
    const { baselineMs, rampMs, holdMs, repairMs, recoveryMs } = spans;
    const overheadMs = totalMs - baselineMs - rampMs - holdMs - repairMs - recoveryMs;
    const timings: Timings = { machineMs, installMs, rampMs, holdMs, recoveryMs, totalMs, overheadMs };
    recorder.write({ type: 'end', t: totalMs, timings });
    await recorder.close();
    return recorder.path;
  } catch (thrown) {
    const error = asOomdrillError(thrown);
    const { code, message, hint } = error;
    const facts = { code, message, hint };
    recorder.write({ type: 'end', t: recorder.clock.now(), error: facts });
    await recorder.close().catch(() => {});
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Makes the folder of a run or a drill. @throws OomdrillError `RECORD_WRITE` */
export async function makeOutDir(dir: string): Promise<void> {
  await makeDirs(dir).catch((cause: unknown) => {
    const message = `The folder ${dir} cannot be made: ${messageOf(cause)}.`;
    throw machineError('RECORD_WRITE', message, 'Name another place with --out.', cause);
  });
}

/** Not mkdir's own `recursive`: below /proc, where a folder that is there takes no children, Node tries for ever. */
async function makeDirs(dir: string): Promise<void> {
  if (existsSync(dir)) return;
  const parent = dirname(dir);
  if (parent !== dir) await makeDirs(parent);
  await mkdir(dir);
}

function asOomdrillError(thrown: unknown): OomdrillError {
  if (thrown instanceof OomdrillError) return thrown;
  const message = `The drill broke: ${messageOf(thrown)}.`;
  return machineError('BUG', message, 'This is a bug of oomdrill; please report it with the record.', thrown);
}

async function carryOut(
  plan: PlannedDrill,
  options: DrillOptions,
  recorder: Recorder,
): Promise<{ machineMs: number; installMs: number; spans: Spans }> {
  const { source, progress, server } = options;
  const { capabilities } = options.machine;
  const header = await headerOf(plan, options, recorder);
  recorder.write(header);
  for (const message of plan.warnings) {
    progress(`warning: ${message}`);
    recorder.write({ type: 'note', t: recorder.clock.now(), message });
  }

  refuseWhatIsNotGiven(plan, options.machine);
  await using workDir = await makeWorkDir(options.ledger);
  const changes = {
    unit: plan.serving.unit.name,
    files: [
      ...[...plan.bundle.files.map(({ path }) => path), ...(plan.bundle.root?.paths ?? [])].map((path) => `/${path}`),
      ...(server === undefined ? [] : [plan.workload.standIn.installation.dir]),
    ],
  };
  const started = await timed(() => source.start({ workDir: workDir.path, signal: options.signal, changes }));
  await using machine = started.value;
  const signal = AbortSignal.any([options.signal, machine.died]);
  try {
    progress(`the guest is up after ${formatSeconds(started.ms)}`);
    const installed = await timed(async () => {
      await together(
        requireCapabilities(machine, plan.scenario.requires, signal),
        installBundle(machine, plan.bundle, plan.workload, { workDir: workDir.path, signal }),
      );
      const swap = parseBytes(plan.bundle.manifest.host.swap);
      if (swap > 0) await installSwap(machine, swap, signal);
      // Those of a host that is not ours are its owner's affair.
      if (capabilities.accounts) await makeAccounts(machine, plan.workload, signal);
      if (server) await installServer(machine, plan.workload.standIn, server, signal);
    });
    const stage = { plan, machine, recorder, settings: header, standIn: server === undefined, progress, signal };
    return { machineMs: started.ms, installMs: installed.ms, spans: await runCourse(stage) };
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

/**
 * What a drill needs and its kind of machine is not given would make it another drill.
 *
 * @throws OomdrillError `CAPABILITY_MISSING`; the drill is then skipped
 */
function refuseWhatIsNotGiven(plan: PlannedDrill, { name, capabilities }: ChosenMachine): void {
  const missing = notGiven(plan, capabilities);
  if (missing.length === 0) return;
  const others = machinesThat((capabilities) => notGiven(plan, capabilities).length === 0);
  throw machineError(
    CAPABILITY_MISSING,
    `The drill needs ${missing.join(' and ')}, which a machine of kind ${name} is not given.`,
    others === '' ? undefined : `Drill it on --machine ${others}.`,
  );
}

/** What a machine of these capabilities lacks for a drill, in words. */
function notGiven({ bundle, injections }: PlannedDrill, capabilities: MachineCapabilities): string[] {
  const { host, packages = [], beside = [] } = bundle.manifest;
  const missing: string[] = [];
  if (capabilities.packages === 'refused') missing.push(...packages.map((name) => `the package ${name}`));
  if (!capabilities.swap && parseBytes(host.swap) > 0) missing.push('swap');
  for (const { injection } of injections) {
    if (!capabilities.places && injection.place) missing.push(`a ${injection.place.kind}`);
  }
  if (!capabilities.sidecars) missing.push(...beside.map(({ unit }) => unit));
  return missing;
}

async function headerOf(plan: PlannedDrill, options: DrillOptions, { clock }: Recorder): Promise<Header> {
  const { scenario, bundle, scale } = plan;
  const { name, hypothesis, control, expect } = scenario;
  const startedAt = new Date(clock.startedAtMs).toISOString();
  const { machine, source, guest, guestCpus, watchdog, server, secondTryOf } = options;
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
      ownBundle: scenario.bundle === bundle.name ? undefined : scenario.bundle,
    },
    secondTryOf,
    server,
    guest,
    machine: machine.name,
    accelerator: source.accelerator,
    scale,
    watchdog,
    probe: { path: bundle.manifest.serving.path, intervalMs: PROBE_INTERVAL_MS, timeoutMs: windowMs(watchdog) },
    sampleIntervalMs: SAMPLE_INTERVAL_MS,
    host: await hostFacts(),
    guestMemoryBytes: parseBytes(bundle.manifest.host.memory),
    guestCpus,
  };
}
