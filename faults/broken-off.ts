import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa, type ResultPromise } from 'execa';
import { assets } from '../harness/core/assets.js';
import { sleep } from '../harness/core/deadline.js';
import { cacheDir } from '../harness/machine/places.js';
import { STACK_LINE } from '../harness/testing/stack-line.js';
import { type Moment, type Phase, phaseOf, type RunDirs } from './phases.js';
import { listProcesses } from './processes.js';

/** One way in which a run is broken off. */
interface BreakingKind {
  /** Does it. False where the run was over before there was something to break. */
  readonly act: (run: Run) => Promise<boolean>;
  /** The codes of its error, of which there is one; none for a run that is killed, and so says nothing. */
  readonly codes?: RegExp;
  /** The folder of a disk of its own, which is small and becomes full. */
  readonly disk?: 'tmp' | 'out' | 'state' | 'cache';
}

const fillDisk = (disk: 'tmp' | 'out' | 'state' | 'cache', codes: RegExp): BreakingKind => ({
  act: ({ dirs }) => fill(dirs[disk]),
  codes,
  disk,
});

const BREAKINGS = {
  'QEMU is killed': { act: killQemu, codes: /^QEMU_DIED$/ },
  'oomdrill is killed': { act: async ({ child }) => child.kill('SIGKILL') },
  'oomdrill is interrupted': { act: async ({ child }) => child.kill('SIGINT'), codes: /^INTERRUPTED$/ },
  'the disk of TMPDIR is full': fillDisk('tmp', /^(?:MACHINE_DISK|WORKDIR|SSH_KEYGEN|DISK|DISK_FULL)$/),
  'the disk of --out is full': fillDisk('out', /^RECORD_WRITE$/),
  'the disk of the ledger is full': fillDisk('state', /^LEDGER$/),
  'the disk of the cache is full': fillDisk('cache', /^(?:MACHINE_DISK|SNAPSHOT|DISK|DISK_FULL)$/),
} as const satisfies Readonly<Record<string, BreakingKind>>;

/** What happens to a run at a moment. */
export type Breaking = keyof typeof BREAKINGS;

const kindOf = (breaking: Breaking): BreakingKind => BREAKINGS[breaking];

/** What is wrong with the end of a run, in words; empty where it ended as it must. */
export interface BrokenOff {
  readonly faults: readonly string[];
  /** What came of the run, in words. */
  readonly end: string;
}

const SCENARIO = '2026-07-02-fixed';

/** A run that was broken off must have ended by then, milliseconds. */
const END_MS = 60_000;

/** The longest run that nothing breaks off. */
const RUN_MS = 600_000;

/** How long the kernel may take to end what should die with the harness (prctl(2), PR_SET_PDEATHSIG). */
const DEATH_MS = 10_000;

interface Dirs extends RunDirs {
  /** All that a run leaves is below it. The path of a UNIX socket must stay short, so it is in /tmp itself. */
  readonly root: string;
  readonly tmp: string;
  readonly state: string;
}

/** A run, and what it has done so far. */
interface Run {
  readonly child: ResultPromise<{ reject: false; env: NodeJS.ProcessEnv }>;
  readonly dirs: Dirs;
  readonly lines: readonly string[];
  /** Whether it has ended. */
  isOver: boolean;
}

/**
 * Runs a drill, breaks it off at a moment, and looks at what it says and leaves behind. Where a run was over before the moment
 * came, it must have ended as any.
 */
export async function breakOff(moment: Moment, breaking: Breaking): Promise<BrokenOff> {
  const kind = kindOf(breaking);
  const phase = phaseOf(moment.phase);
  const dirs = await makeDirs(phase);
  if (kind.disk) await mountSmallDisk(dirs[kind.disk]);
  if (phase.cache === 'an image') await symlink(join(cacheDir(), 'images'), join(dirs.cache, 'images'));
  try {
    const run = startRun(dirs);
    await waitForMoment(run, moment);
    const wasBroken = !run.isOver && (await kind.act(run));
    const faults = [...(await faultsOfEnd(run, kind, wasBroken)), ...(await faultsOfLeftovers(run, kind, phase))];
    const { exitCode } = await run.child;
    const [first = 'no error'] = /^oomdrill: .*|^.*\[[A-Z_]+\]$/m.exec(run.lines.join('\n')) ?? [];
    return { faults, end: `${wasBroken ? '' : 'over before; '}status ${exitCode}, ${first}` };
  } finally {
    if (kind.disk) await execa('umount', ['--lazy', dirs[kind.disk]], { reject: false });
    await rm(dirs.root, { recursive: true, force: true });
  }
}

/** Folders of its own, and a cache if it is not to find everything. */
async function makeDirs({ cache: found }: Phase): Promise<Dirs> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'od-')));
  const [tmp, state, out] = ['t', 's', 'o'].map((name) => join(root, name)) as [string, string, string];
  for (const dir of [tmp, state, out]) await mkdir(dir);
  if (!found) return { root, tmp, state, out, cache: cacheDir() };
  const cache = join(root, 'c');
  await mkdir(cache);
  return { root, tmp, state, out, cache };
}

const environmentOf = ({ tmp, state, cache }: Dirs): NodeJS.ProcessEnv => ({
  TMPDIR: tmp,
  OOMDRILL_STATE: state,
  OOMDRILL_CACHE: cache,
  NO_COLOR: '1',
});

function startRun(dirs: Dirs): Run {
  const lines: string[] = [];
  const args = ['run', SCENARIO, '--out', dirs.out, '--json', '-'];
  const env = environmentOf(dirs);
  const child = execa('node', [assets.cli, ...args], { env, reject: false, timeout: RUN_MS, killSignal: 'SIGKILL' });
  const run: Run = { child, dirs, lines, isOver: false };
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
  void child.then(() => {
    run.isOver = true;
  });
  return run;
}

async function waitForMoment(run: Run, { phase, afterMs }: Moment): Promise<void> {
  const { begins } = phaseOf(phase);
  const hasBegun = async () =>
    begins instanceof RegExp ? run.lines.some((line) => begins.test(line)) : begins(run.dirs);
  while (!run.isOver && !(await hasBegun())) await sleep(20);
  const end = performance.now() + afterMs;
  while (!run.isOver && performance.now() < end) await sleep(Math.min(20, end - performance.now()));
}

/** Between two machines of a run there is no QEMU, and the next one is meant. */
async function killQemu(run: Run): Promise<boolean> {
  while (!run.isOver) {
    const [qemu] = await listProcesses(
      ({ command, parent }) => parent === run.child.pid && /^qemu-system/.test(command),
    );
    if (qemu !== undefined) return process.kill(qemu, 'SIGKILL');
    await sleep(20);
  }
  return false;
}

/** A disk in memory: the one of this host must not become full. Needs root. */
async function mountSmallDisk(dir: string): Promise<void> {
  await execa('mount', ['-t', 'tmpfs', '-o', 'size=128m,mode=700', 'oomdrill-test', dir]);
}

/** The name of a file that takes all that is free, and is none of oomdrill's. */
const FILLER = 'filler';

async function fill(dir: string): Promise<boolean> {
  await execa('dd', ['if=/dev/zero', `of=${join(dir, FILLER)}`, 'bs=64k'], { reject: false });
  return true;
}

/** What a run says at its end, and its status. */
async function faultsOfEnd(run: Run, { codes, disk }: BreakingKind, wasBroken: boolean): Promise<string[]> {
  const ended = new AbortController();
  const noResult = () => undefined;
  const deadline = sleep(wasBroken && !disk ? END_MS : RUN_MS, ended.signal).then(noResult, noResult);
  const result = await Promise.race([run.child, deadline]);
  // A timer that runs on would keep the whole process.
  ended.abort();
  if (!result) {
    run.child.kill('SIGKILL');
    return [`it did not end within ${END_MS / 1000} s`];
  }
  const faults: string[] = [];
  const said = run.lines.join('\n');
  if (STACK_LINE.test(said) || /Unhandled|\[BUG\]|node:internal/.test(said))
    faults.push(`a stack or a bug of ours: ${said.slice(-2_000)}`);
  if (!codes && wasBroken) return faults;
  const written = parse(result.stdout);
  if (written?.exitCode !== result.exitCode)
    faults.push(`status ${result.exitCode}, and ${written?.exitCode} in its JSON`);
  if (!wasBroken) return faults;
  const found = [written?.error?.code, ...(written?.runs ?? []).map(({ error }) => error?.code)].filter(Boolean);
  // Without an error all evidence must have been there: only the clean-up was left, or nothing more was to be written.
  if (found.length === 0 ? !(await hasWholeRecord(run.dirs)) : result.exitCode !== 2)
    faults.push(`status ${result.exitCode}, codes ${found.join()}`);
  if (!found.every((code) => codes?.test(String(code)))) faults.push(`codes ${found.join()}`);
  return faults;
}

/** What is read of the JSON of `run`. */
interface Written {
  readonly exitCode?: number;
  readonly error?: { readonly code?: string };
  readonly runs?: readonly { readonly error?: { readonly code?: string } | null }[];
}

function parse(json: string): Written | undefined {
  try {
    return JSON.parse(json) as Written;
  } catch {
    return undefined;
  }
}

/** Whether a drill of the run has a record that ends without an error. */
async function hasWholeRecord({ out }: RunDirs): Promise<boolean> {
  const records = (await readdir(out, { recursive: true })).filter((path) => path.endsWith('record.jsonl'));
  const texts = await Promise.all(records.map((path) => readFile(join(out, path), 'utf8')));
  return texts.some((text) => /"type":"end",[^\n]*"timings"/.test(text));
}

/** What is left of a run. One that was killed itself may leave what `reap` removes. */
async function faultsOfLeftovers({ child, dirs }: Run, { codes }: BreakingKind, phase: Phase): Promise<string[]> {
  await child;
  const faults: string[] = [];
  const ours = () => listProcesses(({ words }) => words.includes(dirs.root));
  const end = performance.now() + (codes ? 1_000 : DEATH_MS);
  while (performance.now() < end && (await ours()).length > 0) await sleep(100);
  const processes = await ours();
  if (processes.length > 0) faults.push(`processes ${processes}`);
  for (const pid of processes) process.kill(pid, 'SIGKILL');
  if (!codes) {
    const reaped = await execa('node', [assets.cli, 'reap'], { env: environmentOf(dirs), reject: false });
    if (reaped.exitCode !== 0) faults.push(`reap: ${reaped.stderr}`);
  }
  const left = [
    ...(await listFiles(dirs.tmp)),
    ...(await listFiles(join(dirs.state, 'ledger'))),
    ...(await listDrafts(join(dirs.cache, 'snapshots'))),
    ...(phase.cache === 'nothing' ? await listDrafts(join(dirs.cache, 'images')) : []),
  ].filter((name) => name !== FILLER);
  if (left.length > 0) faults.push(`left behind: ${left.join(', ')}`);
  return faults;
}

const listFiles = (dir: string): Promise<string[]> => readdir(dir).catch(() => []);

const listDrafts = async (dir: string): Promise<string[]> =>
  (await listFiles(dir)).filter((name) => name.endsWith('.draft'));
