import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { assets } from '../core/assets.js';
import { compose, recordText } from '../testing/record.js';
import { parseRecord, type RunRecord } from './reader.js';
import type { Entry } from './schema.js';

/** An entry as JSON has it. */
type Line = Record<string, unknown> & { type: string; t: number };

const STORED = join(assets.root, 'fixtures', 'stored', '1', 'record');

const storedText = (name: string) => gunzipSync(readFileSync(join(STORED, name))).toString();

/** Records of both versions, of the first one as real drills left them. */
const GOOD: Readonly<Record<string, readonly Line[]>> = Object.fromEntries([
  ['composed', linesIn(recordText(compose()))],
  ['with logins', linesIn(recordText(composeLogins()))],
  ...['live-repair', 'several-hogs', 'pane-stopped'].map((name) => [name, linesIn(storedText(`${name}.jsonl.gz`))]),
]);

/** A drill in which a login is tried every 5 s. */
function composeLogins(): RunRecord {
  const more = [0, 1, 2].map((id): Entry => {
    const scheduledT = 1_000 + id * 5_000;
    return { type: 'login', id, scheduledT, t: scheduledT + 900, ok: true, cpuUs: { sshd: id } };
  });
  const { header, ...rest } = compose({ more });
  return { header: { ...header, wayIn: { intervalMs: 5_000, timeoutMs: 20_000 } }, ...rest };
}

function linesIn(text: string): Line[] {
  // A line that was cut off is left out.
  const whole = text.slice(0, text.lastIndexOf('\n'));
  return whole.split('\n').map((line) => JSON.parse(line));
}

const textOf = (lines: readonly Line[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

/** Places of all entries of a type. */
const placesOf = (lines: readonly Line[], type: string): number[] =>
  lines.flatMap((line, index) => (line.type === type ? [index] : []));

/** Contradicts in one place, and gives the index of that line, where there is one; undefined where the record has nothing of the kind. */
type Break = (lines: Line[]) => number | 'some line' | undefined;

/** Changes the second entry of a type by what the first says. */
const changeSecond =
  (type: string, change: (second: Line, first: Line) => Partial<Line>): Break =>
  (lines) => {
    const [first, second] = placesOf(lines, type);
    if (first === undefined || second === undefined) return undefined;
    Object.assign(lines[second] as Line, change(lines[second] as Line, lines[first] as Line));
    return second;
  };

/** Writes an entry of a type a second time, right after the first. */
const repeat =
  (type: string): Break =>
  (lines) => {
    const [first] = placesOf(lines, type);
    if (first === undefined) return undefined;
    lines.splice(first + 1, 0, structuredClone(lines[first] as Line));
    return first + 1;
  };

const timeGoesBack = (type: string): Break => changeSecond(type, (_, first) => ({ t: first.t - 1 }));

const BREAKS: Readonly<Record<string, { readonly by: Break; readonly why: RegExp }>> = {
  'a second header': { by: repeat('header'), why: /a second header/ },
  'a second end': { by: repeat('end'), why: /an entry of the type end after the end/ },
  'an entry after the end': {
    by: (lines) => {
      const [end] = placesOf(lines, 'end');
      return end === undefined ? undefined : lines.push(structuredClone(lines[1] as Line)) - 1;
    },
    why: /after the end/,
  },
  'the body twice': {
    by: (lines) => {
      if (lines.at(-1)?.type !== 'end') return undefined;
      const end = lines.length;
      lines.push(...structuredClone(lines.slice(1)));
      return end;
    },
    why: /after the end/,
  },
  'the body twice, with one end': {
    by: (lines) => {
      const end = lines.length - 1;
      lines.splice(end, 0, ...structuredClone(lines.slice(1, end)));
      return 'some line';
    },
    why: /the time goes back|a second/,
  },
  'a second injection of a name': { by: repeat('injection'), why: /a second injection/ },
  'the state of a unit twice': { by: repeat('unit'), why: /a second state of/ },
  'a bystander twice': { by: repeat('bystander'), why: /a second state of/ },
  'versions twice': { by: repeat('versions'), why: /a second entry of the type versions/ },
  'a phase twice': { by: repeat('phase'), why: /the phase settle after itself/ },
  'phases in another order': {
    by: changeSecond('phase', () => ({ name: 'settle' })),
    why: /the phase settle after itself/,
  },
  ...Object.fromEntries(
    ['phase', 'sample', 'probe', 'login', 'host', 'session', 'effect'].map((type) => [
      `time that goes back: ${type}`,
      { by: timeGoesBack(type), why: /the time goes back|ends at .* before it was due|t must be at least 0/ },
    ]),
  ),
  'seq that does not rise': {
    by: changeSecond('sample', (_, { seq }) => ({ seq })),
    why: /seq does not rise/,
  },
  'seq that falls': { by: changeSecond('sample', () => ({ seq: 0 })), why: /seq does not rise/ },
  'a guest whose clock stands still': {
    by: changeSecond('sample', (_, { guestMonotonicMs }) => ({ guestMonotonicMs })),
    why: /guestMonotonicMs does not rise/,
  },
  'a sampler whose CPU time falls': {
    by: changeSecond('sample', (_, { samplerCpuMs }) => ({ samplerCpuMs: Number(samplerCpuMs) - 1 })),
    why: /samplerCpuMs falls|samplerCpuMs must be at least 0/,
  },
  'a stall that is longer than the time': {
    by: changeSecond('sample', ({ cgroups }) => {
      const copy = structuredClone(cgroups) as { server: { pressure: { some: { totalUs: number } } } };
      copy.server.pressure.some.totalUs += 3_600e6;
      return { cgroups: copy };
    }),
    why: /waited for memory for \d.* ms within \d/,
  },
  'a request that ends twice': { by: repeat('probe'), why: /the request \d+ ends a second time/ },
  'a login that ends twice': { by: repeat('login'), why: /the request \d+ ends a second time/ },
  'a login that is not on the schedule': {
    by: changeSecond('login', ({ scheduledT }) => ({ scheduledT: Number(scheduledT) - 50 })),
    why: /the schedule of the others says/,
  },
  'a request that ends before it is due': {
    by: changeSecond('probe', ({ t }) => ({ scheduledT: t + 1 })),
    why: /before it was due/,
  },
  'a request that is not on the schedule': {
    by: changeSecond('probe', ({ scheduledT }) => ({ scheduledT: Number(scheduledT) - 50 })),
    why: /the schedule of the others says/,
  },
  'progress of what was not injected': {
    by: (lines) => {
      if (lines.at(-1)?.type !== 'end' || lines.at(-1)?.error) return undefined;
      const place = placesOf(lines, 'sample').at(-1);
      if (place === undefined) return undefined;
      const progress = { other: { state: 'holding', value: 1, unit: 'bytes' } };
      Object.assign(lines[place] as Line, { progress });
      return place;
    },
    why: /progress of other, which is not an injection/,
  },
};

/** Fails unless the record is refused, in one short sentence, for the line that was changed. */
function checkRefused(t: Test, lines: readonly Line[], index: number | 'some line', why: RegExp, name: string): void {
  const line = index === 'some line' ? String.raw`\d+` : String(index + 1);
  const message = new RegExp(String.raw`^(?=.*(?:${why.source}))a record is not a record: line ${line}: .{1,300}\.$`);
  t.throws(() => parseRecord(textOf(lines), 'a record'), { code: 'RECORD_INVALID', message }, name);
}

for (const [name, { by, why }] of Object.entries(BREAKS))
  t.test(`a record is refused: ${name}`, async (t) => {
    let broken = 0;
    for (const [record, good] of Object.entries(GOOD)) {
      const lines = structuredClone(good) as Line[];
      const index = by(lines);
      if (index === undefined) continue;
      checkRefused(t, lines, index, why, record);
      broken++;
    }
    t.not(broken, 0, 'some record has what can be broken');
  });

/** Ways to all numbers below a value. */
function findNumbers(value: unknown): (readonly string[])[] {
  if (typeof value === 'number') return [[]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => findNumbers(inner).map((path) => [key, ...path]));
}

function setAt(line: Line, path: readonly string[], value: unknown): Line {
  const copy = structuredClone(line);
  const owner = path.slice(0, -1).reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], copy);
  (owner as Record<string, unknown>)[path.at(-1) ?? ''] = value;
  return copy;
}

t.test('every number of a record has bounds', async (t) => {
  const seen = new Set<string>();
  for (const good of Object.values(GOOD)) {
    for (const [index, line] of good.entries())
      for (const path of findNumbers(line)) {
        const place = `${line.type}.${path.join('.')}`;
        // Of the old key only what the new one lacks is read.
        if (seen.has(place) || place.startsWith('sample.hogs.')) continue;
        seen.add(place);
        for (const value of [1e300, -1e300]) {
          const broken = [...good.slice(0, index), setAt(line, path, value)];
          checkRefused(t, broken, index, /./, `${place}: ${value}`);
        }
      }
  }
  t.ok(seen.size > 100, `${seen.size} numbers`);
});

t.test('a start that is not a time, and percentages beyond 100', async (t) => {
  const [header, ...body] = GOOD.composed as Line[];
  for (const startedAt of ['', 'yesterday', '2026-13-01T00:00:00.000Z', '2026-02-30T00:00:00.000Z', 5])
    checkRefused(t, [{ ...header, startedAt } as Line, ...body], 0, /startedAt/, String(startedAt));
  const host = { type: 'host', t: 0, loopStallMs: 0, load1: 0, availableBytes: 0, stealPercent: 0, clockDriftMs: 0 };
  for (const change of [{ stealPercent: 100.1 }, { stealPercent: -1 }, { loopStallMs: -5 }, { t: 1e20 }])
    checkRefused(t, [header as Line, { ...host, ...change }], 1, /must be at (most|least)/, JSON.stringify(change));
});

t.test('records as drills left them are read', async (t) => {
  for (const name of readdirSync(STORED)) t.ok(parseRecord(storedText(name), name).header, name);
});

t.test('text of megabytes in a wrong place is not printed as a whole', async (t) => {
  const [header] = GOOD.composed as Line[];
  const long = 'x'.repeat(1_000_000);
  const note = { type: 'note', t: 1, message: 'x' };
  for (const line of [
    { ...note, t: long },
    { ...note, message: { [long]: 1 } },
  ])
    checkRefused(t, [header as Line, line as unknown as Line], 1, /line 2/, 'a value');
  const cgroups = { server: { current: 1, events: { [long]: -1 }, stat: {} } };
  const sample = { type: 'sample', t: 1, seq: 1, guestMonotonicMs: 1, guestWallMs: 1, samplerCpuMs: 1, progress: {} };
  checkRefused(t, [header as Line, { ...sample, cgroups }], 1, /must be at least 0/, 'a key');
});
