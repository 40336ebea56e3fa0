import { existsSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { parseBytes } from '../core/bytes.js';
import { machineError, messageOf, OomdrillError } from '../core/errors.js';
import { type DrillOptions, drill, makeOutDir } from '../drill/drill.js';
import type { PlannedDrill } from '../drill/plan.js';
import { otherBundle } from '../drill/scenario.js';
import type { MachineSource, MachineSpec, Progress } from '../machine/machine.js';
import { AGAIN } from '../record/folder.js';
import { readRecord } from '../record/reader.js';
import type { Header } from '../record/schema.js';
import { summarizeFailed, summarizeRecord } from '../verdict/summarize.js';
import type { RunSummary } from '../verdict/summary.js';
import type { DrillContext } from './context.js';

/** As many as the incident's two busiest parties need, and as a small CI runner has. */
const GUEST_CPUS = 2;

/**
 * Carries out one drill; an error in it is part of its result. The suffix tells its folder from that of the same scenario.
 */
export type DrillOne = (
  plan: PlannedDrill,
  suffix?: string,
  secondTryOf?: Header['secondTryOf'],
) => Promise<RunSummary>;

/**
 * Makes one kind of machine ready, and releases it when the work is over.
 *
 * @param work is handed what carries out one drill on it
 */
export async function onOneMachine(
  context: DrillContext,
  spec: MachineSpec,
  runDir: string,
  work: (drillOne: DrillOne) => Promise<void>,
): Promise<void> {
  const { machine, progress, jobs } = context;
  // Lines of several drills at a time are told apart by the scenario's name.
  const told = (name: string): Progress => (jobs > 1 ? (line) => progress(`${name}: ${line}`) : progress);
  const guest = machine.ownName ?? spec.guest;
  const source = machine.source(spec, context);
  try {
    await work((plan, suffix = '', secondTryOf) => {
      const { scenario, scale } = plan;
      progress(`drill ${scenario.name} on ${guest}, scale 1/${scale}`);
      const outDir = join(runDir, `${scenario.name}-${guest}${suffix}`);
      const settings = { ...context, outDir, progress: told(scenario.name), secondTryOf };
      return runOne(plan, guest, source, settings);
    });
  } finally {
    await release(source, progress);
  }
}

/** Gives back what a source kept between its drills. One that could not be made ready has released itself. */
async function release(source: Promise<MachineSource>, progress: Progress): Promise<void> {
  const made = await source.catch(() => undefined);
  try {
    await made?.[Symbol.asyncDispose]();
  } catch (thrown) {
    progress(`not all of the machine could be released (${messageOf(thrown)}); oomdrill reap tries again`);
  }
}

/** A drill, and a second try where the host spoiled the first. Not for drills that run beside others: the second try is to have the host for itself. */
export async function drillWithSecondTry(
  drillOne: DrillOne,
  plan: PlannedDrill,
  suffix: string,
  progress: Progress,
): Promise<RunSummary> {
  const run = await drillOne(plan, suffix);
  return run.spoiledByHost ? drillSecondTry(drillOne, { plan, suffix, run }, progress) : run;
}

/** The second try of a drill that the host spoiled. Its result says so. */
export async function drillSecondTry(
  drillOne: DrillOne,
  { plan, suffix, run }: { plan: PlannedDrill; suffix: string; run: RunSummary },
  progress: Progress,
): Promise<RunSummary> {
  const [reason = ''] = run.reasons;
  progress(`${plan.scenario.name} once more, because the host spoiled it: ${reason}`);
  const { id, record } = run;
  const second = await drillOne(plan, `${suffix}${AGAIN}`, id === undefined ? undefined : { id, reason });
  return { ...second, secondTryOf: { id, reason, record } };
}

/** The machine that a planned drill needs. */
export function specOf(guest: string, { bundle }: PlannedDrill): MachineSpec {
  const { host, packages } = bundle.manifest;
  return {
    guest,
    memoryBytes: parseBytes(host.memory),
    cpus: GUEST_CPUS,
    packages: packages?.length ? packages : undefined,
  };
}

/**
 * A folder of its own for each run, by its time, so that no run overwrites another.
 *
 * @param part one level more, for drills that are no scenarios of a suite: `judge reports/*\/*\/record.jsonl` is to pass them over
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
    const message = `Could not make a folder for the run in ${outDir}: ${messageOf(cause)}.`;
    throw machineError('RECORD_WRITE', message, 'Name another place with --out.', cause);
  }
}

/** Carries out one drill in the folder of its own that the context names. */
async function runOne(
  plan: PlannedDrill,
  guest: string,
  source: Promise<MachineSource>,
  context: DrillContext & Pick<DrillOptions, 'secondTryOf'>,
): Promise<RunSummary> {
  let ready: MachineSource | undefined;
  try {
    ready = await source;
    const path = await drill(plan, { ...context, source: ready, guest, guestCpus: GUEST_CPUS });
    return summarizeRecord(await readRecord(path), path);
  } catch (thrown) {
    // Told to stop: by the user, not by the machine.
    context.signal.throwIfAborted();
    if (!(thrown instanceof OomdrillError)) throw thrown;
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
      ...summarizeFailed(thrown.toJSON()),
      // A machine that could not be made ready leaves no record.
      record: existsSync(record) ? record : null,
    };
  }
}
