import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { openFifo } from './open-fifo.js';
import { replaceFile } from './replace-file.js';

const isRoot = process.getuid?.() === 0;

const modeOf = async (file: string) => (await stat(file)).mode & 0o7777;

t.test('a new file is created, and an existing one is replaced', async (t) => {
  const dir = t.testdir({ old: 'old' });
  await replaceFile(join(dir, 'new'), 'one');
  await replaceFile(join(dir, 'old'), Buffer.from('two'));
  t.same(await Promise.all(['new', 'old'].map((name) => readFile(join(dir, name), 'utf8'))), ['one', 'two']);
  t.same((await readdir(dir)).sort(), ['new', 'old'], 'nothing else is left');
});

t.test('a file that exists keeps its mode, and a new one has that which was asked for', async (t) => {
  const dir = t.testdir({ old: 'old' });
  await chmod(join(dir, 'old'), 0o640);
  await replaceFile(join(dir, 'old'), 'new', { mode: 0o600 });
  t.equal(await modeOf(join(dir, 'old')), 0o640);
  const before = process.umask(0o027);
  await replaceFile(join(dir, 'new'), 'new');
  await replaceFile(join(dir, 'private'), 'new', { mode: 0o600 });
  process.umask(before);
  t.equal(await modeOf(join(dir, 'new')), 0o640);
  t.equal(await modeOf(join(dir, 'private')), 0o600);
});

t.test('a link stays a link, and its target is replaced', async (t) => {
  const dir = t.testdir({ target: 'old', there: {} });
  await symlink('target', join(dir, 'link'));
  await symlink('link', join(dir, 'twice'));
  await replaceFile(join(dir, 'twice'), 'new');
  t.ok((await lstat(join(dir, 'twice'))).isSymbolicLink());
  t.ok((await lstat(join(dir, 'link'))).isSymbolicLink());
  t.equal(await readFile(join(dir, 'target'), 'utf8'), 'new');
  // Relative to where the link really is.
  await symlink('there', join(dir, 'folder'));
  await symlink('../made', join(dir, 'there', 'dangling'));
  await replaceFile(join(dir, 'folder', 'dangling'), 'new');
  t.equal(await readFile(join(dir, 'made'), 'utf8'), 'new', 'what a link points to is made');
  await symlink('loop', join(dir, 'loop'));
  await t.rejects(replaceFile(join(dir, 'loop'), 'new'), { code: 'ELOOP' });
});

t.test('no name that can be guessed is opened', async (t) => {
  const dir = t.testdir({ file: 'old', victim: 'untouched' });
  await symlink('victim', join(dir, `file.${process.pid}`));
  await replaceFile(join(dir, 'file'), 'new');
  t.equal(await readFile(join(dir, 'victim'), 'utf8'), 'untouched');
  t.ok((await lstat(join(dir, `file.${process.pid}`))).isSymbolicLink(), 'what is not ours stays');
});

t.test('while it is written no name ends as one that a reader of the folder takes', async (t) => {
  const dir = t.testdir({ 'out.prom': 'old' });
  const seen = new Set<string>();
  let done = false;
  const writing = replaceFile(join(dir, 'out.prom'), 'x'.repeat(8_000_000)).then(() => {
    done = true;
  });
  while (!done) for (const name of await readdir(dir)) seen.add(name);
  await writing;
  seen.delete('out.prom');
  for (const name of seen) t.match(name, /^\.oomdrill-[0-9a-f]{16}\.tmp$/);
});

t.test('a FIFO stays a FIFO, and its reader gets the text', async (t) => {
  const fifo = join(t.testdir(), 'fifo');
  await execa('mkfifo', [fifo]);
  const text = 'text\n'.repeat(100_000);
  const read = readFile(fifo, 'utf8');
  await replaceFile(fifo, text);
  t.equal(await read, text, 'more than fits into it');
  t.ok((await lstat(fifo)).isFIFO());
  await t.rejects(openFifo(fifo, 0), { code: 'FIFO_UNREAD', hint: /Start what reads/ });
});

t.test('a device is written to', async (t) => {
  await replaceFile('/dev/null', 'text');
  t.ok((await lstat('/dev/null')).isCharacterDevice());
  await t.rejects(replaceFile('/dev/full', 'text'), { code: 'ENOSPC' });
});

t.test('a failed write leaves no file behind', async (t) => {
  const dir = t.testdir({ file: '' });
  await t.rejects(replaceFile(join(dir, 'file', 'below'), 'x'), { code: 'ENOTDIR', path: /below$/ });
  await t.rejects(replaceFile(join(dir, 'none', 'below'), 'x'), { code: 'ENOENT', path: /below$/ });
  await t.rejects(replaceFile(dir, 'x'), { code: 'EISDIR' });
  t.same(await readdir(dir), ['file']);
});

t.test(
  'a file in a directory that takes no other is written in place',
  { skip: isRoot && 'root may write anywhere' },
  async (t) => {
    const dir = t.testdir({ file: 'old' });
    t.teardown(() => chmod(dir, 0o755));
    await chmod(dir, 0o555);
    await replaceFile(join(dir, 'file'), 'new');
    t.equal(await readFile(join(dir, 'file'), 'utf8'), 'new');
    await t.rejects(replaceFile(join(dir, 'other'), 'new'), { code: 'EACCES', path: /other$/ });
  },
);

/** A folder with `point` mounted on; undefined where this user cannot mount. */
async function mountIn(t: Test, files: readonly string[], mount: (dir: string) => readonly string[], point: string) {
  const dir = await mkdtemp(join(tmpdir(), 'oomdrill-test-'));
  for (const file of files) await writeFile(join(dir, file), 'old');
  const { failed } = await execa('mount', mount(dir), { reject: false });
  t.teardown(async () => {
    if (!failed) await execa('umount', [join(dir, point)]);
    await rm(dir, { recursive: true });
  });
  return failed ? undefined : dir;
}

t.test('on a full disk the old file stays whole, and no new one is left empty', async (t) => {
  const disk = await mountIn(t, [], (dir) => ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir], '.');
  if (!disk) return t.comment('this user cannot mount');
  await writeFile(join(disk, 'old'), 'old');
  for (const name of ['old', 'new'])
    await t.rejects(replaceFile(join(disk, name), 'x'.repeat(100_000)), { code: 'ENOSPC' });
  t.equal(await readFile(join(disk, 'old'), 'utf8'), 'old');
  t.same(await readdir(disk), ['old']);
});

t.test('a file that is a mount point is written in place', async (t) => {
  const mount = (dir: string) => ['--bind', join(dir, 'other'), join(dir, 'alone')];
  const dir = await mountIn(t, ['alone', 'other'], mount, 'alone');
  if (!dir) return t.comment('this user cannot mount');
  await replaceFile(join(dir, 'alone'), 'new');
  t.equal(await readFile(join(dir, 'other'), 'utf8'), 'new');
  t.same((await readdir(dir)).sort(), ['alone', 'other']);
});

t.test('what a killed writer left is removed by a later one, and nothing else', async (t) => {
  const name = (n: number) => `.oomdrill-${String(n).repeat(16)}.tmp`;
  const dir = t.testdir({
    [name(1)]: 'old',
    [name(2)]: 'young',
    [name(3)]: {},
    '.oomdrill-1.tmp': 'not ours',
    target: '',
  });
  await symlink('target', join(dir, name(4)));
  const longAgo = new Date(Date.now() - 2 * 3_600_000);
  for (const old of [name(1), name(3), '.oomdrill-1.tmp', 'target']) await utimes(join(dir, old), longAgo, longAgo);
  await replaceFile(join(dir, 'file'), 'x');
  const left = ['.oomdrill-1.tmp', name(2), name(3), name(4), 'file', 'target'];
  t.same((await readdir(dir)).sort(), left);
});
