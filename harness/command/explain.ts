import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { messageOf, usageError } from '../core/errors.js';
import { diagnose } from '../explain/diagnose.js';
import { readEvidence } from '../explain/evidence.js';
import { conclude } from './conclude.js';

/** `oomdrill explain`: what files show that were saved on the night. */
export async function explain(paths: readonly string[], flags: { json?: string }): Promise<void> {
  await conclude(flags, async () => {
    const files = await Promise.all(paths.map(async (path) => ({ name: basename(path), text: await read(path) })));
    const diagnosis = diagnose(readEvidence(files));
    const { enough, outcomes, reasons, next, scenario } = diagnosis;
    const lines = [
      outcomes.length > 0 ? outcomes.join(', or ') : enough ? 'no harm shows' : 'not enough to say',
      ...reasons.map((reason) => `    ${reason}`),
      `    ${next}`,
      ...(scenario === null ? [] : [`    it is reproduced by: oomdrill run ${scenario}`]),
    ];
    return { data: diagnosis, text: `${lines.join('\n')}\n`, exitCode: 0 };
  });
}

/** Standard input for `-`. @throws OomdrillError `EVIDENCE_MISSING` */
function read(path: string): Promise<string> {
  return readFile(path === '-' ? '/dev/stdin' : path, 'utf8').catch((cause: unknown) => {
    throw usageError('EVIDENCE_MISSING', `${path} cannot be read: ${messageOf(cause)}.`, 'Name files that were saved.');
  });
}
