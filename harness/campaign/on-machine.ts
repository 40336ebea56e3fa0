import { existsSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { packagesOf } from '../bundle/manifest.js';
import { parseBytes } from '../core/bytes.js';
import { asKnownError, machineError, messageOf } from '../core/errors.js';
import { hashFile } from '../core/hash-file.js';
import type { SnapshotsToMake } from '../drill/begin.js';
import { type DrillOptions, drill, makeOutDir } from '../drill/drill.js';
import type { PlannedDrill } from '../drill/plan.js';
import { otherBundle } from '../drill/scenario.js';
import type { MachineSource, MachineSpec, Progress } from '../machine/machine.js';
import { SECOND_TRY_SUFFIX } from '../record/folder.js';
import { readRecord } from '../record/reader.js';
import type { Header } from '../record/schema.js';
import { summarizeFailed, summarizeRecord } from '../verdict/summarize.js';
import type { RunSummary } from '../verdict/summary.js';
import type { DrillContext } from './context.js';
import { type QuietWait, waitForQuietHost } from './quiet-host.js';

/** Enough for the two busiest processes of the incident, and what a small CI runner has. */
const GUEST_CPUS = 2;

/**
 * Carries out one drill; an error in it is part of its result. The suffix keeps its folder apart from other drills of
 * the same scenario.
 */
export type DrillOne = (
  plan: PlannedDrill,
  suffix?: string,
  secondTryOf?: Header['secondTryOf'],
) => Promise<RunSummary>;

/** What the drills on one kind of machine have in common. */
interface Campaign {
  /** The folder of their folders. */
  readonly runDir: string;
  /** Which snapshots are made for a drill and those of the campaign that begin like it. */
  readonly snapshotsFor: (plan: PlannedDrill) => SnapshotsToMake;
}

/**
 * Prepares one kind of machine, and releases it after `work`.
 *
 * @param work gets the function that carries out one drill on the machine
 */
export async function withMachine(
  context: DrillContext,
  spec: MachineSpec,
  { runDir, snapshotsFor }: Campaign,
  work: (drillOne: DrillOne) => Promise<void>,
): Promise<void> {
  const { machine, progress, jobs } = context;
  // With several drills at the same time, each line starts with the scenario's name.
  const progressOf = (name: string): Progress => (jobs > 1 ? (line) => progress(`${name}: ${line}`) : progress);
  const guest = machine.ownName ?? spec.guest;
  const source = machine.source(spec, context);
  try {
    await work((plan, suffix = '', secondTryOf) => {
      const { scenario, scale } = plan;
      progress(`drill ${scenario.name} on ${guest}, scale 1/${scale}`);
      const outDir = join(runDir, `${scenario.name}-${guest}${suffix}`);
      const snapshots = snapshotsFor(plan);
      const settings = { ...context, outDir, progress: progressOf(scenario.name), secondTryOf, snapshots };
      return runOne(plan, guest, source, settings);
    });
  } finally {
    await release(source, progress);
  }
}

/** Releases what a source kept between its drills. A source that failed to start has already released everything. */
async function release(source: Promise<MachineSource>, progress: Progress): Promise<void> {
  const started = await source.catch(() => undefined);
  try {
    await started?.[Symbol.asyncDispose]();
  } catch (thrown) {
    progress(`the machine could not be released completely (${messageOf(thrown)}); oomdrill reap tries again`);
  }
}

/**
 * Carries out a drill, and a second try if the host spoiled the first. Not for parallel drills: during the second try
 * no other drill may use the host.
 */
export async function drillWithSecondTry(
  drillOne: DrillOne,
  plan: PlannedDrill,
  suffix: string,
  wait: QuietWait,
): Promise<RunSummary> {
  const run = await drillOne(plan, suffix);
  return run.spoiledByHost ? drillSecondTry(drillOne, { plan, suffix, run }, wait) : run;
}

/**
 * Carries out the second try of a drill that the host spoiled, when the host is quiet again. Its result names the first
 * try.
 */
export async function drillSecondTry(
  drillOne: DrillOne,
  { plan, suffix, run }: { plan: PlannedDrill; suffix: string; run: RunSummary },
  wait: QuietWait,
): Promise<RunSummary> {
  const [reason = ''] = run.reasons;
  await waitForQuietHost(wait, GUEST_CPUS);
  wait.progress(`repeating ${plan.scenario.name}, because its first try proved nothing: ${reason}`);
  const { id, record } = run;
  const second = await drillOne(plan, `${suffix}${SECOND_TRY_SUFFIX}`, id === undefined ? undefined : { id, reason });
  return { ...second, secondTryOf: { id, reason, record } };
}

/** The machine that a planned drill needs. */
export function specOf(guest: string, { bundle }: PlannedDrill): MachineSpec {
  const { host } = bundle.manifest;
  const packages = packagesOf(bundle.manifest);
  return {
    guest,
    memoryBytes: parseBytes(host.memory),
    cpus: GUEST_CPUS,
    packages: packages.length > 0 ? packages : undefined,
  };
}

/**
 * Creates a new folder for a run, named after the time, so that no run overwrites another.
 *
 * @param part name of a folder below it, for drills that are not scenarios of a suite: the pattern
 *   `judge reports/*\/*\/record.jsonl` must not match them
 * @throws OomdrillError `RECORD_WRITE`
 */
export async function makeRunDir(outDir: string, part?: string): Promise<string> {
  await makeOutDir(outDir);
  const stamp = new Date().toISOString().replaceAll(':', '').replace(/\..*/, '');
  try {
    const runDir = await mkdtemp(join(outDir, `${stamp}-`));
    if (part === undefined) return runDir;
    await mkdir(join(runDir, part));
    return join(runDir, part);
  } catch (cause) {
    const message = `Could not create a directory for the run in ${outDir}: ${messageOf(cause)}.`;
    throw machineError('RECORD_WRITE', message, 'Name another directory with --out.', cause);
  }
}

/** Carries out one drill in the context's folder. */
async function runOne(
  plan: PlannedDrill,
  guest: string,
  source: Promise<MachineSource>,
  context: DrillContext & Pick<DrillOptions, 'secondTryOf' | 'snapshots'>,
): Promise<RunSummary> {
  let ready: MachineSource | undefined;
  try {
    ready = await source;
    const path = await drill(plan, { ...context, source: ready, guest, guestCpus: GUEST_CPUS });
    const recordHash = await hashFile(path);
    return { ...summarizeRecord(await readRecord(path), path), recordHash };
  } catch (thrown) {
    // The user stopped the drill; the machine did not fail.
    context.signal.throwIfAborted();
    const error = asKnownError(thrown);
    if (!error) throw thrown;
    const { name, control, expect } = plan.scenario;
    const record = join(context.outDir, 'record.jsonl');
    return {
      scenario: name,
      guest,
      machine: context.machine.name,
      accelerator: ready?.accelerator ?? 'unknown',
      scale: plan.scale,
      control,
      expected: [...expect.outcomes],
      bundle: otherBundle(plan.scenario, plan.bundle),
      ...summarizeFailed(error.toJSON()),
      // A machine that did not start leaves no record.
      record: existsSync(record) ? record : null,
    };
  }
}
