import { createInterface } from 'node:readline';
import { machineError } from '../core/errors.js';
import { hogStateFile } from '../inject/hog.js';
import type { Machine } from '../machine/machine.js';
import { parseSample } from '../record/sample.js';
import type { Observer, ObserverContext } from './observer.js';

export interface SamplerOptions {
  readonly intervalMs: number;
  readonly serverPid: number;
  readonly port: number;
  /** Cgroups by role, below the root of the hierarchy: at least `server`. */
  readonly cgroups: Readonly<Record<string, string>>;
  readonly hogs: readonly string[];
}

const CGROUP_FILES = ['memory.current', 'memory.events', 'memory.stat', 'memory.pressure'];

/** What changes slowly or costs much is read at every tenth tick only. */
const SLOWLY = '@10';

const UNIT = 'oomdrill-sampler.service';

/**
 * Starts the sampler in the guest, in a protected slice, and writes each of its lines to the record as it comes.
 *
 * @throws OomdrillError `SAMPLER_START`
 */
export async function startSampler(
  machine: Machine,
  options: SamplerOptions,
  { clock, write }: ObserverContext,
  signal: AbortSignal,
): Promise<Observer> {
  const { guestPath, stream, via } = await machine.openSampleStream();
  write({ type: 'note', t: clock.now(), message: `samples come through ${via}` });
  const lines = createInterface({ input: stream });
  lines.on('line', (line) => {
    const sample = parseSample(line, options);
    if (sample) write({ ...sample, t: clock.now() });
    else
      write({
        type: 'note',
        t: clock.now(),
        message: `a line of the sampler could not be read (${line.length} bytes)`,
      });
  });
  const files = {
    ...Object.fromEntries(
      Object.entries(options.cgroups).flatMap(([role, path]) =>
        [...CGROUP_FILES, 'memory.swap.current'].map((file) => [
          `${role}/${file}`,
          `/sys/fs/cgroup${path}/${file}${CGROUP_FILES.includes(file) ? '' : SLOWLY}`,
        ]),
      ),
    ),
    // Of the main thread alone: that of the process adds up all its threads at every read.
    'server/stat': `/proc/${options.serverPid}/task/${options.serverPid}/stat`,
    listen: `listen:${options.port}`,
    ...Object.fromEntries(options.hogs.map((name) => [`hog/${name}`, hogStateFile(name)])),
    meminfo: `/proc/meminfo~MemAvailable${SLOWLY}`,
  };
  const started = await machine.exec(
    [
      'systemd-run',
      '--quiet',
      '--collect',
      `--unit=${UNIT}`,
      '--slice=oomdrill.slice',
      '--property=OOMScoreAdjust=-1000',
      '--property=MemoryMin=8M',
      '--property=CPUWeight=1000',
      '/usr/lib/oomdrill/sampler',
      '--interval-ms',
      String(options.intervalMs),
      '--out',
      guestPath,
      ...Object.entries(files).map(([key, path]) => `${key}=${path}`),
    ],
    { reason: 'the sampler to start', signal },
  );
  if (started.exitCode !== 0)
    throw machineError('SAMPLER_START', `The sampler could not be started in the guest: ${started.stderr.trim()}.`);
  return {
    async stop() {
      lines.close();
      stream.destroy();
    },
  };
}
