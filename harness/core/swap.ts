import { readFile } from 'node:fs/promises';

/** Swap of this host, bytes: SwapTotal of /proc/meminfo (proc_meminfo(5)). Undefined where that cannot be read. */
export async function readSwapBytes(): Promise<number | undefined> {
  const meminfo = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const kib = /^SwapTotal:\s+(\d+) kB$/m.exec(meminfo)?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}
