import { lstat, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { replaceFile } from './replace-file.js';

t.test('a new file, and one that is there', async (t) => {
  const dir = t.testdir({ old: 'old' });
  await replaceFile(join(dir, 'new'), 'one');
  await replaceFile(join(dir, 'old'), 'two');
  t.same(await Promise.all(['new', 'old'].map((name) => readFile(join(dir, name), 'utf8'))), ['one', 'two']);
  t.same((await readdir(dir)).sort(), ['new', 'old'], 'nothing else is left');
});

t.test('a link stays one, and what it leads to is replaced', async (t) => {
  const dir = t.testdir({ target: 'old' });
  await symlink('target', join(dir, 'link'));
  await replaceFile(join(dir, 'link'), 'new');
  t.ok((await lstat(join(dir, 'link'))).isSymbolicLink());
  t.equal(await readFile(join(dir, 'target'), 'utf8'), 'new');
});

t.test('a FIFO stays one, and its reader is told', async (t) => {
  const fifo = join(t.testdir(), 'fifo');
  await execa('mkfifo', [fifo]);
  const read = readFile(fifo, 'utf8');
  await replaceFile(fifo, 'told');
  t.equal(await read, 'told');
  t.ok((await lstat(fifo)).isFIFO());
});

t.test('where nothing can be written, nothing is left', async (t) => {
  const dir = t.testdir({ file: '' });
  await t.rejects(replaceFile(join(dir, 'file', 'below'), 'x'));
  await t.rejects(replaceFile(dir, 'x'), { code: 'EISDIR' });
  await writeFile(join(dir, 'file'), 'as it was');
  t.same(await readdir(dir), ['file']);
});
