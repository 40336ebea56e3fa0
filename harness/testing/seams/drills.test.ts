import t from 'tap';
import { total } from '../../inject/memory-hog/target.js';
import { reportDrill } from '../../report/html/drill.js';
import { renderPage } from '../../report/html/page.js';
import { entriesOfType } from '../../study/entries.js';
import { summarizeRecord } from '../../verdict/summarize.js';
import { WORKLOAD_KINDS } from '../../workload/kinds.js';
import { PROBES } from '../../workload/probes.js';
import { COMMANDS } from '../fake-commands.js';
import { drillFake, fakeDrillDir } from '../fake-drill.js';
import { serviceBundle, serviceScenario, UNTHROTTLED } from '../fake-service.js';
import { fakeProbe } from './fake-probe.js';
import { FAKE_TOOL, fakeWorkload } from './fake-workload.js';
import { forkBomb } from './fork-bomb.js';
import { FORK_BOMB_COMMANDS } from './fork-bomb-commands.js';

// Each thing that a drill is made of in one file outside of the engine's folders, handed to the engine in a table beside ours.

const dir = fakeDrillDir(t.testdir());
// Drills wait most of the time.
t.jobs = 4;

const contained = (name: string) => serviceScenario(name, total('2G'), { outcomes: ['contained'] });

t.test('a probe that the bundle names', { buffered: true }, async (t) => {
  const bundle = serviceBundle(UNTHROTTLED, { probe: fakeProbe.name });
  const asked = { dir, scenario: contained('is-asked-otherwise'), limits: UNTHROTTLED, bundle };
  await t.rejects(drillFake(asked), { code: 'PROBE_UNKNOWN', hint: 'There are: http.' }, 'before a machine starts');
  const { record, path } = await drillFake({ ...asked, tables: { probes: [...PROBES, fakeProbe] } });
  const answers = record.entries.flatMap((entry) => (entry.type === 'probe' && entry.ok ? (entry.status ?? 0) : []));
  t.same(new Set(answers), new Set([299]), 'nobody else asked');
  t.match(summarizeRecord(record, path), { outcome: 'contained', verdict: 'pass' });
});

t.test('a kind of workload that serves by the bundle', { buffered: true }, async (t) => {
  const { error, record, path } = await drillFake({
    dir,
    scenario: contained('is-started-otherwise'),
    limits: UNTHROTTLED,
    bundle: serviceBundle(UNTHROTTLED, { unit: 'fake-web.service' }),
    tables: { workloads: { kinds: [fakeWorkload, ...WORKLOAD_KINDS] } },
    // Without the service manager's own way to start one.
    commands: [...FAKE_TOOL, ...COMMANDS.filter(([pattern]) => !/drop_caches|analyze/.test(pattern.source))],
  });
  t.equal(error, undefined);
  t.match(summarizeRecord(record, path), { outcome: 'contained', verdict: 'pass' });
});

t.test('a kind of injection that is none of memory', { buffered: true }, async (t) => {
  const bomb = forkBomb({ name: 'bomb', comm: 'sh', processes: 500 });
  const { error, record, path } = await drillFake({
    dir,
    scenario: { ...contained('is-strained-otherwise'), injections: [bomb] },
    limits: UNTHROTTLED,
    commands: [...FORK_BOMB_COMMANDS, ...COMMANDS],
  });
  t.equal(error, undefined);
  t.match(entriesOfType(record.entries, 'injection'), [
    { kind: 'fork-bomb', name: 'bomb', describes: 'to 500 processes' },
  ]);
  const last = entriesOfType(record.entries, 'sample').findLast(({ progress }) => progress?.bomb);
  t.match(last?.progress, { bomb: { state: 'holding', value: 500, unit: 'processes' } });
  const run = summarizeRecord(record, path);
  t.match(run, { outcome: 'contained', verdict: 'pass' });
  t.match(run.reasons, [/^Nothing was killed while the bomb /]);
  const page = { drills: [reportDrill(record, path)], unread: [], maps: [], version: '0' };
  t.match(renderPage(page, { script: '', style: '' }), 'sh forks to 500 processes');
});
