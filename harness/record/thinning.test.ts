import fc from 'fast-check';
import t from 'tap';
import { MIB } from '../core/bytes.js';
import {
  cgroupSample,
  compose,
  hogProgress,
  recordText,
  type Story,
  silentBetween,
  TARGET_BYTES,
} from '../testing/record.js';
import { summarizeRecord } from '../verdict/summarize.js';
import type { RunRecord } from './reader.js';
import { THIN_AFTER_MS, Thinning } from './thinning.js';

/** The same record as it is written: samples are left out of it. */
function thin({ entries, ...record }: RunRecord): RunRecord {
  const thinning = new Thinning();
  // As a drill writes it: by time, and the end last.
  const written = entries.toSorted((a, b) => timeOf(a) - timeOf(b)).flatMap((entry) => thinning.take(entry));
  return { ...record, entries: [...written, ...thinning.rest()] };
}

const timeOf = (entry: RunRecord['entries'][number]): number =>
  entry.type === 'header' ? 0 : entry.type === 'end' ? Number.POSITIVE_INFINITY : entry.t;

const HOLD = 9_000;

/** Phases with a hold of so long. */
const timesOf = (holdMs: number): Story['times'] => {
  const release = HOLD + holdMs;
  return { baseline: 1_000, injection: 6_000, hold: HOLD, release, recovery: release + 400, end: release + 4_000 };
};

const progressUntil =
  (killedT: number, releaseT: number): Story['progress'] =>
  (at) =>
    at < 6_000 ? null : hogProgress(at < HOLD ? 'ramping' : at < Math.min(killedT, releaseT) ? 'holding' : 'killed');

const countSamples = ({ entries }: RunRecord) => entries.filter(({ type }) => type === 'sample').length;

/** What is judged by, and every figure but the median of the plateau, in which each sample has one vote. */
function judge(record: RunRecord) {
  const { outcome, verdict, reasons, missed, spoiledByHost, evidence } = summarizeRecord(record, 'x');
  return { outcome, verdict, reasons, missed, spoiledByHost, evidence: { ...evidence, plateauBytes: null } };
}

t.test('ten minutes of a steady hold are a small record, and one of the usual length is as it was', async (t) => {
  const times = timesOf(600_000);
  const silent = { request: silentBetween(HOLD, times.release), progress: progressUntil(Infinity, times.release) };
  for (const story of [
    { times, progress: silent.progress },
    { times, ...silent },
  ]) {
    const whole = compose({ ...story, canary: (due) => ({ t: due + 10, ok: true }) });
    const thinned = thin(whole);
    t.ok(countSamples(thinned) < 0.4 * countSamples(whole), `${countSamples(thinned)} samples`);
    t.ok(recordText(thinned).length < 4_000_000, `${recordText(thinned).length} bytes`);
    t.same(judge(thinned), judge(whole));
  }
  const usual = compose();
  t.same(thin(usual).entries.length, usual.entries.length);
  t.notOk(thin(usual).entries.some((entry) => 'thinned' in entry));
});

t.test('a sample that was missed is missing, and one that was left out is not', async (t) => {
  const times = timesOf(200_000);
  const lost = (at: number) => at > 150_000 && at < 170_000;
  const whole = compose({ times, progress: progressUntil(Infinity, times.release) });
  const holed = compose({
    times,
    progress: progressUntil(Infinity, times.release),
    keep: (entry) => entry.type !== 'sample' || !lost(entry.t),
  });
  t.equal(summarizeRecord(thin(whole), 'x').evidence?.missingSamplesPercent, 0);
  t.same(judge(thin(holed)), judge(holed));
  t.ok((summarizeRecord(thin(holed), 'x').evidence?.missingSamplesPercent ?? 0) > 5);
});

t.test('a record is judged the same, whatever happens in its hold and whenever', async () => {
  const holdMs = THIN_AFTER_MS + 70_000;
  const times = timesOf(holdMs);
  const moment = fc.integer({ min: 0, max: holdMs + 2_000 });
  const silences = fc.array(fc.tuple(moment, fc.integer({ min: 300, max: 60_000 })), { maxLength: 3 });
  const story = fc.record({
    silences,
    /** Of the time, in which tasks waited for memory, in a silence and outside of it. */
    stalled: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 0.3, noNaN: true })),
    killedT: fc.option(moment),
    wavesOf: fc.integer({ min: 0, max: 40 }),
    canarySilent: fc.boolean(),
    high: fc.integer({ min: 0, max: 20 }),
  });
  fc.assert(
    fc.property(story, ({ silences, stalled, killedT, wavesOf, canarySilent, high }) => {
      const spans = silences.map(([from, ms]) => ({ from: HOLD + from, to: HOLD + from + ms }));
      const isSilent = (at: number) => spans.find(({ from, to }) => at >= from && at < to);
      const request: Story['request'] = (due) => {
        const span = isSilent(due);
        return span ? silentBetween(span.from, span.to)(due) : { t: due + 30, ok: true };
      };
      // A total of time, at each hundred milliseconds.
      const totals: number[] = [];
      for (let at = 0, us = 0; at <= times.end; at += 100) {
        totals.push(us);
        us += 100_000 * (isSilent(at) ? stalled[0] : stalled[1]);
      }
      const killed = HOLD + (killedT ?? Number.POSITIVE_INFINITY);
      const record = compose({
        times,
        request,
        canary: canarySilent ? request : (due) => ({ t: due + 10, ok: true }),
        progress: progressUntil(killed, times.release),
        cgroup: (at) =>
          cgroupSample(
            at < HOLD || at >= Math.min(killed, times.release)
              ? 180 * MIB
              : TARGET_BYTES + Math.round(Math.sin(at / 700) * wavesOf) * MIB,
            { high: Math.floor(at / 1_000) * high, oom_kill: at >= killed ? 1 : 0 },
            Math.round(totals[Math.floor(at / 100)] ?? 0),
          ),
      });
      const [before, after] = [judge(record), judge(thin(record))];
      return JSON.stringify(before) === JSON.stringify(after);
    }),
    { numRuns: 150 },
  );
});
