import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { sleep } from '../../core/deadline.js';
import { virtioPort } from '../guest-paths.js';
import type { Resource } from '../ledger-pages.js';
import { identitySchema } from '../owner.js';
import { isAlive } from '../process.js';
import type { Leftover } from '../provider.js';

/** A QEMU of ours on this host, as the ledger has it. */
export const processResourceSchema = z.object({
  kind: z.literal('process'),
  what: z.string(),
  identity: identitySchema,
});

/** How long a process may take to die of SIGKILL: one in an uninterruptible wait does not at once. */
const DYING_MS = 5_000;

/** What `reap` does with a QEMU that outlived its harness. */
export function processLeftover(resource: Resource): Leftover {
  const { what, identity } = processResourceSchema.parse(resource);
  return {
    name: `process ${identity.pid} (${what})`,
    async remove() {
      if (!(await isAlive(identity))) return false;
      if (!(await isOurQemu(identity.pid))) throw new Error('it is not a QEMU of ours');
      kill(identity.pid);
      const end = performance.now() + DYING_MS;
      while (performance.now() < end && (await isAlive(identity))) await sleep(100);
      if (await isAlive(identity)) throw new Error('it does not die');
      return true;
    },
  };
}

/** Whether a process is this user's, and its arguments are those of a machine of ours, which has a port of our name. */
async function isOurQemu(pid: number): Promise<boolean> {
  const [{ uid }, words] = await Promise.all([stat(`/proc/${pid}`), readFile(`/proc/${pid}/cmdline`, 'utf8')]);
  return (
    uid === process.getuid?.() && words.split('\0').some((word) => word.includes(`,name=${virtioPort('samples')},`))
  );
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (thrown) {
    // It ended by itself a moment ago.
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
  }
}
