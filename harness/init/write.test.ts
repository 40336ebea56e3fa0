import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { FolderPlan } from './plan.js';
import { checkFolder, writeFolder } from './write.js';

const file = (path: string, text = path) => ({ path, text, does: 'a test' });

const planIn = (dir: string, parts: Partial<FolderPlan>): FolderPlan => ({
  dir,
  files: [file('a/b/c.txt'), file('d.txt')],
  kept: [],
  copied: undefined,
  extended: undefined,
  conflicts: [],
  needs: [],
  ...parts,
});

const { signal } = new AbortController();
const listTree = async (dir: string) => (await readdir(dir, { recursive: true })).sort();

t.test('a folder that is not there yet', async (t) => {
  const dir = join(t.testdir({}), 'new', 'folder');
  const plan = planIn(dir, {});
  await checkFolder(plan);
  await writeFolder(plan, signal);
  t.same(await listTree(dir), ['a', 'a/b', 'a/b/c.txt', 'd.txt']);
  t.equal(readFileSync(join(dir, 'a/b/c.txt'), 'utf8'), 'a/b/c.txt');
});

t.test('a folder that is a file, or a link to nowhere', async (t) => {
  const dir = t.testdir({ file: '', link: t.fixture('symlink', 'nowhere') });
  for (const name of ['file', 'link']) {
    const path = join(dir, name);
    const message = `The folder must be a directory (got ${path}).`;
    await t.rejects(checkFolder(planIn(path, {})), { code: 'INIT_DIR', message });
  }
});

t.test('all that exists is named in one sentence', async (t) => {
  const dir = t.testdir({ 'd.txt': 'mine', a: { b: { 'c.txt': t.fixture('symlink', '/nowhere') } } });
  const plan = planIn(dir, { conflicts: ['the script test of package.json'] });
  await t.rejects(checkFolder(plan), {
    code: 'INIT_EXISTS',
    message: `a/b/c.txt, d.txt and the script test of package.json exist already in ${dir}: nothing was written.`,
  });
  await t.rejects(checkFolder(planIn(dir, { files: [file('d.txt')] })), {
    message: /^d\.txt exists already in /,
    hint: 'Name a new directory, such as `npx oomdrill init drills`, or move these away.',
  });
  await t.rejects(checkFolder(planIn(dir, { files: [{ ...file('d.txt'), isNightly: true }] })), {
    code: 'INIT_EXISTS',
    hint: /; with --ci none there is no nightly\.$/,
  });
});

t.test('so is what would be read in the place of a new file', async (t) => {
  const dir = t.testdir({ 'd.json': '' });
  const files = [{ ...file('d.txt'), rivals: ['d.json', 'd.yaml'] }];
  await t.rejects(checkFolder(planIn(dir, { files })), { code: 'INIT_EXISTS', message: /^d\.json exists already in / });
});

t.test('a directory that cannot be one', async (t) => {
  const dir = t.testdir({ file: 'text', a: 'text' });
  await t.rejects(checkFolder(planIn(join(dir, 'file'), {})), { code: 'INIT_DIR', message: /must be a directory/ });
  await t.rejects(checkFolder(planIn(join(dir, 'file', 'x'), {})), {
    code: 'INIT_DIR',
    message: /file is not a directory/,
  });
  await t.rejects(checkFolder(planIn(dir, {})), { code: 'INIT_DIR', message: /\/a is not a directory\.$/ });
});

t.test('a directory that refuses is left as it is', async (t) => {
  // Root may write anywhere but here.
  const error = { code: 'INIT_WRITE', message: /^Could not make \/proc\/drills: ENOENT/ };
  await t.rejects(writeFolder(planIn('/proc/drills', {}), signal), error);
});

t.test('a failure in the middle leaves nothing behind', async (t) => {
  const dir = t.testdir({ 'mine.txt': 'mine' });
  const files = [file('a/b/c.txt'), file('e/f.txt'), file('a/b/c.txt/d.txt')];
  await t.rejects(writeFolder(planIn(dir, { files }), signal), { code: 'INIT_WRITE', message: /ENOTDIR|EEXIST/ });
  t.same(await listTree(dir), ['mine.txt']);
});

t.test('a file that someone else made meanwhile stays', async (t) => {
  const dir = t.testdir({ 'd.txt': 'mine' });
  await t.rejects(writeFolder(planIn(dir, {}), signal), { code: 'INIT_WRITE', message: /EEXIST/ });
  t.same(await listTree(dir), ['d.txt']);
  t.equal(readFileSync(join(dir, 'd.txt'), 'utf8'), 'mine');
});

t.test('so does one in a directory of ours', async (t) => {
  const dir = t.testdir({ from: { 'bundle.json': '{}' } });
  const copied = { from: join(dir, 'missing'), path: 'to' };
  const plan = planIn(join(dir, 'new'), { files: [file('a/b.txt')], copied });
  const writing = writeFolder(plan, signal);
  mkdirSync(join(dir, 'new', 'a'), { recursive: true });
  writeFileSync(join(dir, 'new', 'a', 'mine.txt'), 'mine');
  await t.rejects(writing, { code: 'INIT_WRITE' });
  t.ok(existsSync(join(dir, 'new', 'a', 'mine.txt')));
});

t.test('an interrupt leaves nothing behind', async (t) => {
  const dir = join(t.testdir({}), 'new');
  await t.rejects(writeFolder(planIn(dir, {}), AbortSignal.abort(new Error('Ctrl-C'))), { message: 'Ctrl-C' });
  t.notOk(existsSync(dir));
});

t.test('package.json is replaced last', async (t) => {
  const dir = t.testdir({ 'package.json': 'old' });
  const extended = file('package.json', 'new');
  await t.rejects(writeFolder(planIn(dir, { extended, files: [file('package.json/x')] }), signal));
  t.equal(readFileSync(join(dir, 'package.json'), 'utf8'), 'old');
  await writeFolder(planIn(dir, { extended }), signal);
  t.equal(readFileSync(join(dir, 'package.json'), 'utf8'), 'new');
});

t.test('a bundle is copied whole, with its modes and links', async (t) => {
  const dir = t.testdir({ from: { root: { run: '#!/bin/sh' }, captured: { 'left-out.txt': '' } } });
  const from = join(dir, 'from');
  chmodSync(join(from, 'root/run'), 0o4750);
  chmodSync(join(from, 'root'), 0o700);
  symlinkSync('/usr/bin/true', join(from, 'root/absolute'));
  symlinkSync('run', join(from, 'root/relative'));
  const plan = planIn(join(dir, 'new'), { copied: { from, path: 'bundles/web' } });
  await writeFolder(plan, signal);
  const to = join(dir, 'new/bundles/web');
  t.same(await listTree(to), await listTree(from));
  t.equal(lstatSync(join(to, 'root/run')).mode & 0o7777, 0o4750);
  t.equal(lstatSync(join(to, 'root')).mode & 0o7777, 0o700);
  t.equal(readlinkSync(join(to, 'root/absolute')), '/usr/bin/true');
  t.equal(readlinkSync(join(to, 'root/relative')), 'run');
  symlinkSync(from, join(dir, 'link'));
  await writeFolder(planIn(join(dir, 'new2'), { copied: { from: join(dir, 'link'), path: 'web' } }), signal);
  t.same(await listTree(join(dir, 'new2/web')), await listTree(from), 'also by a link to it');
  await t.rejects(checkFolder(plan), { code: 'INIT_EXISTS', message: /^bundles\/web, a\/b\/c\.txt and d\.txt exist/ });
});
