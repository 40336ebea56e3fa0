import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { readHogProgress } from '../inject/memory-hog/state.js';
import { parseSample } from './sample.js';
import { entrySchema } from './schema.js';

const [whole = '', sparse = '', cut = ''] = readFileSync(
  new URL('../../fixtures/captured/sampler.jsonl', import.meta.url),
  'utf8',
).split('\n');
const readers = { ugrep: readHogProgress, y: readHogProgress };
const context = { serverPid: 412, readers };
const line = (files: Record<string, string>) => JSON.stringify({ n: 0, mono: 1, wall: 2, cpu: 3, files });

t.test('a complete line', (t) => {
  const sample = parseSample(whole, context);
  t.match(sample, {
    type: 'sample',
    seq: 0,
    guestMonotonicMs: 91_953.606,
    guestWallMs: 1_795_488_266_251.521,
    samplerCpuMs: 48.31,
    server: { pid: 412, task: 'S' },
    memAvailableBytes: 2_643_052 * 1024,
    progress: { ugrep: { state: 'ramping', pid: 639, task: 'D', value: 111_149_056, unit: 'bytes' } },
    cgroups: {
      server: { current: 111_460_352, events: { high: 1_371 }, stat: { anon: 111_185_920, file: 0 } },
    },
  });
  t.equal(sample?.listen, null, 'there was no listening socket');
  t.ok(entrySchema.safeParse({ ...sample, t: 5 }).success, 'fits the record');
  t.end();
});

t.test('files that could not be read, or are not read at every tick', (t) => {
  const sample = parseSample(sparse, context);
  t.match(sample, { server: { task: 'S' }, listen: null });
  t.notOk(sample && 'memAvailableBytes' in sample);
  t.ok(entrySchema.safeParse({ ...sample, t: 5 }).success);
  t.end();
});

t.test('swap, if it was read', (t) => {
  const files = { 'server/memory.current': '8192\n', 'server/memory.swap.current': '4096\n' };
  t.match(parseSample(line(files), context), { cgroups: { server: { current: 8192, swap: 4096 } } });
  t.end();
});

t.test('pressure of the whole guest, and what the cgroup waited for besides memory', (t) => {
  const psi = (some: number) => `some avg10=0.00 avg60=0.00 avg300=0.00 total=${some}\n`;
  const files = {
    'server/memory.current': '8192\n',
    'server/cpu.pressure': psi(7),
    'server/cpu.stat': 'throttled_usec 11\n',
    'server/pids.events': 'max 13\n',
    'server/cpu.usage': 'usage_usec 2500\n',
    'server/io.pressure': `${psi(9)}full avg10=0.00 avg60=0.00 avg300=0.00 total=4\n`,
    'box/memory.pressure': psi(5),
  };
  const sample = parseSample(line(files), context);
  t.strictSame(sample?.box, { memory: { someUs: 5 } });
  t.match(sample, {
    cgroups: {
      server: {
        cpuStall: { someUs: 7 },
        ioStall: { someUs: 9, fullUs: 4 },
        throttledUs: 11,
        refusedForks: 13,
        cpuMs: 2.5,
      },
    },
  });
  t.ok(entrySchema.safeParse({ ...sample, t: 5 }).success);
  t.notOk(parseSample(line({}), context)?.box, 'most samples have none');
  t.end();
});

t.test('the CPU time of the canary, if it was read', (t) => {
  const sample = parseSample(line({ 'canary/cpu.stat': 'usage_usec 123456\n' }), context);
  t.match(sample, { canaryCpuMs: 123.456 });
  t.ok(entrySchema.safeParse({ ...sample, t: 5 }).success);
  for (const text of ['', 'user_usec 5\n', 'usage_usec x\n'])
    t.equal(parseSample(line({ 'canary/cpu.stat': text }), context)?.canaryCpuMs, undefined, 'unknown is not zero');
  t.end();
});

t.test('the listen queue, and a server whose name has parentheses', (t) => {
  const files = { listen: '21', 'server/stat': '412 (MainThread (x)) D 1 412 412 0' };
  t.match(parseSample(line(files), context), { listen: { queue: 21 }, server: { task: 'D' } });
  t.equal(parseSample(line({}), context)?.server?.task, '-', 'a server that has ended has no file');
  t.end();
});

t.test('invalid files are ignored', (t) => {
  const sample = parseSample(
    line({
      'server/memory.current': 'max\n',
      'other/memory.current': '1\n',
      'other/memory.swap.current': 'max\n',
      'hog/x': '{"state":',
      'hog/y': '{"state":"asleep"}',
      listen: '?',
      'server/stat': '412',
    }),
    context,
  );
  t.strictSame(sample?.cgroups, { other: { current: 1, events: {}, stat: {} } });
  t.strictSame(sample?.progress, {});
  t.match(sample, { listen: null, server: { task: '-' } });
  t.end();
});

t.test('an invalid line gives null', (t) => {
  for (const text of [cut, '', 'null', '{}', '[]', '{"n":-1,"mono":1,"wall":2,"cpu":3,"files":{}}'])
    t.equal(parseSample(text, context), null, text.slice(0, 40));
  fc.assert(
    fc.property(fc.string(), (text) => parseSample(text, context) === null || true),
    { numRuns: 200 },
  );
  t.end();
});

t.test('with any text in the files, the sample fits the record', (t) => {
  const key = fc.constantFrom(
    'server/memory.current',
    'server/memory.swap.current',
    'server/memory.events',
    'server/memory.pressure',
    'server/cgroup.procs',
    'server/stat',
    'server/cpu.pressure',
    'box/io.pressure',
    'canary/cpu.stat',
    'listen',
    'hog/a',
    'meminfo',
    'vmstat',
    'odd',
  );
  fc.assert(
    fc.property(fc.dictionary(key, fc.oneof(fc.string(), fc.nat().map(String))), (files) => {
      const sample = parseSample(line(files), context);
      return sample !== null && entrySchema.safeParse(JSON.parse(JSON.stringify({ ...sample, t: 0 }))).success;
    }),
    { numRuns: 300 },
  );
  t.end();
});
