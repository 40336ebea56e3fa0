import t from 'tap';
import { renderHistory } from '../report/history.js';
import { renderMarkdown } from '../report/markdown.js';
import { describeDetails } from '../report/words.js';
import { compose } from '../testing/record.js';
import { summarize, summarizeRecord } from '../verdict/summarize.js';
import type { RunSummary } from '../verdict/summary.js';
import { NOTHING_ACCEPTED } from './baseline.js';
import { compareReleases } from './kernel.js';
import { createNight } from './night.js';
import type { HistoryEntry } from './schema.js';
import { groupSeries } from './series.js';
import { withDrifts } from './watch.js';

const OLD = '7.2.12+deb14-cloud-amd64';
const NEW = '7.4.1+deb14-cloud-amd64';

const record = compose();
const drilled = summarizeRecord(record, 'reports/a/record.jsonl');

const drill = (
  kernel: string | undefined,
  outcome: RunSummary['outcome'],
  more: Partial<RunSummary> = {},
): RunSummary => ({
  ...drilled,
  guest: 'sid',
  control: true,
  verdict: outcome === 'livelocked' ? 'pass' : 'fail',
  kernel,
  outcome,
  ...more,
});
const onDay = (day: number) => new Date(Date.UTC(2026, 6, day, 2)).toISOString();
const nights = (...runs: RunSummary[]): HistoryEntry[] =>
  runs.map((run, day) => createNight(summarize([run], record.header.host), onDay(day + 1)));
const NAME = 'composed on sid (qemu tcg, scale 1/8)';

const changeOf = (tonight: RunSummary, past: readonly HistoryEntry[], baseline = NOTHING_ACCEPTED) =>
  withDrifts(tonight, past, baseline).kernelChange;

t.test('an outcome that is another one since the kernel is another one is the change of the kernel', async (t) => {
  const livelocked = drill(OLD, 'livelocked');
  const contained = drill(NEW, 'contained');
  const past = nights(livelocked, livelocked);
  t.same(changeOf(contained, past), { kernel: OLD, outcome: 'livelocked' });
  t.same(
    changeOf(contained, nights(livelocked, contained)),
    { kernel: OLD, outcome: 'livelocked' },
    'on later nights too',
  );

  const accepted = (day: number, outcome: 'contained' | 'livelocked') => ({
    ...NOTHING_ACCEPTED,
    accepted: { [NAME]: { acceptedAt: onDay(day), outcome, figures: {} } },
  });
  t.equal(changeOf(contained, past, accepted(3, 'contained')), undefined, 'until it is accepted');
  t.ok(changeOf(contained, past, accepted(1, 'livelocked')), 'another state that is accepted says nothing of it');
});

t.test('what comes and goes on one kernel, or is not known, is not the change of a kernel', async (t) => {
  const livelocked = drill(OLD, 'livelocked');
  const contained = drill(NEW, 'contained');
  const cases: readonly [string, RunSummary, HistoryEntry[]][] = [
    ['the same kernel', drill(OLD, 'contained'), nights(livelocked, livelocked)],
    ['the same outcome', drill(NEW, 'livelocked'), nights(livelocked)],
    ['both on the old kernel', contained, nights(livelocked, drill(OLD, 'contained'), livelocked)],
    ['both on the new kernel', contained, nights(livelocked, drill(NEW, 'livelocked'))],
    ['no past', contained, []],
    ['a past of an earlier version, without kernels', contained, nights(drill(undefined, 'livelocked'))],
    ['a drill that proved nothing', drill(NEW, 'inconclusive'), nights(livelocked)],
    ['a past that proved nothing', contained, nights(drill(OLD, 'inconclusive'), drill(OLD, null))],
    ['another guest', contained, nights(drill(OLD, 'livelocked', { guest: 'trixie' }))],
  ];
  for (const [what, tonight, past] of cases) t.equal(changeOf(tonight, past), undefined, what);
  t.ok(changeOf(contained, nights(livelocked, drill(OLD, 'inconclusive'))), 'what proved nothing does not hide it');
});

t.test('between the guests of one run, the newest of the older kernels counts', async (t) => {
  const sid = drill(NEW, 'contained');
  const forky = drill(OLD, 'livelocked', { guest: 'forky' });
  const trixie = drill('6.12.48', 'degraded', { guest: 'trixie' });
  const changeIn = (run: RunSummary, ...runs: RunSummary[]) => withDrifts(run, [], NOTHING_ACCEPTED, runs).kernelChange;
  t.same(changeIn(sid, trixie, forky, sid), { kernel: OLD, outcome: 'livelocked', guest: 'forky' });
  t.equal(changeIn(trixie, trixie, forky, sid), undefined, 'the oldest is what others differ from');
  t.equal(changeIn(sid, forky, sid, { ...sid, outcome: 'livelocked' }), undefined, 'not one outcome on the new kernel');
  t.equal(changeIn(sid, forky, { ...forky, outcome: 'contained' }, sid), undefined, 'not one on the old');
  t.equal(changeIn(sid, { ...forky, scenario: 'another' }, sid), undefined);
  t.equal(changeIn(sid, { ...forky, scale: 4 }, sid), undefined);
});

t.test('a change of the kernel is reported apart from drift', async (t) => {
  const past = nights(drill(OLD, 'livelocked'), drill(OLD, 'livelocked'));
  const tonight = withDrifts(drill(NEW, 'contained'), past, NOTHING_ACCEPTED);
  const sentence = `Kernel ${NEW}: no longer livelocked, as on ${OLD}, but contained.`;
  t.ok(describeDetails(tonight).includes(sentence));
  t.match(renderMarkdown({ runs: [{ ...tonight, verdict: 'pass' }], exitCode: 0 }), /no longer livelocked/);
  const entries = [...past, createNight(summarize([tonight], record.header.host), onDay(3))];
  t.match(String(renderHistory(groupSeries(entries), { entries, damaged: [] }, NOTHING_ACCEPTED)), sentence);

  const good = (kernel: string, longestGapMs: number): RunSummary => {
    if (!drilled.evidence) throw new Error('a judged drill has evidence');
    return { ...drilled, kernel, evidence: { ...drilled.evidence, longestGapMs } };
  };
  const quiet = nights(...Array.from({ length: 8 }, () => good(OLD, 250)));
  const slower = withDrifts(good(NEW, 900), quiet, NOTHING_ACCEPTED);
  t.match(slower, { drifts: [{ figure: 'longestGapMs', previousKernel: OLD }], kernelChange: undefined });
  t.match(describeDetails(slower).join('\n'), `the kernel is another one, and was ${OLD}.`);
  t.notOk(withDrifts(good(OLD, 900), quiet, NOTHING_ACCEPTED).drifts?.[0]?.previousKernel);
});

t.test('releases of kernels are compared by their numbers', async (t) => {
  const sorted = ['5.10.0-32-cloud-amd64', '6.1.0-56', '6.12.48+deb13', '7.2.12+deb14', '7.10.1'];
  t.same(sorted.toReversed().sort(compareReleases), sorted);
  t.equal(compareReleases('6.12', '6.12.0-rt'), 0);
});
