import { mayBeOfKernel } from '../log-lines.js';
import type { Statement, StatementReader } from './statement.js';

/** `Killing 'COMM' (PID) (tgid N), adj N,` (Linux up to 4.11, drivers/staging/android/lowmemorykiller.c, lowmem_scan). */
const KILL = /^(?:lowmemorykiller: )?Killing '(.{1,64}?)' \((\d{1,10})\)(?: \(tgid \d{1,10}\))?, adj -?\d/;

/** Kills of the driver of old Android kernels. It kills by the free memory of the host and its cache, and at no limit. */
export const readLowMemoryKiller: StatementReader = ({ lines }) =>
  lines.filter(mayBeOfKernelOrDriver).flatMap(({ text }): Statement[] => {
    const [, comm, pid] = KILL.exec(text) ?? [];
    if (comm === undefined) return [];
    return [
      { shows: 'killed-one', text: `The lowmemorykiller of the kernel killed ${comm} (PID ${pid}).`, isOfKernel: true },
    ];
  });

const mayBeOfKernelOrDriver = (line: Parameters<typeof mayBeOfKernel>[0]): boolean =>
  mayBeOfKernel(line) || line.from === 'lowmemorykiller';
