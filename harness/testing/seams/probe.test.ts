import t from 'tap';
import { total } from '../../inject/memory-hog/target.js';
import { summarizeRecord } from '../../verdict/summarize.js';
import { PROBES } from '../../workload/probes.js';
import { drillFake, fakeDrillDir } from '../fake-drill.js';
import { serviceBundle, serviceScenario, UNTHROTTLED } from '../fake-service.js';
import { fakeProbe } from './fake-probe.js';

const scenario = serviceScenario('is-asked-otherwise', total('2G'), { outcomes: ['contained'] });
const { manifest, ...rest } = serviceBundle(UNTHROTTLED);
const bundle = { ...rest, manifest: { ...manifest, serving: { ...manifest.serving, probe: fakeProbe.name } } };
const drilled = { dir: fakeDrillDir(t.testdir()), scenario, limits: UNTHROTTLED, bundle };

t.test('a bundle names a probe of a table that is handed over, and a drill asks by it', async (t) => {
  const { record, path } = await drillFake({ ...drilled, probes: [...PROBES, fakeProbe] });
  const answers = record.entries.flatMap((entry) => (entry.type === 'probe' && entry.ok ? (entry.status ?? 0) : []));
  t.same(new Set(answers), new Set([299]), 'nobody else asked');
  t.match(summarizeRecord(record, path), { outcome: 'contained', verdict: 'pass' });
});

t.test('one that is in no table is refused before a machine starts', async (t) => {
  await t.rejects(drillFake(drilled), { code: 'PROBE_UNKNOWN', hint: 'There are: http.' });
});
