import { readFile } from 'node:fs/promises';
import { machineError, type OomdrillError } from '../core/errors.js';

/** The kernel panic that a guest's console tells of; undefined where there is none, or no console. */
export async function readPanic(consoleLog: string): Promise<OomdrillError | undefined> {
  const console = await readFile(consoleLog, 'utf8').catch(() => '');
  const panic = /Kernel panic - not syncing: (.*)/.exec(console)?.[1];
  if (panic === undefined) return undefined;
  const hint = 'The whole console is in console.log next to the record.';
  return machineError('GUEST_PANIC', `The guest's kernel panicked: ${panic.trim()}.`, hint);
}
