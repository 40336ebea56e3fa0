import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { assets } from '../harness/core/assets.js';
import { type Batch, type Finding, NO_INPUT } from './batch.js';
import { FUZZ_TMP } from './files.js';
import type { Property } from './property.js';
import type { BatchResult } from './worker.js';

export interface NightOptions {
  readonly properties: readonly Property[];
  /** How many inputs to try in all. */
  readonly inputs: number;
  /** It ends after this time, also with fewer inputs, ms. */
  readonly limitMs: number;
  /** All batches follow from it. */
  readonly seed: number;
  readonly jobs?: number;
  readonly onFinding: (finding: Finding) => void;
  readonly onBatch?: (night: Night) => void;
  readonly signal?: AbortSignal;
  /** The program of the worker processes, for tests. */
  readonly worker?: string;
  /** A worker that is with one input for longer is killed: in CPU time, ms, so that a busy machine does not count. */
  readonly maxCpuMs?: number;
}

/** What came out. */
export interface Night {
  readonly tried: number;
  readonly findings: readonly Finding[];
  readonly byProperty: ReadonlyMap<string, { readonly tried: number; readonly ms: number }>;
}

/** The memory that a worker may have, bytes: the heap alone ends it before that. */
const MAX_RSS_BYTES = 1024 ** 3;
const MAX_HEAP_MIB = 800;

/** The default of `maxCpuMs`; what takes more than a second and comes back is found by the worker itself. */
const MAX_CPU_MS = 5_000;
/** The same by the clock, for an input that waits for ever. */
const MAX_WALL_MS = 60_000;

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** After so many findings a property is left alone: it is known not to hold. */
const MAX_FINDINGS = 3;

/** A batch takes about this long, ms. */
const BATCH_MS = 2_000;
const FIRST_RUNS = 30;

/**
 * Tries all properties in worker processes, all for the same time, until so many inputs were tried. A worker that does
 * not come back from an input, or ends, is a finding too.
 */
export async function fuzzNight(options: NightOptions): Promise<Night> {
  const { properties, inputs, limitMs, jobs = availableParallelism(), signal } = options;
  const dir = await mkdtemp(join(FUZZ_TMP, 'oomdrill-fuzz-'));
  const schedule = new Schedule(properties, options.seed);
  const end = performance.now() + limitMs;
  const isOver = () => schedule.night.tried >= inputs || performance.now() > end || signal?.aborted === true;
  const work = async (_: unknown, index: number) => {
    const worker = new Worker(join(dir, String(index)), options);
    try {
      while (!isOver()) {
        const batch = schedule.next();
        if (!batch) return;
        const result = await worker.run(batch, schedule.of(batch));
        schedule.note(batch, result);
        if (result.finding) options.onFinding(result.finding);
        options.onBatch?.(schedule.night);
      }
    } finally {
      worker.stop();
    }
  };
  try {
    await Promise.all(Array.from({ length: jobs }, work));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  return schedule.night;
}

type Outcome = Pick<BatchResult, 'tried' | 'ms' | 'finding'>;

interface Progress {
  tried: number;
  ms: number;
  findings: number;
  /** Batches that were begun. */
  begun: number;
}

/** Which property is next: the one that had the least time. */
class Schedule {
  readonly #properties: ReadonlyMap<string, Property>;
  readonly #progress: ReadonlyMap<string, Progress>;
  readonly #findings: Finding[] = [];
  readonly #seed: number;
  #tried = 0;

  constructor(properties: readonly Property[], seed: number) {
    this.#properties = new Map(properties.map((property) => [property.name, property]));
    this.#progress = new Map(properties.map(({ name }) => [name, { tried: 0, ms: 0, findings: 0, begun: 0 }] as const));
    this.#seed = seed;
  }

  get night(): Night {
    return { tried: this.#tried, findings: this.#findings, byProperty: this.#progress };
  }

  of({ property }: Batch): Property {
    const found = this.#properties.get(property);
    if (!found) throw new Error(`there is no property ${property}`);
    return found;
  }

  /** Undefined if every property is known not to hold. */
  next(): Batch | undefined {
    const open = [...this.#progress].filter(([, { findings }]) => findings < MAX_FINDINGS);
    const [name, progress] = open.sort(([, a], [, b]) => timeOf(a) - timeOf(b))[0] ?? [];
    if (name === undefined || progress === undefined) return undefined;
    const place = [...this.#progress.keys()].indexOf(name);
    const seed = (this.#seed + place * 1_000_003 + progress.begun * 7_919) | 0;
    progress.begun++;
    const rate = progress.ms > 0 ? progress.tried / progress.ms : 0;
    const runs = rate === 0 ? FIRST_RUNS : Math.min(20_000, Math.max(10, Math.round(rate * BATCH_MS)));
    return { property: name, seed, runs };
  }

  note({ property }: Batch, { tried, ms, finding }: Outcome): void {
    const progress = this.#progress.get(property);
    if (!progress) return;
    progress.tried += tried;
    progress.ms += ms;
    this.#tried += tried;
    if (!finding) return;
    progress.findings++;
    this.#findings.push(finding);
  }
}

/** Its time so far; a batch that is under way counts as one of the usual length. */
const timeOf = ({ ms, begun }: Progress): number => Math.max(ms, (begun - 1) * BATCH_MS) + begun;

/** A process that tries batches, and is replaced when it had to be killed. */
class Worker {
  readonly #stateFile: string;
  readonly #program: string;
  readonly #maxCpuMs: number;
  #child: ChildProcess | undefined;

  constructor(
    stateFile: string,
    { worker = WORKER, maxCpuMs = MAX_CPU_MS }: Pick<NightOptions, 'worker' | 'maxCpuMs'>,
  ) {
    this.#stateFile = stateFile;
    this.#program = worker;
    this.#maxCpuMs = maxCpuMs;
  }

  async run(batch: Batch, property: Property): Promise<Outcome> {
    this.#child ??= this.#start();
    const child = this.#child;
    const start = performance.now();
    const watchdog = this.#watch(child);
    const said = await new Promise<BatchResult | string>((resolve) => {
      child.once('message', (message) => resolve(message as BatchResult));
      child.once('exit', (code, signal) => resolve(watchdog.why ?? `the process ended with ${signal ?? code}`));
      child.send(batch);
    });
    watchdog.stop();
    child.removeAllListeners('message').removeAllListeners('exit');
    if (typeof said !== 'string') {
      if (said.maxRssBytes <= MAX_RSS_BYTES) return said;
      this.stop();
      const why = `a batch took ${Math.round(said.maxRssBytes / 1024 ** 2)} MiB of memory`;
      return { ...said, finding: said.finding ?? { ...batch, path: '', input: null, why } };
    }
    this.#child = undefined;
    const index = Math.max(0, await this.#readIndex());
    const finding = { ...batch, path: String(index), input: inputAt(property, batch.seed, index), why: said };
    return { tried: index + 1, ms: performance.now() - start, finding };
  }

  stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #start(): ChildProcess {
    // The number in it is one of the process before.
    rmSync(this.#stateFile, { force: true });
    const loader = join(assets.root, 'scripts/typescript-loader.mjs');
    return fork(this.#program, [this.#stateFile], {
      execArgv: [`--import=${loader}`, `--max-old-space-size=${MAX_HEAP_MIB}`],
      // What a killed worker leaves behind is in our own folder.
      env: { ...process.env, FUZZ_DIR: dirname(this.#stateFile) },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
  }

  /** Kills the process when the number of its input does not change for too long. */
  #watch(child: ChildProcess): { why: string | undefined; stop: () => void } {
    let last = { index: NO_INPUT, cpuMs: readCpuMs(child.pid), at: performance.now() };
    const watchdog: { why: string | undefined; stop: () => void } = {
      why: undefined,
      stop: () => clearInterval(timer),
    };
    const timer = setInterval(async () => {
      const index = await this.#readIndex();
      const now = { index, cpuMs: readCpuMs(child.pid), at: performance.now() };
      if (index !== last.index) last = now;
      const cpuMs = now.cpuMs - last.cpuMs;
      const isLate = index !== NO_INPUT && cpuMs >= this.#maxCpuMs;
      if (!isLate && now.at - last.at < MAX_WALL_MS) return;
      watchdog.why = `it did not come back from one input within ${(cpuMs / 1_000).toFixed(1)} s of CPU time`;
      child.kill('SIGKILL');
    }, 250);
    return watchdog;
  }

  async #readIndex(): Promise<number> {
    const bytes = await readFile(this.#stateFile).catch(() => Buffer.alloc(0));
    return bytes.length < 8 ? NO_INPUT : bytes.readDoubleLE();
  }
}

/** Ticks of `utime` and `stime` in a second (proc_pid_stat(5), sysconf(_SC_CLK_TCK)). */
const TICKS_PER_SECOND = 100;

function readCpuMs(pid: number | undefined): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

/** The input of a number of a batch, which is not smaller than it was, because trying it again would never end. */
function inputAt({ inputs }: Property, seed: number, index: number): unknown {
  return fc.sample(fc.tuple(inputs), { seed, numRuns: index + 1 }).at(-1)?.[0];
}
