import { mkdir } from 'node:fs/promises';
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
import { findFault, type Standing, standingFromText, standingToText } from './standing.js';

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

/** A machine that was started, and what stands in it. */
interface Begun {
  readonly machine: Machine;
  readonly standing?: Standing;
  /** The snapshot that it came from, and what was the case in it, to complete "in which". */
  readonly snapshot?: { readonly name: string; readonly inWords: string };
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
 * Starts the machine: from a snapshot in which the server has settled, and the hog sleeps on its way, where there is one or it is worth
 * its while; else from one in which the server has settled; and else from the guest just after its boot.
 *
 * @throws OomdrillError what the installers throw, and what a server that does not start does
 */
export async function begin(drilled: Drilled, start: StartOptions): Promise<Begun> {
  const { source, fromNothing, server } = drilled;
  // A real server is what its owner made of it: a snapshot of it may keep more than we know of.
  const prepared = fromNothing || server !== undefined ? undefined : await beginPrepared(drilled, start);
  return prepared ?? { machine: await source.start(start) };
}

/** The same from such a snapshot alone; undefined where there is none, or none can be used. */
async function beginPrepared(drilled: Drilled, start: StartOptions): Promise<Begun | undefined> {
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
      const workDir = join(start.workDir, preparation.kind);
      await mkdir(workDir);
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
): Promise<Begun> {
  try {
    const standing = await readStanding(machine, known, plan, signal);
    return { machine, standing, snapshot: { name: snapshot, inWords } };
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
