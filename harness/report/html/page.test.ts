import { createHash } from 'node:crypto';
import t from 'tap';
import { type StoredMap, storedMapSchema } from '../../contract/band-map.js';
import { MIB } from '../../core/bytes.js';
import type { RunRecord } from '../../record/reader.js';
import { OUTCOME_NAMES } from '../../record/schema.js';
import { compose, composeHeader, silentBetween } from '../../testing/record.js';
import { summarizeRecord } from '../../verdict/summarize.js';
import type { RunSummary } from '../../verdict/summary.js';
import { parseBandMaps, renderBandMapSection } from './band-map.js';
import { reportDrill } from './drill.js';
import { html } from './markup.js';
import { renderPage } from './page.js';
import { findPairs } from './pairs.js';
import { headlineOf, sentenceOf, verdictInWords } from './sentence.js';

const assets = { script: 'console.log("drawn")', style: 'body{}' };
const bare = { unread: [], maps: [], version: '0.1.0' };
const passed = summarizeRecord(compose(), 'reports/a/record.jsonl');
const livelock: Parameters<typeof compose>[0] = {
  control: true,
  expect: { outcomes: ['livelocked'] },
  request: silentBetween(10_000, 54_000),
};

/** A record under another name, on other limits. */
const named = (record: RunRecord, name: string, bundle: string): RunRecord => ({
  ...record,
  header: { ...record.header, scenario: { ...record.header.scenario, name, bundle } },
});

t.test('each drill in one sentence', async (t) => {
  const runs: RunSummary[] = OUTCOME_NAMES.flatMap((outcome) =>
    (['pass', 'fail'] as const).map(
      (verdict): RunSummary => ({
        ...passed,
        outcome,
        verdict,
        expected: [verdict === 'pass' ? outcome : 'contained'],
        reasons: ['A reason.'],
      }),
    ),
  );
  const killed = passed.evidence && { ...passed.evidence, oomKills: 1, longestGapMs: null };
  const taken = passed.evidence && { ...passed.evidence, oomKills: 0, injectionState: 'killed' };
  const repaired = passed.evidence && { ...passed.evidence, longestGapMs: 42_100, repairMs: 4_610 };
  const others: RunSummary[] = [
    { ...passed, evidence: taken },
    { ...passed, outcome: 'livelocked', expected: ['livelocked'], evidence: repaired },
    { ...passed, evidence: killed },
    { ...passed, verdict: 'fail', reasons: ['The longest gap should have been at most 2 s.'] },
    { ...passed, outcome: 'inconclusive', verdict: 'inconclusive', reasons: ['The host was starved.'] },
    { ...passed, outcome: null, evidence: null, verdict: 'error', reasons: ['QEMU ended early.'] },
    { ...passed, outcome: null, evidence: null, verdict: 'error', reasons: [] },
    { ...passed, outcome: null, evidence: null, verdict: 'skip', reasons: ['There is no PSI.'] },
  ];
  t.matchSnapshot([...runs, ...others].map((run) => `${verdictInWords(run)}: ${sentenceOf(run)}`));
});

t.test('all drills in one sentence', async (t) => {
  const claim = (verdict: RunSummary['verdict']) => ({ verdict, control: false });
  const control = (verdict: RunSummary['verdict']) => ({ verdict, control: true });
  const say = (...runs: { verdict: RunSummary['verdict']; control: boolean }[]) => headlineOf(runs);
  t.equal(say(claim('pass'), control('pass')), 'The one claim holds. 1 control failed as it must.');
  t.equal(say(claim('pass'), claim('pass'), control('pass')), 'Both claims hold. 1 control failed as it must.');
  t.equal(say(claim('pass'), claim('pass'), claim('pass')), 'All 3 claims hold.');
  t.equal(say(claim('pass'), claim('fail')), '1 of 2 claims holds.');
  t.equal(say(claim('fail')), '0 of 1 claim hold.');
  t.equal(
    say(claim('pass'), control('fail')),
    'The one claim holds. 1 control did not fail: the claims beside it are not to be trusted.',
  );
  t.equal(say(control('pass'), control('pass')), '2 controls failed as they must.');
  t.equal(say(claim('pass'), claim('error')), '1 of 2 claims holds. 1 drill proved nothing.');
  t.equal(say(claim('skip')), '1 drill was skipped.');
  t.equal(headlineOf([], 2), 'Nothing was drilled. 2 records could not be read.');
});

t.test('a control and its repair are found by their injection', async (t) => {
  const control = reportDrill(named(compose(livelock), 'bad', 'old'), 'a');
  const repair = reportDrill(named(compose(), 'good', 'new'), 'b');
  const other = { ...repair, injections: repair.injections.map((hog) => ({ ...hog, describes: 'past MemoryMax' })) };
  t.same(findPairs([repair, control]), [{ control: 1, repair: 0 }]);
  t.same(findPairs([control, other]), [], 'another injection');
  t.same(findPairs([control, { ...repair, header: control.header }]), [], 'the same limits');
  t.same(findPairs([{ ...control, injections: [] }, repair]), []);
});

t.test('text is text', async (t) => {
  t.equal(
    html`<p title="${'"\'<&>'}">${['<b>', 1, null]}</p>`.text,
    '<p title="&#34;&#39;&#60;&#38;&#62;">&#60;b&#62;1</p>',
  );
});

t.test('a page of three drills', async (t) => {
  const drills = [
    reportDrill(named(compose(), '2026-07-02-fixed', 'devvm'), 'reports/a/record.jsonl'),
    reportDrill(named(compose(livelock), '2026-07-02-throttle-livelock', 'devvm-2026-07-02'), 'reports/b/record.jsonl'),
    reportDrill(
      compose({ end: { error: { code: 'QEMU_DIED', message: 'QEMU ended.', hint: 'Look at dmesg.' } } }),
      'c',
    ),
  ];
  const page = renderPage({ ...bare, drills }, assets);
  // The packed data is another test's.
  t.matchSnapshot(page.replace(/(-data">)[^<]*/g, '$1...'));
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'");
  const hash = createHash('sha256').update(assets.script).digest('base64');
  t.match(policy, `default-src 'none'; script-src 'sha256-${hash}'`);
  t.notMatch(page, / (src|href)="(?!#)/, 'nothing is fetched, linked or loaded');
});

t.test('what a hostile record says is never markup', async (t) => {
  const hostile = '</script><script>alert(1)</script><img src=x onerror=alert(1)>" onmouseover="alert(1)';
  const record = named(
    compose({
      more: [
        { type: 'journal', t: 20_000, unit: hostile, message: hostile },
        { type: 'versions', t: 1, versions: { [hostile]: hostile } },
        {
          type: 'unit',
          t: 57_000,
          when: 'after',
          unit: hostile,
          mainPid: 1,
          nRestarts: 0,
          activeState: hostile,
          subState: hostile,
          result: hostile,
          listening: true,
        },
        {
          type: 'effect',
          t: 2,
          unit: hostile,
          cgroup: hostile,
          limits: { high: null, max: null, swapMax: null },
          checks: [{ what: hostile, wanted: hostile, found: hostile, ok: false }],
        },
      ],
      after: null,
    }),
    hostile,
    hostile,
  );
  const drill = reportDrill({ ...record, header: { ...record.header, guest: hostile } }, hostile);
  const page = renderPage(
    { ...bare, drills: [drill, drill], unread: [{ path: hostile, why: hostile }] },
    { ...assets, script: '0' },
  );
  t.notMatch(page, /<img/);
  t.equal(page.match(/<script/g)?.length, 3, 'two data blocks and the one script');
  t.notMatch(page, /" onmouseover/);
});

t.test('records that could not be read are named, without any that could', async (t) => {
  const page = renderPage({ ...bare, drills: [], unread: [{ path: 'x/record.jsonl', why: 'It is empty.' }] }, assets);
  t.match(page, 'Nothing was drilled. 1 record could not be read.');
  t.match(page, 'x/record.jsonl');
  t.notMatch(page, /id="compare"/);
});

t.test('a cut record says so on the first screen, other watchdogs in the settings', async (t) => {
  const watchdog = { kind: 'ping', intervalMs: 5_000, missed: 3, backoffMs: [3_000] } as const;
  const { expect } = composeHeader().scenario;
  const header = composeHeader({ expect, control: false, watchdog: { ...watchdog, backoffMs: [3_000] } });
  const record = compose({ end: null });
  const page = renderPage({ ...bare, drills: [reportDrill({ ...record, header }, 'x')] }, assets);
  t.match(page, /record cut off/);
  t.match(page, /a ping every 5 s, dropped at missed answer 3/);
});

t.test('the band as a picture', async (t) => {
  const look = (mib: number, zone: 'healthy' | 'harmed' | 'killed') => ({ sizeBytes: mib * MIB, zone, run: passed });
  const map: StoredMap = {
    bundle: 'devvm-large-server',
    scale: 8,
    limits: { high: null, max: 2_048 * MIB },
    precision: 4 * MIB,
    band: { from: 1_928 * MIB, to: 1_940 * MIB, harmed: { from: 1_931 * MIB, to: 1_937 * MIB } },
    points: [look(1_280, 'healthy'), look(1_928, 'healthy'), look(1_934, 'harmed'), look(1_940, 'killed')],
  };
  t.matchSnapshot(renderBandMapSection(map, 0).text);
  t.strictSame(parseBandMaps(JSON.stringify(map), 'map.json'), [storedMapSchema.parse(map)]);
  const lowest = { ...map, band: { ...map.band, from: 0 } };
  t.strictSame(parseBandMaps(JSON.stringify(lowest), 'map.json')[0]?.band.from, 0, 'no place is well');
  const rows = [
    { value: '8G', map },
    { value: '16G', error: { code: 'MAP_INCONCLUSIVE', message: 'busy' } },
  ];
  t.strictSame(
    parseBandMaps(JSON.stringify({ schema: 'oomdrill.sweep/2', rows }), 'sweep.json'),
    [storedMapSchema.parse(map)],
    'of a sweep',
  );
  const narrow = { ...map, limits: { high: 1_536 * MIB, max: 2_048 * MIB }, band: { ...map.band, harmed: null } };
  const page = renderPage({ ...bare, drills: [], maps: [narrow] }, assets);
  t.match(page, 'such a band is narrower than 8M');
  t.match(renderBandMapSection({ ...map, unfinished: true }, 0).text, 'The map was broken off');
  t.match(page, '>High</text>');
  t.throws(() => parseBandMaps('{', 'map.json'), {
    code: 'MAP_INVALID',
    message: /^map\.json is not JSON: /,
  });
  t.throws(() => parseBandMaps('{}', 'map.json'), {
    code: 'MAP_INVALID',
    message: /at bundle/,
    hint: /oomdrill map/,
  });
});
