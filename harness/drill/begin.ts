import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { machineError, messageOf } from '../core/errors.js';
import type {
  Machine,
  MachineSource,
  Preparation,
  PreparedMachine,
  Progress,
  StartOptions,
} from '../machine/machine.js';
import { HelperProcesses } from '../observe/helper-processes.js';
import type { Header } from '../record/schema.js';
import { applyChange } from './apply-change.js';
import { type Change, describeChange, findChange } from './change.js';
import type { DrillDeadline } from './drill-deadline.js';
import { measurePace } from './pace.js';
import { pacedMachine } from './paced-machine.js';
import type { PlannedDrill } from './plan.js';
import { preparationKey } from './preparation-key.js';
import { type GuestPreparation, prepareGuest } from './prepare-guest.js';
import { NOWHERE, Recorder } from './recorder.js';
import { raise } from './settle.js';
import type { Recording, Stage } from './stage.js';
import { findFault, type Standing, type StartingPoint, standingFromText, standingToText } from './standing.js';

/** What a drill may take beyond its phases before it is broken off: everything that may wait has a shorter deadline of its own. */
export const SLACK_MS = 600_000;

/** A drill, and how it is carried out. */
export interface Drilled extends GuestPreparation {
  readonly source: MachineSource;
  readonly settings: Header;
  /** A directory of this host for files of the drill. */
  readonly workDir: string;
  readonly deadline: DrillDeadline;
  readonly fullHold: boolean;
  readonly fromNothing: boolean;
  /** Whether the same is going to be drilled again by this run. */
  readonly isDrilledAgain: boolean;
  readonly progress: Progress;
}

/** A machine that was started, and what a drill goes on from where that is not its boot. */
interface Begun {
  readonly machine: Machine;
  readonly startingPoint?: StartingPoint;
  /** Where the guest came from, as a sentence for the record. */
  readonly origin?: string;
}

/** A machine from a snapshot that was found to be as it should be. */
interface Examined {
  readonly machine: Machine;
  readonly standing: Standing;
  readonly snapshot: string;
}

/** Measures the guest, and sets the stage for what is to happen in it. */
export async function setStage(
  machine: Machine,
  { plan, settings, workDir, deadline, fullHold, server, progress }: Drilled,
  recorder: Recording,
  signal: AbortSignal,
): Promise<Stage> {
  const pace = await measurePace(machine, recorder, signal);
  deadline.postpone(pace.stretch(SLACK_MS) - SLACK_MS);
  const standIn = server === undefined;
  return {
    plan,
    machine: pacedMachine(machine, pace),
    pace,
    deadline,
    recorder,
    settings,
    helpers: new HelperProcesses(),
    workDir,
    fullHold,
    standIn,
    progress,
    signal,
  };
}

/**
 * Starts the machine: from a snapshot in which the server has settled, where there is one or it is worth its while, and else from the
 * guest just after its boot. A bundle that was changed a little begins with a snapshot of what it was before.
 *
 * @throws OomdrillError what the installers throw, and what a server that does not start does
 */
export async function begin(drilled: Drilled, start: StartOptions): Promise<Begun> {
  const { plan, source, fromNothing, server } = drilled;
  // A real server is what its owner made of it: a snapshot of it may keep more than we know of.
  if (fromNothing || server !== undefined) return { machine: await source.start(start) };
  const change = plan.changedFrom && findChange(plan.changedFrom, plan);
  const begun = change
    ? await beginChanged(drilled, change, start)
    : // What serves for another plan is wanted again; this one's own is not.
      await beginSettled(plan.changedFrom ? { ...drilled, isDrilledAgain: false } : drilled, start);
  return begun ?? { machine: await source.start(start) };
}

async function beginSettled(drilled: Drilled, start: StartOptions): Promise<Begun | undefined> {
  const prepared = await beginPrepared(drilled, start);
  if (!prepared) return beginWithoutPlaces(drilled, start);
  const { machine, standing, snapshot } = prepared;
  const origin = `the guest came from the snapshot ${snapshot}, in which the server had settled`;
  return { machine, startingPoint: { ...standing, sidecars: [], isUnverified: false }, origin };
}

/** The same where a snapshot is there without the places of this drill, which are made then; undefined where there is none, or it has none. */
async function beginWithoutPlaces(drilled: Drilled, start: StartOptions): Promise<Begun | undefined> {
  const { plan } = drilled;
  if (!hasPlaces(plan)) return undefined;
  const from = { ...drilled, plan: withoutPlaces(plan), isDrilledAgain: false };
  const prepared = await beginPrepared(from, start);
  if (!prepared) return undefined;
  const { machine, standing, snapshot } = prepared;
  const origin = `the guest came from the snapshot ${snapshot}, in which the server had settled; its places were made then`;
  return { machine, startingPoint: { ...standing, places: undefined, sidecars: [], isUnverified: false }, origin };
}

const hasPlaces = ({ injections, bystanders }: PlannedDrill): boolean =>
  [...injections, ...bystanders].some(({ injection }) => injection.place);

const withoutPlaces = (plan: PlannedDrill): PlannedDrill => ({ ...plan, injections: [], bystanders: [] });

/** Starts the guest of the bundle that this one was changed from, and changes it there; undefined where that cannot be done. */
async function beginChanged(drilled: Drilled, change: Change, start: StartOptions): Promise<Begun | undefined> {
  const { plan, progress } = drilled;
  const { changedFrom } = plan;
  if (!changedFrom) return undefined;
  const isOfPlaces = change.isOfPlaces && hasPlaces(plan);
  let from = isOfPlaces ? withoutPlaces(changedFrom) : changedFrom;
  let prepared = await beginPrepared({ ...drilled, plan: from }, start);
  if (!prepared && hasPlaces(from)) {
    from = withoutPlaces(changedFrom);
    prepared = await beginPrepared({ ...drilled, plan: from, isDrilledAgain: false }, start);
  }
  if (!prepared) return undefined;
  const made = { ...change, isOfPlaces: hasPlaces(plan) && !hasPlaces(from) };
  const { machine, standing, snapshot } = prepared;
  try {
    const options = { workDir: start.workDir, signal: AbortSignal.any([start.signal, machine.died]) };
    const startingPoint = await applyChange(machine, plan, { change: made, standing }, options);
    const origin = `the guest came from the snapshot ${snapshot}, in which the server of ${from.bundle.name} had settled; ${describeChange(made)}`;
    return { machine, startingPoint, origin };
  } catch (thrown) {
    await machine[Symbol.asyncDispose]();
    start.signal.throwIfAborted();
    progress(`starting from the guest just after its boot instead. ${messageOf(thrown)}`);
    return undefined;
  }
}

/** The same from such a snapshot alone; undefined where there is none, or it cannot be used. */
async function beginPrepared(drilled: Drilled, start: StartOptions): Promise<Examined | undefined> {
  const { plan, source, isDrilledAgain, progress } = drilled;
  const { signal } = start;
  if (!source.startPrepared) return undefined;
  let refusal: { readonly thrown: unknown } | undefined;
  const preparation: Preparation = {
    key: await preparationKey(plan),
    isWantedAgain: isDrilledAgain,
    async make(machine, workDir) {
      const either = AbortSignal.any([signal, machine.died]);
      try {
        await prepareGuest(machine, drilled, { workDir, signal: either });
        return standingToText(await raise(await setStage(machine, drilled, new Recorder(NOWHERE), either)));
      } catch (thrown) {
        // A machine that dies of a full disk says nothing of the server.
        if (!machine.died.aborted) refusal = { thrown };
        throw thrown;
      }
    },
  };
  try {
    // Its own: sockets and keys of a machine that was given up must not be in the way of the next one.
    const workDir = await mkdtemp(join(start.workDir, 'from-'));
    const prepared = await source.startPrepared({ ...start, workDir }, preparation);
    return prepared && (await examine(prepared, plan, signal));
  } catch (thrown) {
    signal.throwIfAborted();
    // What a server does not do in a guest that is to be saved, it does not do in another.
    if (refusal) throw refusal.thrown;
    progress(`starting from the guest just after its boot instead. ${messageOf(thrown)}`);
    await source.forgetPrepared?.(preparation).catch(() => {});
    return undefined;
  }
}

/** Looks whether a machine from a snapshot is as it should be; ends it where it is not. @throws OomdrillError `SNAPSHOT` */
async function examine(
  { machine, known, snapshot }: PreparedMachine,
  plan: PlannedDrill,
  signal: AbortSignal,
): Promise<Examined> {
  try {
    const standing = standingFromText(known);
    const fault = standing ? await findFault(machine, plan, standing, signal) : 'what stands in it is not known';
    if (standing && fault === undefined) return { machine, standing, snapshot };
    throw machineError('SNAPSHOT', `The snapshot ${snapshot} cannot be used: ${fault}.`);
  } catch (thrown) {
    await machine[Symbol.asyncDispose]();
    throw thrown;
  }
}
