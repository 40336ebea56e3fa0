import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { makeRoom, noteWanted, removeUnwanted, snapshotSpace } from './prepared-room.js';

const HOUR_MS = 3_600_000;
const isState = (name: string) => name.startsWith('state-');

/** A folder of states of a megabyte each, by the hours since each was wanted. */
async function folderOf(t: Test, hours: Readonly<Record<string, number>>): Promise<string> {
  const folder = t.testdir({});
  for (const [name, ago] of Object.entries(hours)) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'memory'), Buffer.alloc(1 << 20, 1));
    await noteWanted(join(folder, name));
    const then = new Date(Date.now() - ago * HOUR_MS);
    await utimes(join(folder, `${name}.wanted`), then, then);
  }
  return folder;
}

/** Allows all states together so much. */
function allow(t: Test, space: string): void {
  const before = process.env.OOMDRILL_SNAPSHOT_SPACE;
  process.env.OOMDRILL_SNAPSHOT_SPACE = space;
  t.teardown(() => {
    if (before === undefined) delete process.env.OOMDRILL_SNAPSHOT_SPACE;
    else process.env.OOMDRILL_SNAPSHOT_SPACE = before;
  });
}

t.test('the states that were not wanted for longest make room', async (t) => {
  allow(t, '3M');
  const folder = await folderOf(t, { 'state-a': 50, 'state-b': 90, 'state-c': 40, 'other-d': 99 });
  t.equal(await makeRoom(folder, 1 << 20, isState), true);
  t.same(
    ['state-a', 'state-b', 'state-b.wanted', 'state-c', 'other-d'].map((name) => existsSync(join(folder, name))),
    [true, false, false, true, true],
  );
});

t.test('what last night wanted is kept, and there is no room then', async (t) => {
  allow(t, '2M');
  const folder = await folderOf(t, { 'state-a': 24, 'state-b': 1 });
  t.equal(await makeRoom(folder, 1 << 20, isState), false);
  t.ok(existsSync(join(folder, 'state-a')) && existsSync(join(folder, 'state-b')));
});

t.test('no space at all makes no snapshots', async (t) => {
  allow(t, '0');
  t.equal(await makeRoom(await folderOf(t, {}), 1, isState), false);
  t.throws(() => snapshotSpace({ OOMDRILL_SNAPSHOT_SPACE: 'much' }), { code: 'SNAPSHOT_SPACE' });
  t.equal(snapshotSpace({}), 12 * 1024 ** 3);
});

t.test('what was not wanted for two weeks is removed, with the notes of what is gone', async (t) => {
  const folder = await folderOf(t, { 'old-a': 400, 'new-b': 300, 'gone-c': 400, 'gone-d': 1, 'made-e.draft': 400 });
  for (const gone of ['gone-c', 'gone-d']) await rm(join(folder, gone), { recursive: true });
  const unnoted = join(folder, 'unnoted-f');
  await mkdir(unnoted);
  await utimes(unnoted, 0, 0);
  await removeUnwanted(folder);
  const left = ['gone-d.wanted', 'made-e.draft', 'made-e.draft.wanted', 'new-b', 'new-b.wanted'];
  t.same((await readdir(folder)).sort(), left);
});

t.test('a state is known to have been wanted before', async (t) => {
  const dir = join(t.testdir({}), 'snapshots', 'state-a');
  t.equal(await noteWanted(dir), false);
  t.equal(await noteWanted(dir), true);
});
