import t from 'tap';
import { total } from '../../inject/memory-hog/target.js';
import { forkBomb } from '../../inject/strain/fork-bomb.js';
import { prepareDrill } from '../../report/html/drill.js';
import { renderPage } from '../../report/html/page.js';
import { entriesOfType } from '../../study/entries.js';
import { summarizeRecord } from '../../verdict/summarize.js';
import { WORKLOAD_KINDS } from '../../workload/kinds.js';
import { COMMANDS } from '../fake-commands.js';
import { drillFake, fakeDrillDir } from '../fake-drill.js';
import { serviceBundle, serviceScenario, UNTHROTTLED } from '../fake-service.js';
import { fakeProbe } from './fake-probe.js';
import { FAKE_TOOL, fakeWorkload } from './fake-workload.js';
import { STRAIN_COMMANDS } from './strain-commands.js';

// Each part of a drill can come from one file outside the engine's folders, passed to the engine in a table.

const dir = fakeDrillDir(t.testdir());
// Drills wait most of the time.
t.jobs = 4;

const contained = (name: string) => serviceScenario(name, total('2G'), { outcomes: ['contained'] });

t.test('a probe that the bundle names', { buffered: true }, async (t) => {
  const bundle = serviceBundle(UNTHROTTLED, { probe: fakeProbe.name });
  const options = { dir, scenario: contained('other-probe'), limits: UNTHROTTLED, bundle };
  await t.rejects(
    drillFake(options),
    { code: 'PROBE_UNKNOWN', hint: /^There are: http, https/ },
    'before a machine starts',
  );
  const { record, path } = await drillFake({ ...options, tables: { probes: [fakeProbe] } });
  const answers = record.entries.flatMap((entry) => (entry.type === 'probe' && entry.ok ? (entry.status ?? 0) : []));
  t.same(new Set(answers), new Set([299]), 'no other probe was used');
  t.match(summarizeRecord(record, path), { outcome: 'contained', verdict: 'pass' });
});

t.test('a kind of workload that the bundle selects', { buffered: true }, async (t) => {
  const { error, record, path } = await drillFake({
    dir,
    scenario: contained('other-workload'),
    limits: UNTHROTTLED,
    bundle: serviceBundle(UNTHROTTLED, { unit: 'fake-web.service' }),
    tables: { workloads: { kinds: [fakeWorkload, ...WORKLOAD_KINDS] } },
    // Without the commands that start a unit of systemd.
    commands: [...FAKE_TOOL, ...COMMANDS.filter(([pattern]) => !/drop_caches|analyze/.test(pattern.source))],
  });
  t.equal(error, undefined);
  t.match(summarizeRecord(record, path), { outcome: 'contained', verdict: 'pass' });
});

t.test('a kind of injection that does not use memory', { buffered: true }, async (t) => {
  const bomb = forkBomb({ name: 'bomb', comm: 'sh', processes: 500 });
  const { error, record, path } = await drillFake({
    dir,
    scenario: { ...contained('other-injection'), injections: [bomb] },
    limits: UNTHROTTLED,
    commands: [...STRAIN_COMMANDS, ...COMMANDS],
  });
  t.equal(error, undefined);
  t.match(entriesOfType(record.entries, 'injection'), [
    { kind: 'fork-bomb', name: 'bomb', describes: 'to at most 500 processes' },
  ]);
  const last = entriesOfType(record.entries, 'sample').findLast(({ progress }) => progress?.bomb);
  t.match(last?.progress, { bomb: { state: 'holding', value: 500, unit: 'processes' } });
  const run = summarizeRecord(record, path);
  t.match(run, { outcome: 'contained', verdict: 'pass' });
  t.match(run.reasons, [
    /^The kernel killed nothing in the cgroup while the bomb .*; the record has no log of other killers\.$/,
  ]);
  const page = { drills: [prepareDrill(record, path)], unread: [], maps: [], version: '0' };
  t.match(renderPage(page, { script: '', style: '' }), 'sh forks to at most 500 processes');
});
