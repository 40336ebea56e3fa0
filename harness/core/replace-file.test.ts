import { lstat, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { replaceFile } from './replace-file.js';

t.test('a new file is created, and an existing one is replaced', async (t) => {
  const dir = t.testdir({ old: 'old' });
  await replaceFile(join(dir, 'new'), 'one');
  await replaceFile(join(dir, 'old'), 'two');
  t.same(await Promise.all(['new', 'old'].map((name) => readFile(join(dir, name), 'utf8'))), ['one', 'two']);
  t.same((await readdir(dir)).sort(), ['new', 'old'], 'nothing else is left');
});

t.test('a link stays a link, and its target is replaced', async (t) => {
  const dir = t.testdir({ target: 'old' });
  await symlink('target', join(dir, 'link'));
  await replaceFile(join(dir, 'link'), 'new');
  t.ok((await lstat(join(dir, 'link'))).isSymbolicLink());
  t.equal(await readFile(join(dir, 'target'), 'utf8'), 'new');
});

t.test('a FIFO stays a FIFO, and its reader gets the text', async (t) => {
  const fifo = join(t.testdir(), 'fifo');
  await execa('mkfifo', [fifo]);
  const read = readFile(fifo, 'utf8');
  await replaceFile(fifo, 'text');
  t.equal(await read, 'text');
  t.ok((await lstat(fifo)).isFIFO());
});

t.test('a failed write leaves no file behind', async (t) => {
  const dir = t.testdir({ file: '' });
  await t.rejects(replaceFile(join(dir, 'file', 'below'), 'x'));
  await t.rejects(replaceFile(dir, 'x'), { code: 'EISDIR' });
  await writeFile(join(dir, 'file'), 'as it was');
  t.same(await readdir(dir), ['file']);
});
