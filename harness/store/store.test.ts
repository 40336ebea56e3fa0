import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import t from 'tap';
import { createNight } from '../history/night.js';
import { HISTORY_SCHEMA } from '../history/schema.js';
import { compose } from '../testing/record.js';
import { summarizeRecord } from '../verdict/summarize.js';
import { rowOfRun, rowsOfHistory } from './row.js';
import { withStore } from './store.js';

const record = compose();
const run = summarizeRecord(record, 'reports/a/record.jsonl');
const campaign = { version: '0.2.0', options: 'o', declarations: 'd' };
const rowAt = (id: string, at: string, more: Partial<typeof run> = {}) =>
  rowOfRun(
    { ...run, id, kernel: '6.12.48', systemd: '257', ...more },
    { at, campaign, cell: `${run.scenario} on trixie` },
  );
const rows = [
  rowAt('one', '2026-11-01T03:00:00Z'),
  rowAt('two', '2026-11-02T03:00:00Z', { verdict: 'fail', outcome: 'livelocked', guest: 'bookworm' }),
  rowAt('three', '2026-11-03T03:00:00Z', { kernel: '6.1.0' }),
];
const idsOf = (found: Iterable<{ readonly id: unknown }>) => [...found].map(({ id }) => id);

t.test('each drill is there once, the newest first', async (t) => {
  const path = join(t.testdir(), 'results.db');
  t.equal(await withStore(path, 'write', (store) => store.add(rows)), 3);
  t.equal(await withStore(path, 'write', (store) => store.add(rows)), 0, 'the same again is nothing new');
  await withStore(path, 'read', (store) => {
    t.same(idsOf(store.select({})), ['three', 'two', 'one']);
    t.same([...store.select({})].at(-1), rows[0]);
    t.same(idsOf(store.select({}, { limit: 1, offset: 1 })), ['two']);
    t.same(idsOf(store.select({ equal: { guest: 'bookworm' } })), ['two']);
    t.same(idsOf(store.select({ since: '2026-11-02', until: '2026-11-03' })), ['two']);
    t.equal(store.count({ equal: { verdict: 'pass' } }), 2);
    t.same(
      store
        .tally({}, ['guest', 'kernel'])
        .map(({ values, drills, passed, failed }) => [...values, drills, passed, failed]),
      [
        ['bookworm', '6.12.48', 1, 0, 1],
        ['trixie', '6.1.0', 1, 1, 0],
        ['trixie', '6.12.48', 1, 1, 0],
      ],
    );
  });
});

t.test('two stores become one, in either order', async (t) => {
  const dir = t.testdir();
  const [left, right] = [join(dir, 'left.db'), join(dir, 'right.db')];
  await withStore(left, 'write', (store) => store.add(rows.slice(0, 2)));
  await withStore(right, 'write', (store) => store.add(rows.slice(1)));
  t.equal(await withStore(left, 'write', (store) => store.addStore(right)), 1);
  t.equal(await withStore(right, 'write', (store) => store.addStore(left)), 1);
  const all = (path: string) => withStore(path, 'read', (store) => [...store.select({})]);
  t.same(await all(left), await all(right));
});

t.test('a history is taken over: what it does not know is not made up', async (t) => {
  const path = join(t.testdir(), 'results.db');
  const night = createNight({ host: record.header.host, runs: [run, run] }, '2026-10-01T03:00:00Z');
  const band = { schema: HISTORY_SCHEMA, type: 'band', at: '2026-10-02T03:00:00Z', bundle: 'web' } as const;
  const entries = [night, { ...band, guest: 'trixie', machine: 'qemu', scale: 8, brimBytes: 1024 }];
  await withStore(path, 'write', (store) => store.add(rowsOfHistory(entries)));
  t.equal(await withStore(path, 'write', (store) => store.add(rowsOfHistory(entries))), 0);
  const found = await withStore(path, 'read', (store) => [...store.select({})]);
  t.match(found, [
    { place: 'band', bundle: 'web', scenario: null, brimBytes: 1024, kernel: null },
    { scenario: run.scenario, verdict: 'pass', version: null, record: null },
    { scenario: run.scenario },
  ]);
});

t.test('files of another kind are refused, and stay as they are', async (t) => {
  const dir = t.testdir({ 'notes.txt': 'hello, hello, hello\n', folder: {} });
  const foreign = join(dir, 'foreign.db');
  const database = new sqlite.Database(foreign);
  database.exec('CREATE TABLE other (a)');
  database.close();
  const newer = join(dir, 'newer.db');
  await withStore(newer, 'write', (store) => store.add(rows));
  const changed = new sqlite.Database(newer);
  changed.exec('PRAGMA user_version = 2');
  changed.close();
  const mine = join(dir, 'mine.db');
  await withStore(mine, 'write', (store) => store.add(rows.slice(0, 1)));
  for (const [name, code] of [
    ['notes.txt', 'STORE_INVALID'],
    ['folder', 'STORE_INVALID'],
    ['foreign.db', 'STORE_INVALID'],
    ['newer.db', 'FORMAT_NEWER'],
  ] as const) {
    await t.rejects(
      withStore(join(dir, name), 'write', (store) => store.add(rows)),
      { code },
      name,
    );
    if (!name.endsWith('.db')) continue;
    await t.rejects(
      withStore(mine, 'write', (store) => store.addStore(join(dir, name))),
      { code },
      `${name} added`,
    );
  }
  t.equal(await withStore(mine, 'read', (store) => store.count()), 1);
  t.equal(readFileSync(join(dir, 'notes.txt'), 'utf8'), 'hello, hello, hello\n');
  await t.rejects(
    withStore(join(dir, 'none.db'), 'read', () => {}),
    { code: 'STORE_MISSING' },
  );
  t.notOk(existsSync(join(dir, 'none.db')));
});

t.test('what breaks off an addition leaves the store as it was', async (t) => {
  const path = join(t.testdir(), 'results.db');
  await withStore(path, 'write', (store) => store.add(rows.slice(0, 1)));
  function* broken() {
    yield rows[1] as (typeof rows)[number];
    throw new Error('broken off');
  }
  await t.rejects(
    withStore(path, 'write', (store) => store.add(broken())),
    { message: 'broken off' },
  );
  t.same(idsOf(await withStore(path, 'read', (store) => [...store.select({})])), ['one']);
  // The library's lock, as a killed process leaves it.
  mkdirSync(`${path}.lock`);
  t.equal(await withStore(path, 'write', (store) => store.add(rows)), 2);
});

t.test('several at a time wait for each other', async (t) => {
  const path = join(t.testdir(), 'results.db');
  const many = Array.from({ length: 8 }, (_, index) => rowAt(`many-${index}`, `2026-11-0${index + 1}T03:00:00Z`));
  await Promise.all(many.map((row) => withStore(path, 'write', (store) => store.add([row]))));
  t.equal(await withStore(path, 'read', (store) => store.count()), many.length);
});

t.test('a file that was cut off is said to be damaged', async (t) => {
  const path = join(t.testdir(), 'results.db');
  const many = Array.from({ length: 500 }, (_, index) => rowAt(`many-${index}`, '2026-11-01T03:00:00Z'));
  await withStore(path, 'write', (store) => store.add(many));
  writeFileSync(path, readFileSync(path).subarray(0, 20_000));
  await t.rejects(
    withStore(path, 'read', (store) => [...store.select({})]),
    { code: 'STORE_INVALID', message: /damaged/ },
  );
});
