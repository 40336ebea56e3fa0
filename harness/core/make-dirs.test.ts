import { statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { makeDirs } from './make-dirs.js';

t.test('a directory with its parents, also by two callers at once', async (t) => {
  const dir = join(t.testdir({}), 'a', 'b', 'c');
  await Promise.all([makeDirs(dir), makeDirs(dir)]);
  await makeDirs(dir);
  t.ok(statSync(dir).isDirectory());
});

t.test('below /proc, and below a file, the system refuses it', async (t) => {
  await t.rejects(makeDirs('/proc/nowhere/a'), { code: 'ENOENT' });
  await t.rejects(makeDirs(join(t.testdir({ file: '' }), 'file', 'a')), { code: 'ENOTDIR' });
});
