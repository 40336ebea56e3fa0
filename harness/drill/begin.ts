import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes } from '../core/bytes.js';
import { machineError, messageOf } from '../core/errors.js';
import type {
  Machine,
  MachineSource,
  MadeWhen,
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
import { requireCapabilities } from './guest/capabilities.js';
import { measurePace } from './pace.js';
import { pacedMachine } from './paced-machine.js';
import type { PlannedDrill } from './plan.js';
import { grownKey, preparationKey } from './preparation-key.js';
import { type GuestPreparation, prepareGuest } from './prepare-guest.js';
import { NOWHERE, Recorder } from './recorder.js';
import { locateServer, raise } from './settle.js';
import { findSleeper, putToSleep } from './sleeper.js';
import type { Recording, Stage } from './stage.js';
import {
  findFault,
  type Standing,
  type StartingPoint,
  serverOf,
  standingFromText,
  standingToText,
} from './standing.js';

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
  readonly snapshots: SnapshotsToMake;
  readonly progress: Progress;
}

/** When snapshots are made for this drill and those that begin like it, where they are not there. */
export interface SnapshotsToMake {
  readonly settled: MadeWhen;
  readonly grown: MadeWhen;
}

/** Of drills that are each wanted at least once more, if any. */
export const MADE_LATER: SnapshotsToMake = { settled: 'second-time', grown: 'never' };

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
  /** What was the case in the snapshot, to complete "in which". */
  readonly inWords: string;
}

/** Measures the guest, and sets the stage for what is to happen in it. */
export async function setStage(
  machine: Machine,
  { plan, capabilities, settings, workDir, deadline, fullHold, server, progress }: Drilled,
  recorder: Recording,
  signal: AbortSignal,
): Promise<Stage> {
  const pace = await measurePace(machine, recorder, signal);
  deadline.postpone(pace.stretch(SLACK_MS) - SLACK_MS);
  const standIn = server === undefined;
  return {
    plan,
    machine: pacedMachine(machine, pace),
    capabilities,
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
 * Starts the machine: from a snapshot in which the server has settled, and the hog sleeps on its way, where there is one or it is worth
 * its while; else from one in which the server has settled; and else from the guest just after its boot. A bundle that was changed a
 * little begins with a snapshot of what it was before, in which no hog sleeps.
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
      await beginSettled(plan.changedFrom ? { ...drilled, snapshots: MADE_LATER } : drilled, start);
  return begun ?? { machine: await source.start(start) };
}

async function beginSettled(drilled: Drilled, start: StartOptions): Promise<Begun | undefined> {
  const prepared = await beginPrepared(drilled, start);
  if (!prepared) return beginWithoutPlaces(drilled, start);
  const { machine, standing, snapshot, inWords } = prepared;
  const origin = `the guest came from the snapshot ${snapshot}, in which ${inWords}`;
  return { machine, startingPoint: startingPointOf(standing), origin };
}

/** The same where a snapshot is there without the places of this drill, which are made then; undefined where there is none, or it has none. */
async function beginWithoutPlaces(drilled: Drilled, start: StartOptions): Promise<Begun | undefined> {
  const { plan } = drilled;
  if (!hasPlaces(plan)) return undefined;
  const prepared = await beginPrepared({ ...drilled, plan: withoutPlaces(plan), snapshots: MADE_LATER }, start);
  if (!prepared) return undefined;
  const { machine, standing, snapshot, inWords } = prepared;
  const origin = `the guest came from the snapshot ${snapshot}, in which ${inWords}; its places were made then`;
  return { machine, startingPoint: { ...startingPointOf(standing), places: undefined }, origin };
}

/** Where all stands that is in a snapshot of a plan's own. */
const startingPointOf = (standing: Standing): StartingPoint => ({
  places: standing.places,
  server: serverOf(standing),
  asleep: standing.asleep,
  sidecars: [],
  isUnverified: false,
});

const hasPlaces = ({ injections, bystanders }: PlannedDrill): boolean =>
  [...injections, ...bystanders].some(({ injection }) => injection.place);

const withoutPlaces = (plan: PlannedDrill): PlannedDrill => ({ ...plan, injections: [], bystanders: [] });

/** The plan of a drill that does not begin where its hog sleeps: with other limits it might sleep where something happens. */
const withoutSleep = (plan: PlannedDrill): PlannedDrill => ({
  ...plan,
  injections: plan.injections.map((planned) => ({ ...planned, plan: { ...planned.plan, sleep: undefined } })),
});

/** Starts the guest of the bundle that this one was changed from, and changes it there; undefined where that cannot be done. */
async function beginChanged(drilled: Drilled, change: Change, start: StartOptions): Promise<Begun | undefined> {
  const { plan, progress } = drilled;
  const { changedFrom } = plan;
  if (!changedFrom) return undefined;
  const isOfPlaces = change.isOfPlaces && hasPlaces(plan);
  let from = isOfPlaces ? withoutPlaces(changedFrom) : withoutSleep(changedFrom);
  let prepared = await beginPrepared({ ...drilled, plan: from }, start);
  if (!prepared && hasPlaces(from)) {
    from = withoutPlaces(changedFrom);
    prepared = await beginPrepared({ ...drilled, plan: from, snapshots: MADE_LATER }, start);
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

/** The same from such a snapshot alone; undefined where there is none, or none can be used. */
async function beginPrepared(drilled: Drilled, start: StartOptions): Promise<Examined | undefined> {
  const { source, progress } = drilled;
  const { signal } = start;
  if (!source.startPrepared) return undefined;
  let refusal: { readonly thrown: unknown } | undefined;
  const settled = await prepareSettled(drilled, signal, (thrown) => {
    refusal = { thrown };
  });
  const grown = await prepareGrown(drilled, settled, signal);
  for (const preparation of grown ? [grown, settled] : [settled]) {
    try {
      // Its own: sockets and keys of a machine that was given up must not be in the way of the next one.
      const workDir = await mkdtemp(join(start.workDir, 'from-'));
      const prepared = await source.startPrepared({ ...start, workDir }, preparation);
      if (prepared) return await examine(prepared, preparation, drilled.plan, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      // What a server does not do in a guest that is to be saved, it does not do in another.
      if (refusal) throw refusal.thrown;
      const instead = preparation === settled ? 'the guest just after its boot' : 'a guest without the sleeping hog';
      progress(`starting from ${instead} instead. ${messageOf(thrown)}`);
      if (preparation === grown) failedIn(source).add(preparation.key);
      await source.forgetPrepared?.(preparation).catch(() => {});
    }
  }
  return undefined;
}

/** Keys of hogs that a source could not be had with asleep: it would come out the same in the next drill. */
const failures = new WeakMap<MachineSource, Set<string>>();

function failedIn(source: MachineSource): Set<string> {
  const known = failures.get(source) ?? new Set();
  failures.set(source, known);
  return known;
}

/** @param refuse called with what a server that is to settle is refused by, or does not do */
async function prepareSettled(
  drilled: Drilled,
  signal: AbortSignal,
  refuse: (thrown: unknown) => void,
): Promise<Preparation> {
  return {
    kind: 'settled',
    inWords: 'the server has settled',
    key: await preparationKey(drilled.plan),
    made: drilled.snapshots.settled,
    async make(machine, workDir) {
      const either = AbortSignal.any([signal, machine.died]);
      try {
        await requireCapabilities(machine, drilled.plan.scenario.requires, either);
        await prepareGuest(machine, drilled, { workDir, signal: either });
        return standingToText(await raise(await setStage(machine, drilled, new Recorder(NOWHERE), either)));
      } catch (thrown) {
        // A machine that dies of a full disk says nothing of the server.
        if (!machine.died.aborted) refuse(thrown);
        throw thrown;
      }
    },
  };
}

/** A guest in which the first injection sleeps as well; undefined where it cannot. */
async function prepareGrown(
  drilled: Drilled,
  settled: Preparation,
  signal: AbortSignal,
): Promise<Preparation | undefined> {
  const { plan, snapshots } = drilled;
  const [sleeper, key] = [findSleeper(plan), await grownKey(plan)];
  if (!sleeper || key === undefined || failedIn(drilled.source).has(key)) return undefined;
  const { atBytes } = sleeper.plan.sleep;
  return {
    kind: 'grown',
    inWords: `the server has settled, and ${sleeper.injection.name} sleeps at ${formatBytes(atBytes)}`,
    key,
    made: snapshots.grown,
    from: settled,
    heldBytes: atBytes,
    async make(machine, _workDir, known) {
      const either = AbortSignal.any([signal, machine.died]);
      const standing = await readStanding(machine, known, plan, either);
      const begun = await setStage(machine, drilled, new Recorder(NOWHERE), either);
      const stage = locateServer(begun, standing.serverCgroup);
      return standingToText({ ...standing, asleep: await putToSleep(stage, standing, sleeper) });
    },
  };
}

/** Looks whether a machine from a snapshot is as it should be; ends it where it is not. @throws OomdrillError `SNAPSHOT` */
async function examine(
  { machine, known, snapshot }: PreparedMachine,
  { inWords }: Preparation,
  plan: PlannedDrill,
  signal: AbortSignal,
): Promise<Examined> {
  try {
    const standing = await readStanding(machine, known, plan, signal);
    return { machine, standing, snapshot, inWords };
  } catch (thrown) {
    await machine[Symbol.asyncDispose]();
    const why = messageOf(thrown);
    throw machineError('SNAPSHOT', `The snapshot ${snapshot} cannot be used: ${why}`, undefined, thrown);
  }
}

/** What stands in a machine from a snapshot, which is as it should be. @throws OomdrillError `SNAPSHOT` */
async function readStanding(
  machine: Machine,
  known: string,
  plan: PlannedDrill,
  signal: AbortSignal,
): Promise<Standing> {
  const standing = standingFromText(known);
  const fault = standing ? await findFault(machine, plan, standing, signal) : 'what stands in it is not known';
  if (standing && fault === undefined) return standing;
  throw machineError('SNAPSHOT', `${fault}.`);
}
