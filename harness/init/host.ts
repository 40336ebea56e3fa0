import { availableParallelism, totalmem } from 'node:os';
import { checkValues } from '../bundle/candidate.js';
import { roundToInstalled } from '../bundle/installed-memory.js';
import type { Manifest } from '../bundle/manifest.js';
import { MIB, renderBytes } from '../core/bytes.js';
import { readSwapBytes } from '../core/swap.js';

/** The host as `bundle.json` has it. */
export type Host = Manifest['host'];

/** What the caller says of the real host, in systemd's notation. */
export interface HostOptions {
  readonly hostMemory?: string | undefined;
  readonly swap?: string | undefined;
}

/** The real host, with the values of another one where the caller gives none. @throws OomdrillError `VALUE_INVALID` */
export function chooseHost({ hostMemory, swap }: HostOptions, otherwise: Host): Host {
  const host = { ...otherwise, memory: hostMemory ?? otherwise.memory, swap: swap ?? otherwise.swap };
  checkValues({ swap: host.swap }, host.memory);
  return host;
}

/** This machine. */
export async function readThisHost(): Promise<Host> {
  const swapBytes = (await readSwapBytes()) ?? 0;
  return {
    memory: renderBytes(roundToInstalled(totalmem())),
    swap: renderBytes(Math.ceil(swapBytes / MIB) * MIB),
    cpus: availableParallelism(),
  };
}
