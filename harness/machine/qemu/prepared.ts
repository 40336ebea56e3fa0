import { createHash } from 'node:crypto';
import { chmod, realpath, rm } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { execa } from 'execa';
import { measureTime } from '../../core/clock.js';
import { machineError, messageOf } from '../../core/errors.js';
import { createOverlay } from '../image/disk.js';
import { DRAFT, ensureSealed } from '../image/ensure-sealed.js';
import { checkSeal, type Seal } from '../image/seal.js';
import { snapshotsDir } from '../image/store.js';
import type { Ledger } from '../ledger.js';
import type { MachineSource, Preparation, PreparationKind, Progress } from '../machine.js';
import { makeWorkDir } from '../workdir.js';
import type { QemuPlan } from './args.js';
import { requireHoles } from './holes.js';
import { QemuMachine } from './machine.js';
import { makeRoom, noteWanted } from './prepared-room.js';

/** A snapshot in the cache. */
export interface Snapshot {
  readonly dir: string;
  readonly seal: Seal;
}

/** As a source has them. */
interface PreparedStates {
  readonly start: NonNullable<MachineSource['startPrepared']>;
  readonly forget: NonNullable<MachineSource['forgetPrepared']>;
}

/** What prepared states are made from. */
interface PreparedOptions {
  /** The guest just after its boot. */
  readonly base: Snapshot;
  readonly guest: string;
  /** What all machines of this kind have in common. */
  readonly shared: Omit<QemuPlan, 'disk' | 'workDir' | 'incoming' | 'memoryFile'>;
  readonly ledger: Ledger;
  readonly progress: Progress;
}

/** Of its memory a guest whose server has settled has touched so much: what a state is reckoned to take before it is there. */
const TOUCHED_SHARE = 0.25;

/** What a state spares a drill, against its kinds: it took a cold start of a server to settle, and a hog grows in seconds. */
const WORTH: Readonly<Record<PreparationKind, number>> = { grown: 0, settled: 1 };

/** The worth of a state by its name. One that is being made is none yet. */
function worthOf(name: string): number | undefined {
  if (name.endsWith(DRAFT)) return undefined;
  return Object.entries(WORTH).find(([kind]) => name.includes(`-${kind}-`))?.[1];
}

/** Whatever changes how a state is made or read, and shows in no key. */
const FORMAT = 1;

/**
 * Prepared states of a guest, in the cache. The memory of one is a file that machines map as their own, copy on write: so one is
 * read page by page as it is needed, and the state holds devices only. No file of a state is ever written again.
 */
export function createPreparedStates(options: PreparedOptions): PreparedStates {
  const { shared, ledger } = options;
  return {
    async start({ workDir, signal }, preparation) {
      const state = await findState(options, preparation, signal);
      if (!state) return undefined;
      const { dir, seal } = state;
      const disk = await createOverlay(join(dir, 'disk.qcow2'), workDir);
      const incoming = { state: join(dir, 'state'), isWithoutMemory: true };
      const memoryFile = { path: join(dir, 'memory'), isWritten: false };
      const machine = await QemuMachine.start({ ...shared, disk, workDir, incoming, memoryFile }, ledger, signal);
      return { machine, known: seal.facts.known ?? '', snapshot: basename(dir) };
    },
    forget: (preparation) => rm(dirOf(options, preparation), { recursive: true, force: true }),
  };
}

/** A base that was made anew is another one, also where all that it depends on is the same. */
function dirOf({ base, guest }: PreparedOptions, { key, kind }: Preparation): string {
  // Not their time stamps, which change where a cache is moved.
  const content = Object.values(base.seal.files).map(({ sha256 }) => sha256);
  const parts = [FORMAT, content.sort(), key];
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
  return join(snapshotsDir(), `${guest}-${kind}-${hash}`);
}

/** A state in the cache, which is made where that is due and there is room for it; undefined where it is not. */
async function findState(
  options: PreparedOptions,
  preparation: Preparation,
  signal: AbortSignal,
): Promise<Snapshot | undefined> {
  const { made, from, kind, heldBytes = 0 } = preparation;
  const dir = dirOf(options, preparation);
  const found = await checkSeal(dir);
  if (!found && made === 'never') return undefined;
  // One that this run will want again goes before what was not wanted since the run began.
  const before = (await noteWanted(dir)) ?? (made === 'now' ? performance.timeOrigin : undefined);
  if (found) return { dir, seal: found };
  if (before === undefined) return undefined;
  const source = from && (await findState(options, from, signal));
  if (from && !source) return undefined;
  const bytes = options.shared.memoryBytes * TOUCHED_SHARE + heldBytes;
  if (!(await makeRoom(snapshotsDir(), { bytes, before, worth: WORTH[kind] }, worthOf))) return undefined;
  return { dir, seal: await ensurePrepared(dir, source, options, preparation, signal) };
}

async function ensurePrepared(
  dir: string,
  source: Snapshot | undefined,
  options: PreparedOptions,
  preparation: Preparation,
  signal: AbortSignal,
): Promise<Seal> {
  const { inWords } = preparation;
  const make = async (draft: string) => {
    await requireHoles(draft, options.shared.memoryBytes);
    options.progress(`preparing a guest in which ${inWords}, for this drill and those to come`);
    const { ms, value: known } = await measureTime(() => makePrepared(options, preparation, { draft, source, signal }));
    options.progress(`${inWords}, and a snapshot was made of it in ${Math.round(ms / 1000)} s`);
    return { known };
  };
  return ensureSealed({ dir, files: ['disk.qcow2', 'memory', 'state'], make }, signal);
}

/** How a state is made. */
interface Making {
  /** The folder of its files. */
  readonly draft: string;
  /** The state that it is made from, in place of the guest just after its boot. */
  readonly source: Snapshot | undefined;
  readonly signal: AbortSignal;
}

/** Starts a guest whose memory is a file of the draft, prepares it, and saves the rest of it. Gives what is to be known of it. */
async function makePrepared(
  options: PreparedOptions,
  preparation: Preparation,
  { draft, source, signal }: Making,
): Promise<string> {
  const { shared, ledger } = options;
  await using workDir = await makeWorkDir(ledger);
  // Memory holds what a bundle brought along, secrets too.
  await chmod(draft, 0o700);
  const plan = {
    ...shared,
    ...(source ? await copyState(source, draft) : await beginAtBoot(options, draft)),
    workDir: workDir.path,
    memoryFile: { path: join(draft, 'memory'), isWritten: true },
  };
  await using machine = await QemuMachine.start(plan, ledger, signal);
  const known = await preparation.make(machine, workDir.path, source?.seal.facts.known ?? '');
  await machine.saveSnapshot(join(draft, 'state'), signal);
  return known;
}

/** The guest just after its boot, whose memory is read into a file. */
async function beginAtBoot({ base }: PreparedOptions, draft: string): Promise<Pick<QemuPlan, 'disk' | 'incoming'>> {
  // Relative, so that a cache can be moved; and by real paths, for one of the two folders may be a link.
  const [from, to] = await Promise.all([realpath(draft), realpath(join(base.dir, 'disk.qcow2'))]);
  const disk = await createOverlay(relative(from, to), draft);
  return { disk, incoming: { state: join(base.dir, 'state'), isWithoutMemory: false } };
}

/** A copy of another state, which may be removed afterwards: the disk is an overlay of the very file that the other's is one of. */
async function copyState({ dir }: Snapshot, draft: string): Promise<Pick<QemuPlan, 'disk' | 'incoming'>> {
  const files = ['disk.qcow2', 'memory'].map((name) => join(dir, name));
  await execa('cp', ['--sparse=always', '--reflink=auto', '--', ...files, draft]).catch((cause: unknown) => {
    const message = `Could not copy the snapshot ${basename(dir)}: ${messageOf(cause)}.`;
    throw machineError('SNAPSHOT', message, 'Is the disk full?', cause);
  });
  return { disk: join(draft, 'disk.qcow2'), incoming: { state: join(dir, 'state'), isWithoutMemory: true } };
}
