import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { withFileLocked } from '../core/lock.js';
import { appendHistory, readHistory } from './file.js';
import type { PastBand } from './schema.js';

// What several processes do to one history at the same time, and what is left of it when one is killed or the disk is full.

const loader = fileURLToPath(new URL('../../scripts/typescript-loader.mjs', import.meta.url));
const path = (module: string) => JSON.stringify(fileURLToPath(new URL(module, import.meta.url)));

const band = (brimBytes: number): PastBand => ({
  schema: 'oomdrill.history/1',
  type: 'band',
  at: '2026-11-01T00:00:00.000Z',
  bundle: 'web',
  guest: 'trixie',
  machine: 'qemu',
  scale: 8,
  brimBytes,
});

/** Starts a program that has `withFileLocked`, `appendHistory`, `changeBaseline` and the path `file`. */
function start(t: Test, file: string, body: string, setUp = '') {
  const source = `
    import { withFileLocked } from ${path('../core/lock.ts')};
    import { appendHistory } from ${path('file.ts')};
    import { changeBaseline } from ${path('baseline.ts')};
    const file = ${JSON.stringify(file)};
    ${body}`;
  const program = join(t.testdirName, `${Math.random().toString(36).slice(2)}.mjs`);
  writeFileSync(program, source);
  return spawn('bash', ['-c', `${setUp} exec "$0" --import="$1" "$2"`, process.execPath, loader, program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

t.test('no entry of several writers is lost', async (t) => {
  const dir = t.testdir({ there: {} });
  const file = join(dir, 'there', 'history.jsonl');
  const writers = [0, 1, 2, 3].map((writer) =>
    start(
      t,
      file,
      `const band = ${JSON.stringify(band(0))};
       for (let i = 0; i < 25; i++) await appendHistory(file, { ...band, brimBytes: ${writer * 25} + i });`,
    ),
  );
  await Promise.all(writers.map((child) => once(child, 'exit')));
  const { entries, damaged } = await readHistory(file);
  t.same(damaged, []);
  const found = entries.map((entry) => (entry.type === 'band' ? entry.brimBytes : null));
  t.same(
    found.sort((a, b) => Number(a) - Number(b)),
    Array.from({ length: 100 }, (_, i) => i),
  );
  t.same(readdirSync(join(dir, 'there')), ['history.jsonl'], 'and nothing else is left');
});

t.test('nor one of those that meet a line which a crash cut off', async (t) => {
  const dir = t.testdir({ there: {} });
  const file = join(dir, 'there', 'history.jsonl');
  const writers = [0, 1, 2].map((writer) =>
    start(
      t,
      file,
      `import { appendFile } from 'node:fs/promises';
       const band = ${JSON.stringify(band(0))};
       for (let i = 0; i < 10; i++) {
         await appendHistory(file, { ...band, brimBytes: ${writer * 10} + i });
         await withFileLocked(file, () => appendFile(file, '{"schema":"oomdrill.history/1","ty'));
       }`,
    ),
  );
  await Promise.all(writers.map((child) => once(child, 'exit')));
  const { entries } = await readHistory(file);
  t.equal(new Set(entries.map((entry) => (entry.type === 'band' ? entry.brimBytes : -1))).size, 31, 'and the gaps');
  t.notOk(readdirSync(join(dir, 'there')).some((name) => name.startsWith('.')));
});

t.test('no accepted series of several writers is lost', async (t) => {
  const dir = t.testdir({ there: {} });
  const file = join(dir, 'there', 'baseline.json');
  const accepted = { acceptedAt: '2026-11-01T00:00:00.000Z', outcome: 'contained', figures: {} };
  const writers = [0, 1, 2].map((writer) =>
    start(
      t,
      file,
      `for (let i = 0; i < 10; i++) await changeBaseline(file, (before) =>
         ({ ...before, accepted: { ...before.accepted, ['series ' + (${writer * 10} + i)]: ${JSON.stringify(accepted)} } }));`,
    ),
  );
  await Promise.all(writers.map((child) => once(child, 'exit')));
  t.equal(Object.keys(JSON.parse(readFileSync(file, 'utf8')).accepted).length, 30);
});

t.test('a writer that is killed locks nothing', async (t) => {
  const dir = t.testdir({ there: {} });
  const file = join(dir, 'there', 'history.jsonl');
  const holder = start(
    t,
    file,
    `await withFileLocked(file, () => { console.log('held'); return new Promise((r) => setTimeout(r, 1e6)); });`,
  );
  await once(holder.stdout, 'data');
  await t.rejects(
    withFileLocked(file, async () => {}, 300),
    { code: 'LOCK', message: /held the lock of .*history\.jsonl for 0\.3 s/ },
    'while it lives it does',
  );
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  await appendHistory(file, band(1));
  t.equal((await readHistory(file)).entries.length, 1);
  t.same(readdirSync(join(dir, 'there')), ['history.jsonl'], 'what it left is removed');
});

t.test('a full disk loses no old entry and leaves no part of a new one', async (t) => {
  const dir = t.testdir({ there: {} });
  const entry = `${JSON.stringify(band(0))}\n`;
  const bytes = entry.repeat(Math.floor(2_000 / entry.length));
  for (const [name, held] of [
    ['whole', bytes],
    ['damaged', `${bytes}{"schema":"oomdrill.history/1","ty`],
  ] as const) {
    const file = join(dir, 'there', name);
    writeFileSync(file, held);
    // The limit of a file's size is met in the middle of the entry, as a full disk may be. What NODE_OPTIONS has a process write
    // down for the coverage would meet it too.
    const body = `await appendHistory(file, { ...${JSON.stringify(band(0))}, bundle: 'x'.repeat(2_000) }).catch(({ code }) => console.log(code));`;
    const child = start(t, file, body, `unset NODE_OPTIONS; trap '' XFSZ; ulimit -f 3;`);
    const said = await text(child.stdout);
    t.equal(said, 'HISTORY_WRITE\n', name);
    t.equal(readFileSync(file, 'utf8'), held, name);
  }
  t.same(readdirSync(join(dir, 'there')).sort(), ['damaged', 'whole']);
  await t.rejects(appendHistory('/dev/full', band(0)), { code: 'HISTORY_WRITE' });
  t.ok(readdirSync('/dev').includes('full'), 'a device is left where it is');
  t.equal(await appendHistory('/dev/null', band(0)), undefined);
});

t.test('where nothing can be locked it is written all the same', async (t) => {
  const dir = t.testdir({ '.history.jsonl.lock': {} });
  const file = join(dir, 'history.jsonl');
  await appendHistory(file, band(1));
  t.equal((await readHistory(file)).entries.length, 1);
  const { PATH } = process.env;
  t.teardown(() => {
    process.env.PATH = PATH;
  });
  process.env.PATH = '';
  await appendHistory(join(dir, 'other.jsonl'), band(1));
  t.equal((await readHistory(join(dir, 'other.jsonl'))).entries.length, 1, 'without flock(1)');
});
