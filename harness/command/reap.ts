import { reap } from '../machine/reap.js';
import { conclude } from './conclude.js';
import type { ReapFlags } from './declaration/reap.js';

/** `oomdrill reap`: what killed runs left behind is taken away; those that live are left alone. */
export async function executeReap(flags: ReapFlags): Promise<void> {
  await conclude(flags, async () => {
    const reaped = await reap();
    const { removed, failed, stillRunning } = reaped;
    const lines = [
      ...removed.map((what) => `removed ${what}`),
      ...failed.map((what) => `could not remove ${what}`),
      ...(stillRunning === 0 ? [] : [`left alone: ${stillRunning} run${stillRunning === 1 ? '' : 's'} still going on`]),
      ...(removed.length + failed.length === 0 ? ['nothing was left behind'] : []),
    ];
    return { data: reaped, text: `${lines.join('\n')}\n`, exitCode: failed.length === 0 ? 0 : 2 };
  });
}
