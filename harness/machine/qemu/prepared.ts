import { createHash } from 'node:crypto';
import { chmod, realpath, rm } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { measureTime } from '../../core/clock.js';
import { createOverlay } from '../image/disk.js';
import { DRAFT, ensureSealed } from '../image/ensure-sealed.js';
import { checkSeal, type Seal } from '../image/seal.js';
import { snapshotsDir } from '../image/store.js';
import type { Ledger } from '../ledger.js';
import type { MachineSource, Preparation, Progress } from '../machine.js';
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

/** One that is being made is none yet. */
const isState = (name: string): boolean => name.includes('-settled-') && !name.endsWith(DRAFT);

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
      const dir = dirOf(options, preparation);
      // One that this run will want again goes before what was not wanted since the run began.
      const before = (await noteWanted(dir)) ?? (preparation.isWantedAgain ? performance.timeOrigin : undefined);
      const hasRoom = async () => {
        const bytes = shared.memoryBytes * TOUCHED_SHARE;
        return before !== undefined && (await makeRoom(snapshotsDir(), { bytes, before }, isState));
      };
      const make = async () => ((await hasRoom()) ? ensurePrepared(dir, options, preparation, signal) : undefined);
      const seal = (await checkSeal(dir)) ?? (await make());
      if (!seal) return undefined;
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
function dirOf({ base, guest }: PreparedOptions, { key }: Preparation): string {
  // Not their time stamps, which change where a cache is moved.
  const content = Object.values(base.seal.files).map(({ sha256 }) => sha256);
  const parts = [FORMAT, content.sort(), key];
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
  return join(snapshotsDir(), `${guest}-settled-${hash}`);
}

async function ensurePrepared(
  dir: string,
  options: PreparedOptions,
  preparation: Preparation,
  signal: AbortSignal,
): Promise<Seal> {
  const make = async (draft: string) => {
    await requireHoles(draft, options.shared.memoryBytes);
    options.progress('preparing a guest in which the server has settled, for this drill and those to come');
    const { ms, value: known } = await measureTime(() => makePrepared(options, preparation, { draft, signal }));
    options.progress(`the server has settled, and a snapshot was made of it in ${Math.round(ms / 1000)} s`);
    return { known };
  };
  return ensureSealed({ dir, files: ['disk.qcow2', 'memory', 'state'], make }, signal);
}

/** Starts a guest whose memory is a file of the draft, prepares it, and saves the rest of it. Gives what is to be known of it. */
async function makePrepared(
  { base, shared, ledger }: PreparedOptions,
  preparation: Preparation,
  { draft, signal }: { readonly draft: string; readonly signal: AbortSignal },
): Promise<string> {
  await using workDir = await makeWorkDir(ledger);
  // Memory holds what a bundle brought along, secrets too.
  await chmod(draft, 0o700);
  // Relative, so that a cache can be moved; and by real paths, for one of the two folders may be a link.
  const [from, to] = await Promise.all([realpath(draft), realpath(join(base.dir, 'disk.qcow2'))]);
  const plan = {
    ...shared,
    disk: await createOverlay(relative(from, to), draft),
    workDir: workDir.path,
    incoming: { state: join(base.dir, 'state'), isWithoutMemory: false },
    memoryFile: { path: join(draft, 'memory'), isWritten: true },
  };
  await using machine = await QemuMachine.start(plan, ledger, signal);
  const known = await preparation.make(machine, workDir.path);
  await machine.saveSnapshot(join(draft, 'state'), signal);
  return known;
}
