import { readStatFields } from '../machine/process.js';
import { TICK_MS } from './cpu-times.js';

/** CPU time that a process has used, milliseconds: utime and stime of /proc/PID/stat (proc_pid_stat(5)). Undefined when it is gone. */
export async function cpuMsOf(pid: number): Promise<number | undefined> {
  const fields = await readStatFields(pid);
  return fields && (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Processes of this host that work for a drill, besides the guest and the harness itself: they are not the "others" of a host. */
export class HelperProcesses {
  /** CPU time of each as it was last seen, milliseconds, by PID. */
  readonly #cpuMs = new Map<number, number>();

  /** Counts a process from now on. */
  add(pid: number): void {
    this.#cpuMs.set(pid, 0);
  }

  /** CPU time that they have used, milliseconds. What one used that is gone stays counted, as far as it was seen. */
  async readCpuMs(): Promise<number> {
    for (const [pid, before] of this.#cpuMs) this.#cpuMs.set(pid, Math.max(before, (await cpuMsOf(pid)) ?? before));
    return [...this.#cpuMs.values()].reduce((sum, ms) => sum + ms, 0);
  }
}
