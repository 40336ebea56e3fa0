import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import t from 'tap';
import { type StoredMap, storedMapSchema } from '../../contract/band-map.js';
import { MIB } from '../../core/bytes.js';
import type { RunRecord } from '../../record/reader.js';
import { OUTCOME_NAMES } from '../../record/schema.js';
import { findActing, HOSTILE, MARK } from '../../testing/hostile.js';
import { compose, composeHeader, type Story, shortOfMemoryBetween, silentBetween } from '../../testing/record.js';
import { summarizeRecord } from '../../verdict/summarize.js';
import type { RunSummary } from '../../verdict/summary.js';
import { parseBandMaps, renderBandMapSection } from './band-map.js';
import { prepareDrill } from './drill.js';
import { html } from './markup.js';
import { renderPage } from './page.js';
import { findPairs } from './pairs.js';
import { composeHeadline, describeDrill, describeVerdict } from './sentence.js';

const assets = { script: 'console.log("drawn")', style: 'body{}' };
const bare = { unread: [], maps: [], version: '0.1.0' };
const passed = summarizeRecord(compose(), 'reports/a/record.jsonl');
const livelock: Parameters<typeof compose>[0] = {
  control: true,
  expect: { outcomes: ['livelocked'] },
  ...shortOfMemoryBetween(10_000, 54_000),
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
  const killedByOther = passed.evidence && { ...passed.evidence, oomKills: 0, injectionState: 'killed' };
  const repaired = passed.evidence && { ...passed.evidence, longestGapMs: 42_100, repairMs: 4_610 };
  const others: RunSummary[] = [
    { ...passed, evidence: killedByOther },
    { ...passed, outcome: 'livelocked', expected: ['livelocked'], evidence: repaired },
    { ...passed, evidence: killed },
    { ...passed, verdict: 'fail', reasons: ['The longest gap should have been at most 2 s.'] },
    { ...passed, outcome: 'inconclusive', verdict: 'inconclusive', reasons: ['The host was starved.'] },
    { ...passed, outcome: null, evidence: null, verdict: 'error', reasons: ['QEMU ended early.'] },
    { ...passed, outcome: null, evidence: null, verdict: 'error', reasons: [] },
    { ...passed, outcome: null, evidence: null, verdict: 'skip', reasons: ['There is no PSI.'] },
  ];
  t.matchSnapshot([...runs, ...others].map((run) => `${describeVerdict(run)}: ${describeDrill(run)}`));
});

t.test('all drills in one sentence', async (t) => {
  const claim = (verdict: RunSummary['verdict']) => ({ verdict, control: false });
  const control = (verdict: RunSummary['verdict']) => ({ verdict, control: true });
  const headline = (...runs: { verdict: RunSummary['verdict']; control: boolean }[]) => composeHeadline(runs);
  t.equal(headline(claim('pass'), control('pass')), 'The one claim holds. 1 control failed as expected.');
  t.equal(headline(claim('pass'), claim('pass'), control('pass')), 'Both claims hold. 1 control failed as expected.');
  t.equal(headline(claim('pass'), claim('pass'), claim('pass')), 'All 3 claims hold.');
  t.equal(headline(claim('pass'), claim('fail')), '1 of 2 claims holds.');
  t.equal(headline(claim('fail')), '0 of 1 claim hold.');
  t.equal(
    headline(claim('pass'), control('fail')),
    'The one claim holds. 1 control did not fail: do not trust the claims.',
  );
  t.equal(headline(control('pass'), control('pass')), '2 controls failed as expected.');
  t.equal(headline(claim('pass'), claim('error')), '1 of 2 claims holds. 1 drill proved nothing.');
  t.equal(headline(claim('skip')), '1 drill was skipped.');
  t.equal(composeHeadline([], 2), 'Nothing was drilled. 2 records could not be read.');
});

t.test('a control and its repair have the same injection', async (t) => {
  const control = prepareDrill(named(compose(livelock), 'bad', 'old'), 'a');
  const repair = prepareDrill(named(compose(), 'good', 'new'), 'b');
  const other = { ...repair, injections: repair.injections.map((hog) => ({ ...hog, describes: 'past MemoryMax' })) };
  t.same(findPairs([repair, control]), [{ control: 1, repair: 0 }]);
  t.same(findPairs([control, other]), [], 'another injection');
  t.same(findPairs([control, { ...repair, header: control.header }]), [], 'the same limits');
  t.same(findPairs([{ ...control, injections: [] }, repair]), []);
});

t.test('text is escaped', async (t) => {
  t.equal(
    html`<p title="${'"\'<&>'}">${['<b>', 1, null]}</p>`.text,
    '<p title="&#34;&#39;&#60;&#38;&#62;">&#60;b&#62;1</p>',
  );
});

t.test('a page of three drills', async (t) => {
  const drills = [
    prepareDrill(named(compose(), '2026-07-02-fixed', 'devvm'), 'reports/a/record.jsonl'),
    prepareDrill(
      named(compose(livelock), '2026-07-02-throttle-livelock', 'devvm-2026-07-02'),
      'reports/b/record.jsonl',
    ),
    prepareDrill(
      compose({ end: { error: { code: 'QEMU_DIED', message: 'QEMU ended.', hint: 'Look at dmesg.' } } }),
      'c',
    ),
  ];
  const page = renderPage({ ...bare, drills }, assets);
  // The packed data has its own test.
  t.matchSnapshot(page.replace(/(-data">)[^<]*/g, '$1...'));
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'");
  const hash = createHash('sha256').update(assets.script).digest('base64');
  t.match(policy, `default-src 'none'; script-src 'sha256-${hash}'`);
  t.notMatch(page, / (src|href)="(?!#)/, 'nothing is loaded or linked from elsewhere');
});

t.test('the canary is a fact of the drill, with how it fared', async (t) => {
  const pageOf = (canary?: Story['request']) =>
    renderPage({ ...bare, drills: [prepareDrill(compose(canary ? { canary } : {}), 'a')] }, assets);
  const findWords = (page: string) => /with protected memory: ([^<]*)</.exec(page)?.[1];
  t.equal(findWords(pageOf(silentBetween(10_000, 12_000))), '290 of 290 requests answered, the slowest after 2.05 s');
  t.equal(findWords(pageOf((due) => ({ t: due + 5, ok: false, error: 'refused' }))), '0 of 290 requests answered');
  t.equal(findWords(pageOf()), undefined, 'a record of an older version has none');
});

t.test('the speed of the guest is a fact of the drill', async (t) => {
  const pageOf = (slowness: number) => {
    const speed = { type: 'speed', t: 1, touchedBytesPerSecond: 45 * 1024 ** 2, loopMs: 210.4, slowness } as const;
    return renderPage({ ...bare, drills: [prepareDrill(compose({ more: [speed] }), 'a')] }, assets);
  };
  const figures = '<dt>speed of the guest</dt><dd>touches 45M a second, a fixed loop takes 210 ms';
  t.match(pageOf(1), `${figures}</dd>`);
  t.match(pageOf(2), `${figures}; deadlines were 2.0 times as long</dd>`);
});

/** A report in which all that is text from outside is this. */
function renderHostile(text: string): { page: string; packed: string } {
  const record = named(
    compose({
      more: [
        { type: 'journal', t: 20_000, unit: text, message: text },
        { type: 'versions', t: 1, versions: { [text]: text } },
        {
          type: 'unit',
          t: 57_000,
          when: 'after',
          unit: text,
          mainPid: 1,
          nRestarts: 0,
          activeState: text,
          subState: text,
          result: text,
          listening: true,
        },
        {
          type: 'effect',
          t: 2,
          unit: text,
          cgroup: text,
          limits: { high: null, max: null, swapMax: null },
          checks: [{ what: text, wanted: text, found: text, ok: false }],
        },
      ],
      after: null,
    }),
    text,
    text,
  );
  const drill = prepareDrill({ ...record, header: { ...record.header, guest: text } }, text);
  const unread = [{ path: text, why: text }];
  const page = renderPage({ ...bare, drills: [drill, drill], unread }, { ...assets, script: '0' });
  return { page, packed: inflateRawSync(Buffer.from(drill.packed, 'base64')).toString() };
}

t.test('no text of a hostile record becomes markup', async (t) => {
  const { page } = renderHostile(
    '</script><script>alert(1)</script><img src=x onerror=alert(1)>" onmouseover="alert(1)',
  );
  t.notMatch(page, /<img/);
  t.equal(page.match(/<script/g)?.length, 3, 'two data blocks and the one script');
  t.notMatch(page, /" onmouseover/);
});

t.test('no text of a hostile record acts otherwise, in the page or in what its script shows', async (t) => {
  const tags = (page: string) => page.match(/<\/?\w+/g)?.length;
  const harmless = tags(renderHostile(MARK).page);
  for (const [what, value] of Object.entries(HOSTILE)) {
    const { page, packed } = renderHostile(value);
    t.equal(tags(page), harmless, `${what} adds no tag`);
    t.equal(findActing(page), undefined, `${what} in the page`);
    const texts: string[] = [];
    JSON.parse(packed, (key, each) => texts.push(key, String(each)));
    t.same(
      texts.map((text) => findActing(text)).filter((each) => each !== undefined),
      [],
      `${what} in the data`,
    );
  }
});

t.test('records that could not be read are listed, even without any other', async (t) => {
  const page = renderPage({ ...bare, drills: [], unread: [{ path: 'x/record.jsonl', why: 'It is empty.' }] }, assets);
  t.match(page, 'Nothing was drilled. 1 record could not be read.');
  t.match(page, 'x/record.jsonl');
  t.notMatch(page, /id="compare"/);
});

t.test(
  'a record that was cut off is marked on the first screen, and another watchdog is in the settings',
  async (t) => {
    const watchdog = { kind: 'ping', intervalMs: 5_000, missed: 3, backoffMs: [3_000] } as const;
    const { expect } = composeHeader().scenario;
    const header = composeHeader({ expect, control: false, watchdog: { ...watchdog, backoffMs: [3_000] } });
    const record = compose({ end: null });
    const page = renderPage({ ...bare, drills: [prepareDrill({ ...record, header }, 'x')] }, assets);
    t.match(page, /record cut off/);
    t.match(page, /a ping every 5 s, and the connection is closed after 3 missed answers/);
  },
);

t.test('the band as a picture', async (t) => {
  const point = (mib: number, zone: 'healthy' | 'harmed' | 'killed') => ({ sizeBytes: mib * MIB, zone, run: passed });
  const map: StoredMap = {
    bundle: 'devvm-large-server',
    scale: 8,
    limits: { high: null, max: 2_048 * MIB },
    precision: 4 * MIB,
    band: { from: 1_928 * MIB, to: 1_940 * MIB, harmed: { from: 1_931 * MIB, to: 1_937 * MIB } },
    points: [point(1_280, 'healthy'), point(1_928, 'healthy'), point(1_934, 'harmed'), point(1_940, 'killed')],
  };
  t.matchSnapshot(renderBandMapSection(map, 0).text);
  t.strictSame(parseBandMaps(JSON.stringify(map), 'map.json'), [storedMapSchema.parse(map)]);
  const lowest = { ...map, band: { ...map.band, from: 0 } };
  t.strictSame(parseBandMaps(JSON.stringify(lowest), 'map.json')[0]?.band.from, 0, 'no size is healthy');
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
  t.match(page, 'if there is such a band, it is narrower than 8M');
  t.match(renderBandMapSection({ ...map, unfinished: true }, 0).text, 'The map is not finished');
  t.match(page, '>High</text>');
  t.throws(() => parseBandMaps('{', 'map.json'), {
    code: 'MAP_INVALID',
    message: /^map\.json is not JSON: /,
  });
  t.throws(() => parseBandMaps('{}', 'map.json'), {
    code: 'MAP_INVALID',
    message: 'map.json is not a map of a band: bundle is missing.',
    hint: /oomdrill map/,
  });
});
