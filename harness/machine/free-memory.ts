import { readFile } from 'node:fs/promises';

/** Memory that this host could give without swapping, bytes: MemAvailable of /proc/meminfo (proc_meminfo(5)). */
export async function readAvailableBytes(): Promise<number> {
  const kib = /^MemAvailable:\s+(\d+) kB/m.exec(await readFile('/proc/meminfo', 'utf8'))?.[1];
  return Number(kib ?? 0) * 1024;
}
