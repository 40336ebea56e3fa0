import { REAP_SCHEMA, reapSchema } from '../contract/reap.js';
import { textOf } from '../core/printable-text.js';
import type { MachineProvider } from '../machine/provider.js';
import { reap } from '../machine/reap.js';
import { conclude, documentOf } from './conclude.js';
import type { ReapFlags } from './declaration/reap.js';

/** `oomdrill reap`: removes what interrupted runs left behind; runs that are still going on are left alone. */
export async function executeReap(flags: ReapFlags, machines: readonly MachineProvider[]): Promise<void> {
  await conclude(flags, async () => {
    const { removed, failed, stillRunning, leftAlone } = await reap(machines);
    const lines = [...removed.map((what) => `removed ${what}`), ...failed.map((what) => `could not remove ${what}`)];
    lines.push(...leftAlone.map((what) => `left alone ${what}`));
    const nothing = lines.length === 0;
    if (stillRunning > 0) lines.push(`left alone: ${stillRunning} run${stillRunning === 1 ? '' : 's'} still going on`);
    if (nothing) lines.push('nothing was left behind');
    const document = documentOf(reapSchema, { schema: REAP_SCHEMA, removed, failed, stillRunning, leftAlone });
    return { document, text: textOf(lines), exitCode: failed.length === 0 ? 0 : 2 };
  });
}
