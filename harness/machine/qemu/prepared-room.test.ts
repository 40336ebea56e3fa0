import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import t, { type Test } from 'tap';
import { makeRoom, noteWanted, removeUnwanted, snapshotSpace } from './prepared-room.js';

const HOUR_MS = 3_600_000;
const worthOf = (name: string) => (name.startsWith('state-') ? 1 : name.startsWith('lesser-') ? 0 : undefined);

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

/** Room for a state of a megabyte that was wanted so many hours ago. */
const makeRoomFor = (folder: string, hoursAgo: number, worth = 1) =>
  makeRoom(folder, { bytes: 1 << 20, before: Date.now() - hoursAgo * HOUR_MS, worth }, worthOf);

t.test('the states that were not wanted for longest make room', async (t) => {
  allow(t, '3M');
  const folder = await folderOf(t, { 'state-a': 5, 'state-b': 9, 'state-c': 4, 'other-d': 99 });
  t.equal(await makeRoomFor(folder, 0), true);
  t.same(
    ['state-a', 'state-b', 'state-b.wanted', 'state-c', 'other-d'].map((name) => existsSync(join(folder, name))),
    [true, false, true, true, true],
  );
});

t.test('what was wanted after it is kept, and there is no room then', async (t) => {
  allow(t, '2M');
  const folder = await folderOf(t, { 'state-a': 24, 'state-b': 1 });
  t.equal(await makeRoomFor(folder, 25), false);
  t.ok(existsSync(join(folder, 'state-a')) && existsSync(join(folder, 'state-b')));
  t.equal(await makeRoomFor(folder, 20), true);
  t.notOk(existsSync(join(folder, 'state-a')), 'one of an earlier version, an hour after the last drill of it');
});

t.test('what is of less worth gives way first, and never takes the room of what is of more', async (t) => {
  allow(t, '2M');
  const folder = await folderOf(t, { 'state-a': 9, 'lesser-b': 5 });
  t.equal(await makeRoomFor(folder, 0), true);
  t.ok(existsSync(join(folder, 'state-a')) && !existsSync(join(folder, 'lesser-b')));
  const full = await folderOf(t, { 'state-a': 9, 'state-b': 5 });
  t.equal(await makeRoomFor(full, 0, 0), false);
  t.ok(existsSync(join(full, 'state-a')) && existsSync(join(full, 'state-b')));
});

t.test('nights that go through more states than there is room for keep those that they have', async (t) => {
  allow(t, '2M');
  const folder = await folderOf(t, { 'state-old': 99 });
  const drills = ['a', 'b', 'c', 'd'];
  const made: string[] = [];
  for (let hour = 0; hour < 5 * drills.length; hour++) {
    const dir = join(folder, `state-${drills[hour % drills.length]}`);
    const before = await noteWanted(dir);
    const now = new Date(Date.now() - (50 - hour) * HOUR_MS);
    await utimes(`${dir}.wanted`, now, now);
    if (existsSync(dir) || before === undefined) continue;
    if (!(await makeRoom(folder, { bytes: 1 << 20, before, worth: 1 }, worthOf))) continue;
    await mkdir(dir);
    await writeFile(join(dir, 'memory'), Buffer.alloc(1 << 20, 1));
    made.push(basename(dir));
  }
  t.same(made, ['state-a', 'state-b']);
});

t.test('no space at all makes no snapshots', async (t) => {
  allow(t, '0');
  t.equal(await makeRoomFor(await folderOf(t, {}), 0), false);
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
  t.equal(await noteWanted(dir), undefined);
  t.ok(Math.abs(((await noteWanted(dir)) ?? 0) - Date.now()) < 60_000);
});
