import t from 'tap';
import type { Bundle } from '../bundle/bundle.js';
import { withValues } from '../bundle/candidate.js';
import { watchdogNamed } from '../drill/watchdogs.js';
import type { Hog } from '../inject/memory-hog/hog.js';
import { DEVVM_BUNDLES } from '../workload/t3/devvm.js';
import { brimQuestion, caveatsOf, hasBrim, questionsFor } from './questions.js';

const watchdog = watchdogNamed('heartbeat-20s');
const bundle = (name: string) => {
  const found = DEVVM_BUNDLES.find((bundle) => bundle.name === name);
  if (!found) throw new Error('there is no such bundle');
  return found;
};
/** The sizes or kinds of the hogs' targets, by question. */
const asked = (of: Bundle) =>
  Object.fromEntries(
    questionsFor(of, watchdog).map(({ name, scenarios }) => [
      name,
      scenarios.map(({ injections: [injection] }) => {
        const { target } = injection as Hog;
        return 'size' in target ? target.size : target.kind;
      }),
    ]),
  );

t.test('a hard cap, with capped neighbours', async (t) => {
  t.same(asked(bundle('devvm')), {
    plateau: ['12616M'],
    'past-max': ['beyond-max'],
    session: ['beyond-max'],
    container: ['beyond-max'],
  });
  t.ok(hasBrim(bundle('devvm')));
  t.same(caveatsOf(bundle('devvm')), []);
  // 16G less what the server has and 32M more, at scale 1/8.
  const brim = brimQuestion(bundle('devvm'), watchdog, { bytes: 96 * 1024 ** 2, scale: 8 });
  t.match(brim, {
    name: 'brim',
    scenarios: [{ name: 'validate-brim', injections: [{ target: { kind: 'own', size: '15G' } }] }],
  });
});

t.test('a soft band is asked at several places, and has no brim of its own', async (t) => {
  t.same(asked(bundle('devvm-2026-07-02')), { plateau: ['12698M', '14G', '15974M'], 'past-max': ['beyond-max'] });
  t.notOk(hasBrim(bundle('devvm-2026-07-02')));
  t.match(caveatsOf(bundle('devvm-2026-07-02')), [/Login sessions have no MemoryMax/]);
});

t.test('without MemoryMax the band ends with the host', async (t) => {
  const open = withValues(bundle('devvm-2026-07-02'), { memoryMax: 'infinity', memoryHigh: '20G' });
  t.same(asked(open), { plateau: ['20890M', '22G', '24166M'], 'past-max': ['beyond-max'] });
  t.notOk(hasBrim(withValues(bundle('devvm'), { memoryMax: 'infinity' })));
});

t.test('a cap of a slice above the unit is the one that a hog meets', async (t) => {
  const path = 'etc/systemd/system/system-t3\\x2dserve.slice';
  const below = (of: Bundle) => ({ ...of, files: [...of.files, { path, text: '[Slice]\nMemoryMax=8G\n' }] });
  t.match(asked(below(bundle('devvm'))), { plateau: ['6308M'], 'past-max': ['beyond-max'] });
  const open = below(withValues(bundle('devvm'), { memoryMax: 'infinity' }));
  t.match(asked(open), { plateau: ['6308M'] });
  t.ok(hasBrim(open));
});
