import { readdir } from 'node:fs/promises';
import t from 'tap';
import { GIB } from '../../core/bytes.js';
import { requireHoles } from './holes.js';

t.test('a file system with sparse files, and one without', async (t) => {
  const folder = t.testdir({});
  await requireHoles(folder, 3 * GIB);
  // As FAT has it: all that a file is long.
  await t.rejects(
    requireHoles(folder, 3 * GIB, async () => ({ blocks: 2_048 })),
    { code: 'CACHE_NOT_SPARSE', message: /has no sparse files: a snapshot would take 3G there\./ },
  );
  t.same(await readdir(folder), [], 'nothing is left there');
});
