import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { listProcesses } from '../../faults/processes.js';
import { assets } from '../../harness/core/assets.js';
import { type RunSummary, type Summary, summarySchema } from '../../harness/verdict/summary.js';
import type { Cell } from './cells.js';
import type { WatchedRun } from './noises.js';
import type { TrustResult } from './results.js';

/** The records stay here, to be looked at. */
const OUT = join(assets.root, 'reports', 'trust');

/** No drill takes as long, in two tries, on a host of half the speed. */
const MAX_MS = 1_800_000;

/** What is drilled, and under which noise. */
type Drilled = Omit<Cell, 'truth'>;

/** What a run of one drill said. */
interface Said {
  /** Exit status of the run. */
  readonly status: number;
  readonly run: RunSummary;
  readonly seconds: number;
}

/** Drills a cell once, and gives what of it is kept. */
export async function drillCell(cell: Cell, commit: string, signal: AbortSignal): Promise<TrustResult> {
  return createResult(cell, await runDrilled(cell, signal), commit);
}

/** Drills something once, by the command line, as everyone does: what it says and its exit status are what is believed. */
export async function runDrilled(cell: Drilled, signal: AbortSignal): Promise<Said> {
  const dir = await mkdtemp(join(tmpdir(), 'oomdrill-trust-'));
  await mkdir(OUT, { recursive: true });
  const over = new AbortController();
  const startedAt = performance.now();
  try {
    const env = { NO_COLOR: '1', ...(await cell.noise?.prepare?.(dir)) };
    const child = execa('node', [assets.cli, ...argumentsOf(cell)], {
      env,
      reject: false,
      cancelSignal: signal,
      timeout: MAX_MS,
      forceKillAfterDelay: 60_000,
    });
    const lines = createInterface({ input: child.stderr });
    const run: WatchedRun = {
      onLine: (listener) => lines.on('line', listener),
      qemu: async () => (await listProcesses(({ command, parent }) => parent === child.pid && isQemu(command)))[0],
      over: over.signal,
    };
    const made = cell.noise?.make(run, dir);
    const { exitCode, stdout, stderr } = await child;
    over.abort();
    await made;
    signal.throwIfAborted();
    const seconds = (performance.now() - startedAt) / 1000;
    return { status: exitCode ?? -1, run: readRun(stdout, stderr), seconds };
  } finally {
    over.abort();
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

const isQemu = (command: string): boolean => command.startsWith('qemu-system');

function argumentsOf({ scenario, bundle, guest, scale }: Drilled): string[] {
  const other = bundle === undefined ? [] : ['--bundle', bundle];
  const how = ['--guest', guest, '--scale', scale, '--wait-for-quiet', '0', '--out', OUT, '--json', '-'];
  return ['run', scenario, ...other, ...how];
}

function createResult(
  { scenario, bundle, guest, scale, noise, truth }: Cell,
  { status, run, seconds }: Said,
  commit: string,
): TrustResult {
  return {
    at: new Date().toISOString(),
    commit,
    scenario,
    bundle,
    guest,
    scale,
    accelerator: run.accelerator,
    noise: noise?.name,
    truth,
    status,
    verdict: run.verdict,
    outcome: run.outcome,
    reason: run.reasons[0] ?? '',
    firstTry: run.secondTryOf?.reason,
    seconds: Math.round(seconds),
  };
}

/** The last drill of a run: the second try, where there was one. */
function readRun(stdout: string, stderr: string): RunSummary {
  const run = readSummary(stdout, stderr).runs.at(-1);
  if (run === undefined) throw new Error(`nothing was drilled: ${stderr.slice(-2_000)}`);
  return run;
}

function readSummary(stdout: string, stderr: string): Summary {
  try {
    return summarySchema.parse(JSON.parse(stdout));
  } catch (cause) {
    throw new Error(`oomdrill run gave no summary: ${stderr.slice(-2_000)}`, { cause });
  }
}
