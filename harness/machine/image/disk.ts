import { join } from 'node:path';
import { execa } from 'execa';
import { machineError } from '../../core/errors.js';

/**
 * A disk for one machine, which takes its writes and leaves the backing one as it is.
 *
 * @param backing relative to `dir`, or absolute
 * @throws OomdrillError `DISK`
 */
export async function createOverlay(backing: string, dir: string): Promise<string> {
  const disk = join(dir, 'disk.qcow2');
  const { failed, stderr } = await execa(
    'qemu-img',
    ['create', '-q', '-f', 'qcow2', '-b', backing, '-F', 'qcow2', disk],
    { reject: false },
  );
  if (failed)
    throw machineError('DISK', `Could not make a disk in ${dir}: ${stderr.trim()}.`, 'Make room there, or set TMPDIR.');
  return disk;
}
