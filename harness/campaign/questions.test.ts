import t from 'tap';
import type { Bundle } from '../bundle/bundle.js';
import { withValues } from '../bundle/candidate.js';
import { MIB } from '../core/bytes.js';
import { watchdogNamed } from '../drill/watchdogs.js';
import type { Hog } from '../inject/memory-hog/hog.js';
import { DEVVM_BUNDLES } from '../workload/t3/devvm.js';
import { loadShippedBundle } from './named-bundle.js';
import { createBrimQuestion, createQuestions, findCaveats, hasBrim } from './questions.js';

const watchdog = watchdogNamed('heartbeat-20s');
const bundle = (name: string) => {
  const found = DEVVM_BUNDLES.find((bundle) => bundle.name === name);
  if (!found) throw new Error(`there is no bundle ${name}`);
  return found;
};
/** The sizes or kinds of the hogs' targets, by question. */
const targetsOf = (of: Bundle) =>
  Object.fromEntries(
    createQuestions(of, watchdog).map(({ name, scenarios }) => [
      name,
      scenarios.map(({ injections: [injection] }) => {
        const { target } = injection as Hog;
        return 'size' in target ? target.size : target.kind;
      }),
    ]),
  );

t.test('a limit below the smallest hog is refused', async (t) => {
  t.throws(() => targetsOf(withValues(bundle('devvm'), { memoryMax: '1K' })), {
    code: 'LIMIT_TOO_SMALL',
    message: 'MemoryMax=1K of t3-serve@alice.service is too small to drill: a hog grows in steps of 1M.',
  });
});

t.test('each question asks for a way in, if that is wanted', async (t) => {
  const devvm = bundle('devvm');
  const boundsOf = (wayIn?: boolean) =>
    createQuestions(devvm, watchdog, wayIn).flatMap(({ scenarios }) =>
      scenarios.map(({ expect: { longestLoginGapMs } }) => longestLoginGapMs),
    );
  t.same(boundsOf(true), [30_000, 30_000, 30_000, 30_000]);
  t.same(boundsOf(), [undefined, undefined, undefined, undefined]);
  const resting = { bytes: 200 * MIB, scale: 8 };
  t.match(createBrimQuestion(devvm, watchdog, resting, true), {
    scenarios: [{ expect: { longestLoginGapMs: 30_000 } }],
  });
});

t.test('a hard limit, with limits for sessions and containers', async (t) => {
  t.same(targetsOf(bundle('devvm')), {
    plateau: ['12616M'],
    'past-max': ['beyond-max'],
    session: ['beyond-max'],
    container: ['beyond-max'],
  });
  t.ok(hasBrim(bundle('devvm')));
  t.same(findCaveats(bundle('devvm')), []);
  // 16G minus the server's 96M and 32M more, at scale 1/8.
  const brim = createBrimQuestion(bundle('devvm'), watchdog, { bytes: 96 * 1024 ** 2, scale: 8 });
  t.match(brim, {
    name: 'brim',
    scenarios: [{ name: 'validate-brim', injections: [{ target: { kind: 'own', size: '15G' } }] }],
  });
});

t.test('a soft band is drilled at several places, and has no brim', async (t) => {
  t.same(targetsOf(bundle('devvm-2026-07-02')), { plateau: ['12698M', '14G', '15974M'], 'past-max': ['beyond-max'] });
  t.notOk(hasBrim(bundle('devvm-2026-07-02')));
  t.match(findCaveats(bundle('devvm-2026-07-02')), [/Login sessions have no MemoryMax/]);
});

t.test("without MemoryMax the band ends at the host's memory", async (t) => {
  const open = withValues(bundle('devvm-2026-07-02'), { memoryMax: 'infinity', memoryHigh: '20G' });
  t.same(targetsOf(open), { plateau: ['20890M', '22G', '24166M'], 'past-max': ['beyond-max'] });
  t.notOk(hasBrim(withValues(bundle('devvm'), { memoryMax: 'infinity' })));
});

t.test('a lower limit of a slice above the unit counts', async (t) => {
  const path = 'etc/systemd/system/system-t3\\x2dserve.slice';
  const below = (of: Bundle) => ({ ...of, files: [...of.files, { path, text: '[Slice]\nMemoryMax=8G\n' }] });
  t.match(targetsOf(below(bundle('devvm'))), { plateau: ['6308M'], 'past-max': ['beyond-max'] });
  const open = below(withValues(bundle('devvm'), { memoryMax: 'infinity' }));
  t.match(targetsOf(open), { plateau: ['6308M'] });
  t.ok(hasBrim(open));
});

t.test('a host that is too small is not taken for a small limit', async (t) => {
  t.doesNotThrow(() => createQuestions(withValues(bundle('devvm'), { hostMemory: '1K' }), watchdog));
});

t.test('a container is asked about in the words of Docker', async (t) => {
  const docker = await loadShippedBundle('docker-redis');
  const asked = createQuestions(docker, watchdog).map(({ asks }) => asks);
  t.same(asked, ['a steady hog below --memory', 'a runaway in the container cache']);
  const small = withValues(docker, { memoryMax: '1M' });
  t.throws(() => createQuestions(small, watchdog), { message: /^--memory 1M of cache is too small to drill/ });
  const band = createQuestions(withValues(docker, { memoryHigh: '3G' }), watchdog);
  t.equal(band[0]?.asks, 'a steady hog between MemoryHigh and --memory');
});
