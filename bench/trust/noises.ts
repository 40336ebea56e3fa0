import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { execa, type ResultPromise } from 'execa';
import { assets } from '../../harness/core/assets.js';
import { sleep } from '../../harness/core/deadline.js';

/** A run of the command line that noise is made next to. */
export interface WatchedRun {
  /** Calls back at each line of its progress, until it ends. */
  onLine(listener: (line: string) => void): void;
  /** PID of its QEMU; undefined while there is none. */
  qemu(): Promise<number | undefined>;
  /** Aborted when it ends. */
  readonly over: AbortSignal;
}

/** Something else that goes on on the host while a drill runs. */
export interface Noise {
  /** Its name in results and on the page. */
  readonly name: string;
  /** Packages of Debian that it needs. */
  readonly packages?: readonly string[];
  /** Prepares what the run itself needs, and gives its environment. */
  readonly prepare?: (dir: string) => Promise<NodeJS.ProcessEnv>;
  /** Makes it until the run is over. @param dir for its files */
  readonly make: (run: WatchedRun, dir: string) => Promise<void>;
}

/** Uses up a core, for sh(1). */
export const BUSY = 'while :; do :; done';

/** Processes that use up a core each. */
const busyLoops = (count: number, nice: number): Noise => ({
  name: `${count} busy loops at nice ${nice}`,
  make: (run) =>
    keepRunning(
      run,
      Array.from({ length: count }, () => ['nice', '-n', String(nice), 'sh', '-c', BUSY]),
    ),
});

/** Copies 100 MB ten times a second, so that the caches and the memory bus are busy, but not a whole core. */
const MEMORY_TRAFFIC = `
const from = Buffer.alloc(256e6, 1), to = Buffer.alloc(256e6);
setInterval(() => from.copy(to, 0, 0, 100e6), 100);
`;

const DISK_HOG =
  'while :; do dd if=/dev/zero of=filler bs=4M count=128 oflag=direct 2>/dev/null; sync; rm -f filler; done';

const BUILD = 'while :; do rm -rf node_modules; npm ci --ignore-scripts --no-audit --no-fund --prefer-offline; done';

/** How long into the hold something happens to QEMU or to the clock, milliseconds: one after a kill may be over after five seconds. */
const INTO_HOLD_MS = 2_000;

/** Stops QEMU in each hold, seconds. */
export const stopped = (seconds: number): Noise => ({
  name: `QEMU stopped for ${seconds} s in the hold`,
  make: (run) =>
    inEachHold(run, async () => {
      const qemu = await run.qemu();
      if (qemu === undefined) throw new Error('There is no QEMU to be stopped in the hold.');
      process.kill(qemu, 'SIGSTOP');
      await sleep(seconds * 1_000);
      process.kill(qemu, 'SIGCONT');
    }),
});

/** As long as a watchdog of this host would wait at most, seconds. */
const REAL_TIME_SECONDS = 6;

/** Real-time loops on every core: all else shares what the kernel keeps from them, 5 % (sched(7), "Limiting the CPU usage"). */
export const REAL_TIME_LOOPS: Noise = {
  name: `real-time loops on every core for ${REAL_TIME_SECONDS} s of the hold`,
  make: (run) =>
    inEachHold(run, async () => {
      // What ends them must come before them.
      const loop = ['chrt', '-f', '20', 'timeout', String(REAL_TIME_SECONDS), 'chrt', '-f', '10', 'sh', '-c', BUSY];
      await Promise.all(cpus().map(() => start(run, loop)));
    }),
};

/** Half of the two cores of a guest, in the percent of cpulimit(1). */
const HALF_PERCENT = 100;

const LIBFAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';

/** The clock of the run is read from here by libfaketime. */
const clockFile = (dir: string): string => join(dir, 'clock');

/** QEMU gets half of the CPU time that it could use: a host of half the speed. */
export const HALF_SPEED: Noise = {
  name: 'QEMU held to half its CPU',
  packages: ['cpulimit'],
  async make(run) {
    let held: number | undefined;
    while (!run.over.aborted) {
      const qemu = await run.qemu();
      if (qemu !== undefined && qemu !== held)
        start(run, ['cpulimit', '-l', String(HALF_PERCENT), '-z', '-p', `${qemu}`]);
      held = qemu ?? held;
      await sleep(200);
    }
  },
};

/** Every kind of noise that verdicts must survive. */
export const NOISES: readonly Noise[] = [
  busyLoops(2, 0),
  busyLoops(4, 0),
  busyLoops(2, 19),
  busyLoops(4, 19),
  {
    name: 'npm ci, again and again',
    async make(run, dir) {
      await execa('cp', [assets.packageJson, join(assets.root, 'package-lock.json'), dir]);
      await keepRunning(run, [['sh', '-c', BUILD]], dir);
    },
  },
  { name: '1 GB/s of memory traffic', make: (run) => keepRunning(run, [['node', '-e', MEMORY_TRAFFIC]]) },
  { name: 'a disk hog', make: (run, dir) => keepRunning(run, [['sh', '-c', DISK_HOG]], dir) },
  stopped(3),
  HALF_SPEED,
  {
    name: 'the clock set forward by an hour in the hold',
    packages: ['faketime'],
    async prepare(dir) {
      await writeFile(clockFile(dir), '+0\n');
      return {
        LD_PRELOAD: LIBFAKETIME,
        FAKETIME_TIMESTAMP_FILE: clockFile(dir),
        FAKETIME_NO_CACHE: '1',
        // Setting a clock leaves the monotonic one alone.
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      };
    },
    make: (run, dir) => inEachHold(run, () => writeFile(clockFile(dir), '+3600\n')),
  },
];

/** Whether a line of progress says that a hold begins: after its time stamp. */
export const beginsHold = (line: string): boolean => /^\[ *[\d.]+ s\] hold: /.test(line);

/** Does something some seconds into the hold of each drill of the run. @throws Error where it could not be done even once */
async function inEachHold(run: WatchedRun, act: () => Promise<void>): Promise<void> {
  const acts: Promise<void>[] = [];
  run.onLine((line) => {
    if (!beginsHold(line)) return;
    const acted = sleep(INTO_HOLD_MS).then(act);
    acts.push(acted);
    // It is thrown at the end of the run.
    acted.catch(() => {});
  });
  await new Promise((done) => run.over.addEventListener('abort', done, { once: true }));
  if (acts.length === 0) throw new Error('No hold was seen in the run, and so no noise was made.');
  await Promise.all(acts);
}

/** Runs programs until the run is over. */
async function keepRunning(run: WatchedRun, commands: readonly (readonly string[])[], cwd?: string): Promise<void> {
  const running = commands.map((command) => start(run, command, cwd));
  await Promise.all(running);
}

/** Starts a program that ends with the run, and all of its own processes with it. */
function start({ over }: WatchedRun, [program = '', ...args]: readonly string[], cwd?: string): ResultPromise {
  const options = { detached: true, stdio: 'ignore', reject: false, ...(cwd === undefined ? {} : { cwd }) } as const;
  const child = execa(program, args, options);
  const end = () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
  if (over.aborted) end();
  else over.addEventListener('abort', end, { once: true });
  void child.then(() => over.removeEventListener('abort', end));
  return child;
}
