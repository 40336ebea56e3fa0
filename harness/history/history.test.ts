import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { renderHistory } from '../report/history.js';
import { compose } from '../testing/record.js';
import { summarize, summarizeRecord } from '../verdict/summarize.js';
import type { RunSummary } from '../verdict/summary.js';
import { acceptLastNights, changeBaseline, NOTHING_ACCEPTED, readBaseline } from './baseline.js';
import { appendHistory, parseHistory, readHistory } from './file.js';
import { createNight } from './night.js';
import type { HistoryEntry, PastBand } from './schema.js';
import { createBandPoint, type Figures, findSeries, groupSeries, type Point } from './series.js';
import { findDrifts, findLastDrifts, withDrifts } from './watch.js';

const record = compose();
const drilled = summarizeRecord(record, 'reports/a/record.jsonl');

/** The same drill, with other figures. */
function drill(figures: Partial<NonNullable<RunSummary['evidence']>>, more: Partial<RunSummary> = {}): RunSummary {
  if (!drilled.evidence) throw new Error('a judged drill has evidence');
  return { ...drilled, evidence: { ...drilled.evidence, ...figures }, ...more };
}

const onDay = (day: number) => new Date(Date.UTC(2026, 6, day, 2)).toISOString();
const night = (day: number, ...runs: RunSummary[]): HistoryEntry =>
  createNight(summarize(runs, record.header.host), onDay(day));
const band = (day: number, brimBytes: number | null): PastBand => ({
  schema: 'oomdrill.history/1',
  type: 'band',
  at: onDay(day),
  bundle: 'devvm',
  guest: 'trixie',
  machine: 'qemu',
  scale: 8,
  brimBytes,
});
/** As an earlier version kept it. */
const withoutLatency = (entry: HistoryEntry): HistoryEntry =>
  entry.type === 'night' ? { ...entry, runs: entry.runs.map((run) => ({ ...run, latency: undefined })) } : entry;

/** Ten nights of a server that is silent for about a quarter of a second. */
const quiet = [250, 253, 240, 261, 249, 255, 270, 244, 251, 238].map((longestGapMs, day) =>
  night(day + 1, drill({ longestGapMs })),
);
const NAME = 'composed on trixie (qemu tcg, scale 1/8)';

t.test("a scenario with the user's own bundle is a separate series", async (t) => {
  const { scenario } = record.header;
  const replaced = {
    ...record,
    header: { ...record.header, scenario: { ...scenario, bundle: 'web', ownBundle: 'devvm' } },
  };
  const run = summarizeRecord(replaced, 'reports/b/record.jsonl');
  t.equal(run.bundle, 'web');
  t.equal(drilled.bundle, undefined);
  const series = groupSeries([...quiet, night(11, drilled, run)]);
  t.same(
    series.map(({ name, points }) => [name, points.length]),
    [
      [NAME, 11],
      ['composed with web on trixie (qemu tcg, scale 1/8)', 1],
    ],
  );
  const installed = (dir: string) =>
    summarizeRecord({ ...record, header: { ...record.header, server: dir } }, 'reports/c/record.jsonl');
  t.same(
    groupSeries([night(1, installed('/opt/t3-1.4'), installed('/opt/t3-1.5'))]).map(({ name, points }) => [
      name,
      points.length,
    ]),
    [['composed with an installed server on trixie (qemu tcg, scale 1/8)', 2]],
    'and so is an installed server, of any release',
  );
  t.equal(findSeries([night(1, drilled, run)], ['composed']).length, 2);
  t.equal(findSeries([night(1, drilled, run)], ['composed with web']).length, 1);
});

t.test('entries are added to a history line by line', async (t) => {
  const path = join(t.testdir({}), 'new', 'history.jsonl');
  t.same(await readHistory(path), { entries: [], damaged: [] });
  for (const entry of [night(2, drilled), night(1, drilled)]) t.equal(await appendHistory(path, entry), undefined);
  const { entries } = await readHistory(path);
  t.same(
    entries.map(({ at }) => at),
    [onDay(1), onDay(2)],
    'the oldest first',
  );
  // As if the machine had stopped between the entry and its newline.
  writeFileSync(path, readFileSync(path, 'utf8').trimEnd());
  await appendHistory(path, night(3, drilled));
  t.equal((await readHistory(path)).entries.length, 3);
});

t.test('a damaged history is kept, and the gap is marked', async (t) => {
  const dir = t.testdir({});
  const path = join(dir, 'history.jsonl');
  await appendHistory(path, night(1, drilled));
  const damaged = `${readFileSync(path, 'utf8')}\u0000\u0000\n{"schema":"oomdrill.history/1","type":"nig`;
  writeFileSync(path, damaged);
  t.same((await readHistory(path)).damaged, [2, 3]);

  const keptIn = await appendHistory(path, night(2, drilled));
  t.equal(readFileSync(keptIn ?? '', 'utf8'), damaged, 'byte for byte');
  const { entries, damaged: remaining } = await readHistory(path);
  t.same(
    entries.map(({ type }) => type),
    ['night', 'gap', 'night'],
  );
  t.match(entries[1], { lines: 2, keptIn });
  t.same(remaining, []);

  // If nothing in it is readable but it was a history, it is still kept.
  const cut = '{"schema":"oomdrill.history/1","type":"nig';
  writeFileSync(path, cut);
  const second = await appendHistory(path, night(3, drilled));
  t.equal(readFileSync(second ?? '', 'utf8'), cut);
  t.equal(readdirSync(dir).length, 3);
});

t.test('a file that is not a history is neither copied nor changed', async (t) => {
  const newer = '{"schema":"oomdrill.history/9","type":"night"}\n';
  const dir = t.testdir({ notes: 'hello\n', 'summary.json': '{\n  "schema": "oomdrill.summary/2"\n}\n', newer });
  for (const [name, text, code] of [
    ['notes', 'hello\n', 'HISTORY_INVALID'],
    ['summary.json', '{\n  "schema": "oomdrill.summary/2"\n}\n', 'HISTORY_INVALID'],
    ['newer', newer, 'FORMAT_NEWER'],
  ] as const) {
    const path = join(dir, name);
    await t.rejects(readHistory(path), { code, kind: 'usage' });
    await t.rejects(appendHistory(path, night(1, drilled)), { code });
    t.equal(readFileSync(path, 'utf8'), text);
  }
  t.equal(readdirSync(dir).length, 3);
});

t.test('a file that cannot be read or written', async (t) => {
  const dir = t.testdir({ file: '' });
  await t.rejects(readHistory(dir), { code: 'HISTORY_UNREADABLE', message: /it is a directory/ });
  await t.rejects(appendHistory(join(dir, 'file', 'history.jsonl'), night(1, drilled)), { code: 'HISTORY_WRITE' });
  await t.rejects(appendHistory('/proc/nowhere/history.jsonl', night(1, drilled)), { code: 'HISTORY_WRITE' });
  await t.rejects(appendHistory('/proc/history.jsonl', night(1, drilled)), { code: 'HISTORY_WRITE' });
  t.same(parseHistory('\n\n', 'history.jsonl'), { entries: [], damaged: [] }, 'empty lines are skipped');
});

t.test('answers that take longer, although none is missing', async (t) => {
  const ofLatency = (ms: number) => {
    const slow = compose({ request: (due) => ({ t: due + (due < 9_000 || due > 54_000 ? 30 : ms), ok: true }) });
    return drill({ latency: summarizeRecord(slow, 'x').evidence?.latency });
  };
  const past = [30, 31, 28, 33, 30, 29, 35, 30].map((ms, day) => night(day + 1, ofLatency(ms)));
  const drifts = (run: RunSummary, entries = past) => withDrifts(run, entries, NOTHING_ACCEPTED).drifts;
  t.match(drifts(ofLatency(90)), [
    { figure: 'holdP50Ms', value: 90, previousMedian: 30 },
    { figure: 'holdP90Ms', value: 90, previousMedian: 30 },
  ]);
  t.equal(drifts(ofLatency(45)), undefined, 'a noisy night');
  t.equal(drifts(ofLatency(90), quiet.map(withoutLatency)), undefined, 'an older history does not know');
  const point = (figures: Figures): Point => ({
    at: '',
    verdict: 'pass',
    outcome: 'contained',
    figures,
    hostStallMs: 0,
  });
  const tails = Array.from({ length: 8 }, () => point({ holdP90Ms: 30, holdP99Ms: 60 }));
  const tail = { name: 'x', calledBy: [], points: [...tails, point({ holdP90Ms: 90, holdP99Ms: 180 })] };
  t.match(
    findLastDrifts(tail, NOTHING_ACCEPTED).map(({ figure }) => figure),
    ['holdP99Ms'],
    'the highest percentile that is known tells of the tail',
  );
});

t.test('figures that drift', async (t) => {
  const drifts = (run: RunSummary, entries = quiet) => withDrifts(run, entries, NOTHING_ACCEPTED).drifts;
  t.match(drifts(drill({ longestGapMs: 750 })), [{ figure: 'longestGapMs', value: 750, previousMedian: 250.5 }]);
  t.equal(drifts(drill({ longestGapMs: 330 })), undefined, 'a noisy night');
  t.equal(drifts(drill({ longestGapMs: 750, hostStallMs: 400 })), undefined, 'the harness itself stalled');
  t.equal(drifts(drill({ longestGapMs: 750 }, { verdict: 'fail' })), undefined, 'only a drill that passed can drift');
  t.equal(drifts(drill({ longestGapMs: 750 }, { control: true })), undefined, 'a control must have a bad outcome');
  t.equal(drifts(drill({ longestGapMs: 750 }, { guest: 'bookworm' })), undefined, 'another guest has its own past');
  t.equal(drifts(drill({ longestGapMs: 750 }), quiet.slice(0, 6)), undefined, 'six nights are too few');
  t.match(drifts(drill({ fullStallPercent: 15 })), [{ figure: 'fullStallPercent', value: 15, previousMedian: 5 }]);
  t.equal(drifts(drill({ longestGapMs: null, fullStallPercent: null })), undefined);
  const nothing: RunSummary = { ...drilled, evidence: null, timings: null };
  t.equal(withDrifts(nothing, quiet, NOTHING_ACCEPTED), nothing);

  const bands = Array.from({ length: 8 }, (_, day) => band(day + 1, 12 * 1024 ** 2));
  const name = 'band of devvm on trixie (qemu, scale 1/8)';
  const mapped = (mib: number) => createBandPoint(band(9, mib * 1024 ** 2));
  t.match(findDrifts(name, mapped(40), bands, NOTHING_ACCEPTED), [{ figure: 'brimBytes' }]);
  t.same(findDrifts(name, mapped(16), bands, NOTHING_ACCEPTED), []);
  const brims = quiet.map((_, day) => night(day + 1, drill({ brimBytes: 12 * 1024 ** 2 }, { control: true })));
  const wide = drill({ brimBytes: 40 * 1024 ** 2, longestGapMs: 9_000 }, { control: true });
  t.match(drifts(wide, brims), [{ figure: 'brimBytes' }], 'of a control only the brim is watched');
  t.equal(drifts(wide, brims)?.length, 1);
});

t.test('stable nights have hardly a false alarm, and a step is found on its first night', async (t) => {
  // Measured longest gaps of quiet drills, as factors of their median: on a quiet host, and on one that does other
  // work.
  const hosts = { quiet: [0.88, 0.97, 1, 1.01, 1.15], busy: [0.85, 0.98, 1, 1.02, 1.47, 2.21] };
  for (const [host, factors] of Object.entries(hosts)) {
    let state = 7;
    const draw = () => {
      state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
      return 255 * (factors[Math.floor((state / 2 ** 32) * factors.length)] ?? 1);
    };
    const nights: HistoryEntry[] = [];
    const flags: number[] = [];
    for (let day = 1; day <= 200; day++) {
      const run = drill({ longestGapMs: draw(), hostStallMs: 0 });
      if (withDrifts(run, nights, NOTHING_ACCEPTED).drifts) flags.push(day);
      nights.push(night(day, run));
    }
    t.ok(flags.length <= 2, `${host}: ${flags.length} false flags`);
    const step = drill({ longestGapMs: 3 * 255, hostStallMs: 0 });
    if (host === 'quiet') t.ok(withDrifts(step, nights, NOTHING_ACCEPTED).drifts, 'three times the median');
    t.ok(withDrifts(drill({ longestGapMs: 10_000 }), nights, NOTHING_ACCEPTED).drifts, 'forty times the median');
    // As long as it is neither fixed nor accepted, nearly every night is flagged.
    const flagged = [201, 202, 203, 204, 205, 206, 207, 208].map((day) => {
      const worse = drill({ longestGapMs: 4 * draw(), hostStallMs: 0 });
      const { drifts } = withDrifts(worse, nights, NOTHING_ACCEPTED);
      nights.push(night(day, worse));
      return drifts !== undefined;
    });
    t.ok(flagged.filter(Boolean).length >= 5, `${host}: ${flagged}`);
  }
});

t.test('an accepted state counts at once', async (t) => {
  const step = night(11, drill({ longestGapMs: 750 }));
  const [before] = groupSeries([...quiet, step]);
  t.match(before && findLastDrifts(before, NOTHING_ACCEPTED), [{ figure: 'longestGapMs' }]);

  const path = join(t.testdir({}), 'baseline.json');
  t.same(await readBaseline(path), NOTHING_ACCEPTED);
  await changeBaseline(path, (before) => acceptLastNights(before, groupSeries([...quiet, step]), onDay(12)));
  const baseline = await readBaseline(path);
  t.match(baseline.accepted[NAME], { acceptedAt: onDay(12), outcome: 'contained', figures: { longestGapMs: 750 } });
  t.notOk(existsSync(`${path}.new`));
  const after = [...quiet, step, night(13, drill({ longestGapMs: 740 }))];
  t.equal(withDrifts(drill({ longestGapMs: 760 }), after, baseline).drifts, undefined);
  t.match(withDrifts(drill({ longestGapMs: 2_400 }), after, baseline).drifts, [{ previousMedian: 750 }]);

  // If every night is a little worse, each is close to the nights before, but not to the accepted state.
  const creep = Array.from({ length: 40 }, (_, day) => night(day + 13, drill({ longestGapMs: 750 * 1.03 ** day })));
  const last = withDrifts(drill({ longestGapMs: 750 * 1.03 ** 40 }), [...quiet, step, ...creep], baseline);
  t.match(last.drifts, [{ figure: 'longestGapMs', previousMedian: 750 }]);
});

t.test('an accepted state of a later version, which watches one figure more', async (t) => {
  const figures = { longestGapMs: 750, laterMs: 1 };
  const accepted = { [NAME]: { acceptedAt: onDay(12), outcome: 'contained', figures } };
  const later = t.testdir({ 'baseline.json': JSON.stringify({ ...NOTHING_ACCEPTED, accepted }) });
  const { accepted: read } = await readBaseline(join(later, 'baseline.json'));
  t.same(read[NAME]?.figures, { longestGapMs: 750 });
});

t.test('nights and files that are not accepted', async (t) => {
  t.throws(() => acceptLastNights(NOTHING_ACCEPTED, [], onDay(1)), { code: 'ACCEPT_NOTHING' });
  const failed = groupSeries([night(1, drill({}, { verdict: 'fail' }))]);
  t.throws(() => acceptLastNights(NOTHING_ACCEPTED, failed, onDay(1)), {
    code: 'ACCEPT_NOT_PASSED',
    message: /composed on trixie/,
  });
  const dir = t.testdir({ 'cut.json': '{"schema":', 'other.json': '{"schema":"oomdrill.summary/2"}' });
  await t.rejects(readBaseline(join(dir, 'cut.json')), { code: 'BASELINE_INVALID' });
  writeFileSync(join(dir, 'newer.json'), '{"schema":"oomdrill.baseline/3","accepted":{}}');
  await t.rejects(readBaseline(join(dir, 'newer.json')), { code: 'FORMAT_NEWER', message: /reads version 1/ });
  await t.rejects(readBaseline(join(dir, 'other.json')), { code: 'BASELINE_INVALID', message: /accepted/ });
  await t.rejects(readBaseline(dir), { code: 'BASELINE_UNREADABLE' });
  await t.rejects(
    changeBaseline(join(dir, 'nowhere', 'b.json'), () => NOTHING_ACCEPTED),
    { code: 'BASELINE_WRITE' },
  );
});

t.test('a history for people', async (t) => {
  const more = [
    night(11, drill({ longestGapMs: 750 }), drill({}, { scenario: 'wild', control: true })),
    night(12, drill({}, { verdict: 'error', evidence: null, outcome: null })),
    night(13, drill({ longestGapMs: 900 })),
    band(13, null),
    band(14, 12 * 1024 ** 2),
  ];
  const gap: HistoryEntry = {
    schema: 'oomdrill.history/1',
    type: 'gap',
    at: onDay(14),
    lines: 2,
    keptIn: 'history.jsonl.damaged-1',
  };
  const entries = [...quiet, ...more, gap];
  const baseline = acceptLastNights(NOTHING_ACCEPTED, findSeries(quiet, ['composed']), onDay(10));
  t.matchSnapshot(renderHistory(groupSeries(entries), { entries, damaged: [3, 5] }, baseline));
  const many = Array.from({ length: 400 }, (_, at) => at + 7);
  t.match(
    renderHistory([], { entries, damaged: many }, baseline),
    'damaged: 400 lines, beginning with line 7, of the history',
  );
  t.equal(renderHistory([], { entries: [], damaged: [] }, NOTHING_ACCEPTED), 'The history has no runs yet.\n');
  t.same(
    findSeries(entries, ['devvm']).map(({ name }) => name),
    ['band of devvm on trixie (qemu, scale 1/8)'],
  );
  t.throws(() => findSeries(entries, ['unknown']), { code: 'HISTORY_UNKNOWN' });
});
