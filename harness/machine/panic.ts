import { readFile } from 'node:fs/promises';
import { machineError, type OomdrillError } from '../core/errors.js';

/** What the kernel says of the fault that a panic follows (Linux, arch/x86/kernel/traps.c, arch/x86/mm/fault.c). */
const FAULT =
  /\b(BUG: .*|general protection fault.*|invalid opcode.*|divide error.*|stack segment.*|double fault.*|int3: .*)/g;

/** Where it was: `RIP: 0010:ip_rcv+0x1a/0x90`. */
const PLACE = /RIP: [0-9a-f]+:(\S+)/gi;

/** The kernel panic that a guest's console tells of, and what led to it; undefined where there is none, or no console. */
export async function readPanic(consoleLog: string): Promise<OomdrillError | undefined> {
  const text = await readFile(consoleLog, 'utf8').catch(() => '');
  const panic = /Kernel panic - not syncing: (.*)/.exec(text);
  if (panic === null) return undefined;
  const before = text.slice(0, panic.index);
  const [fault, place] = [FAULT, PLACE].map((pattern) => [...before.matchAll(pattern)].at(-1)?.[1]?.trim());
  const words = [panic[1]?.trim(), fault && `after "${fault}"`, place && `at ${place}`].filter(Boolean).join(', ');
  const hint = 'The whole console is in console.log next to the record, if it came to a drill.';
  return machineError('GUEST_PANIC', `The guest's kernel panicked: ${words}.`, hint);
}
