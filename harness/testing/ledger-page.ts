import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ledgerDir } from '../machine/ledger-dir.js';
import { identifyOwner, type Owner } from '../machine/owner.js';
import { WORK_DIR_MARKER } from '../machine/work-dir-removal.js';

/** A process of this host, boot and PID namespace that has ended. */
const deadOwner = async (): Promise<Required<Owner>> => ({ ...(await identifyOwner()), startTicks: '1' });

/** Writes a page into the ledger; gives its path. */
export async function writePage(
  resources: readonly unknown[],
  owner?: Owner,
  name: string = randomUUID(),
): Promise<string> {
  const file = join(ledgerDir(), `${name}.json`);
  mkdirSync(ledgerDir(), { recursive: true });
  writeFileSync(file, JSON.stringify({ owner: owner ?? (await deadOwner()), resources }));
  return file;
}

/** A work directory as a run leaves it, with a disk in it, in a folder. */
export function leaveWorkDir(folder: string, name = 'oomdrill-1-0123456789ab'): string {
  const dir = join(folder, name);
  mkdirSync(join(dir, 'vagrant', 'machines'), { recursive: true, mode: 0o700 });
  for (const file of [WORK_DIR_MARKER, 'disk.qcow2', join('vagrant', 'machines', 'id')])
    writeFileSync(join(dir, file), '');
  return dir;
}
