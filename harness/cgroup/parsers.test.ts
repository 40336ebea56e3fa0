import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { MEMORY_STAT_FIELDS, parseFlatKeyed } from './flat-keyed.js';
import { parseListenQueue } from './listen-queue.js';
import { parseKilledProcess, parseOomKill } from './oom-kill.js';
import { parsePressure, parseStall } from './pressure.js';

const captured = (name: string): string =>
  readFileSync(new URL(`../../fixtures/captured/${name}`, import.meta.url), 'utf8');

t.test('memory.events', (t) => {
  t.strictSame(parseFlatKeyed(captured('memory.events')), {
    low: 0,
    high: 1_337,
    max: 105,
    oom: 3,
    oom_kill: 4,
    oom_group_kill: 1,
  });
  t.end();
});

t.test('memory.stat: only the fields that a record needs are kept', (t) => {
  const stat = parseFlatKeyed(captured('memory.stat'), MEMORY_STAT_FIELDS);
  t.strictSame(new Set(Object.keys(stat)), MEMORY_STAT_FIELDS);
  t.match(stat, { anon: 111_185_920, file: 0, pgmajfault: 28 });
  t.end();
});

t.test('a flat keyed file is read back, and other lines are ignored', (t) => {
  const values = fc.dictionary(fc.stringMatching(/^[a-z][a-z_0-9]{0,20}$/), fc.nat());
  fc.assert(
    fc.property(values, (expected) => {
      const lines = Object.entries(expected).map(([key, value]) => `${key} ${value}`);
      t.strictSame({ ...parseFlatKeyed(['a b=1', ...lines, 'cut '].join('\n')) }, { ...expected });
    }),
    { numRuns: 50 },
  );
  t.strictSame(parseFlatKeyed(''), {});
  t.end();
});

t.test('pressure', (t) => {
  t.strictSame(
    parseStall(captured('cpu.pressure-5.12')),
    { someUs: 123_456 },
    'what the kernel does not count is not zero',
  );
  t.equal(parseStall(captured('cpu.pressure'))?.fullUs, 192_327);
  t.equal(parseStall('nothing'), undefined);
  t.strictSame(parsePressure(captured('memory.pressure')), {
    some: { avg10: 49.54, avg60: 15.27, avg300: 3.51, totalUs: 10_542_460 },
    full: { avg10: 49.54, avg60: 15.27, avg300: 3.51, totalUs: 10_540_189 },
  });
  t.equal(parsePressure(captured('cpu.pressure'))?.full.totalUs, 192_327);
  t.strictSame(parsePressure(captured('cpu.pressure-5.12')), {
    some: { avg10: 1.5, avg60: 0.75, avg300: 0.1, totalUs: 123_456 },
    full: { avg10: 0, avg60: 0, avg300: 0, totalUs: 0 },
  });
  t.equal(parsePressure(''), undefined);
  t.end();
});

t.test('the listen queue', (t) => {
  t.equal(
    parseListenQueue(captured('proc-net-tcp'), 3901),
    21,
    'the listening socket, not the connection on the same port',
  );
  t.equal(parseListenQueue(captured('proc-net-tcp'), 22), 0);
  t.equal(parseListenQueue(captured('proc-net-tcp6'), 8080), 2);
  t.equal(parseListenQueue(captured('proc-net-tcp'), 80), null);
  t.equal(parseListenQueue('0: 00000000:0050 00000000:0000 0A', 80), null, 'a truncated line');
  t.end();
});

t.test('kills in the kernel log', (t) => {
  const lines = captured('kernel.log').trim().split('\n');
  const memcg = '/t.slice/s.service';
  t.strictSame(
    lines.flatMap((line) => parseOomKill(line) ?? []),
    [
      { constraint: 'CONSTRAINT_MEMCG', comm: 'ugrep', pid: 508, memcg },
      { constraint: 'CONSTRAINT_MEMCG', comm: 'node (x)', pid: 561, memcg },
      { constraint: 'CONSTRAINT_NONE', comm: '2.1.232', pid: 826 },
    ],
  );
  t.strictSame(
    lines.flatMap((line) => parseKilledProcess(line) ?? []),
    [
      { constraint: 'CONSTRAINT_MEMCG', pid: 508, comm: 'ugrep' },
      // A group kill names its first victim twice.
      { constraint: 'CONSTRAINT_MEMCG', pid: 561, comm: 'node (x)' },
      { constraint: 'CONSTRAINT_MEMCG', pid: 561, comm: 'node (x)' },
      { constraint: 'CONSTRAINT_MEMCG', pid: 562, comm: 'node (x)' },
      { constraint: 'CONSTRAINT_NONE', pid: 826, comm: '2.1.232' },
    ],
  );
  t.end();
});
