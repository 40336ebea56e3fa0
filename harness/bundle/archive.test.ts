import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { packArchive, readArchive } from './archive.js';

/** An archive that `tar` makes of a folder, with the arguments that make it hostile. */
function archive(dir: string, ...args: string[]): string {
  const file = join(dir, 'x.tgz');
  execFileSync('tar', ['--create', '--gzip', '--absolute-names', '--file', file, '--directory', dir, ...args]);
  return file;
}

t.test('files are read as they were packed', async (t) => {
  const dir = t.testdir({ from: { a: { b: 'text' } } });
  await packArchive(join(dir, 'from'), join(dir, 'x.tgz'));
  t.match(await readArchive(join(dir, 'x.tgz')), [{ path: 'a/b', bytes: Buffer.from('text') }]);
});

t.test('what would lead out of the folder is refused, whatever else the archive holds', async (t) => {
  const dir = t.testdir({ good: 'x', sub: {} });
  mkdirSync(join(dir, 'sub', 'folder'));
  symlinkSync('/etc/shadow', join(dir, 'sub', 'link'));
  writeFileSync(join(dir, 'sub', 'one'), 'x');
  execFileSync('ln', [join(dir, 'sub', 'one'), join(dir, 'sub', 'two')]);
  execFileSync('mkfifo', [join(dir, 'sub', 'fifo')]);
  const hostile: readonly string[][] = [
    ['--transform=s,good,../good,'],
    ['--transform=s,good,a/../../good,'],
    ['--transform=s,good,/tmp/good,'],
    ['--transform=s,good,./good,'],
    ['sub/link'],
    ['sub/one', 'sub/two'],
    ['sub/fifo'],
    ['sub/folder'],
  ];
  for (const args of hostile)
    await t.rejects(readArchive(archive(dir, ...args, 'good')), { code: 'ARCHIVE_DAMAGED' }, args.join(' '));
});
