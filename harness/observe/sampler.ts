import { machineError } from '../core/errors.js';
import type { InjectionPlan } from '../inject/injection.js';
import { SAMPLER_PROGRAM } from '../machine/guest-paths.js';
import type { Machine } from '../machine/machine.js';
import { asProtectedUnit } from '../machine/protected-unit.js';
import { receiveLines } from '../machine/receive-lines.js';
import { run } from '../machine/run.js';
import { parseSample } from '../record/sample.js';
import { CANARY_CGROUP } from './canary.js';
import type { Observer, ObserverContext } from './observer.js';

export interface SamplerOptions {
  readonly intervalMs: number;
  readonly serverPid: number;
  readonly port: number;
  /** Cgroups by role, below the root of the hierarchy: at least `server`. */
  readonly cgroups: Readonly<Record<string, string>>;
  readonly injections: readonly (Pick<InjectionPlan, 'stateFile' | 'readProgress'> & { readonly name: string })[];
}

/** What changes slowly or costs much is read at every tenth tick only. */
const SLOWLY = '@10';

/** Totals, of which the growth over a silence is wanted: silences that matter last for seconds. */
const NOW_AND_THEN = '@5';

/** The files of each cgroup, with how often they are read: at every tick where nothing is said. */
const CGROUP_FILES: Readonly<Record<string, string>> = {
  'memory.current': '',
  'memory.events': '',
  'memory.stat': '',
  'memory.pressure': '',
  'memory.swap.current': SLOWLY,
  'cpu.pressure': NOW_AND_THEN,
  'io.pressure': NOW_AND_THEN,
  'cpu.stat': `~throttled_usec${NOW_AND_THEN}`,
  'pids.events': NOW_AND_THEN,
};

const SAMPLER_UNIT = 'oomdrill-sampler.service';

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
  const note = (message: string) => write({ type: 'note', t: clock.now(), message });
  note(`samples come through ${via}`);
  const readers = Object.fromEntries(options.injections.map(({ name, readProgress }) => [name, readProgress]));
  let stopped = false;
  receiveLines(stream, {
    line(text) {
      if (stopped) return;
      const sample = parseSample(text, { serverPid: options.serverPid, readers });
      if (sample) write({ ...sample, t: clock.now() });
      else note(`a line of the sampler could not be read (${text.length} bytes)`);
    },
    // No drill ends of it: how many samples are missing is for the verdict to judge.
    end: (cause) => stopped || note(`no more samples come through ${via}${cause ? `: ${cause.message}` : ''}`),
  });
  const stop = async () => {
    stopped = true;
    stream.destroy();
  };
  try {
    await run(machine, startCommand(options, guestPath), {
      reason: 'the sampler to start',
      signal,
      orThrow: (words) => machineError('SAMPLER_START', `The sampler could not be started in the guest: ${words}.`),
    });
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return { stop };
}

/** The command that starts it. @param out where it writes to in the guest */
function startCommand(options: SamplerOptions, out: string): readonly string[] {
  const unit = asProtectedUnit(SAMPLER_UNIT, ['OOMScoreAdjust=-1000', 'MemoryMin=8M', 'CPUWeight=1000']);
  const sampler = [SAMPLER_PROGRAM, '--interval-ms', String(options.intervalMs), '--out', out];
  const files = Object.entries(sampledFiles(options)).map(([key, path]) => `${key}=${path}`);
  return [...unit, ...sampler, ...files];
}

/** What it reads, by the key under which it tells it. */
function sampledFiles({ cgroups, serverPid, port, injections }: SamplerOptions): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const [role, path] of Object.entries(cgroups)) {
    for (const [file, every] of Object.entries(CGROUP_FILES))
      files[`${role}/${file}`] = `/sys/fs/cgroup${path}/${file}${every}`;
  }
  for (const what of ['memory', 'cpu', 'io']) files[`box/${what}.pressure`] = `/proc/pressure/${what}${NOW_AND_THEN}`;
  files['server/cpu.usage'] = `/sys/fs/cgroup${cgroups.server}/cpu.stat~usage_usec${SLOWLY}`;
  // Of the main thread alone: that of the process adds up all its threads at every read.
  files['server/stat'] = `/proc/${serverPid}/task/${serverPid}/stat`;
  files.listen = `listen:${port}`;
  for (const { name, stateFile } of injections) files[`hog/${name}`] = stateFile;
  files.meminfo = `/proc/meminfo~MemAvailable${SLOWLY}`;
  files['canary/cpu.stat'] = `/sys/fs/cgroup${CANARY_CGROUP}/cpu.stat~usage_usec${SLOWLY}`;
  return files;
}
