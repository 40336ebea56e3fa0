import t from 'tap';
import { GIB, MIB } from '../core/bytes.js';
import { findFactor, killsAsGroup, memoryHighOf, protectionOf } from './memory-qos.js';

const setting = (text: string) => ({ written: text, text, at: { path: 'kubelet.yaml', line: 1 } });
const none = {
  memoryQos: undefined,
  throttlingFactor: undefined,
  reservationPolicy: undefined,
  singleProcessOomKill: undefined,
};
const on = { ...none, memoryQos: setting('true') };

t.test('the factor by which a kubelet throttles', async (t) => {
  const factors = (settings: Parameters<typeof findFactor>[0]) =>
    [21, 22, 26, 27, 36, 37].map((minor) => findFactor(settings, minor));
  t.same(factors(on), [undefined, 0.8, 0.8, 0.9, 0.9, undefined], 'with MemoryQoS, its default');
  t.same(factors(none), Array(6).fill(undefined), 'without it');
  t.same(factors({ ...on, throttlingFactor: setting('0.5') }), [undefined, 0.5, 0.5, 0.5, 0.5, 0.5]);
  const factorAlone = { ...none, throttlingFactor: setting('0.5') };
  t.same(factors(factorAlone), [...Array(5).fill(undefined), 0.5], 'the gate is on by default from 1.37 on');
  t.same(factors({ ...factorAlone, memoryQos: setting('false') }), Array(6).fill(undefined), 'and may be off');
});

t.test('memory.high by its regimes', async (t) => {
  const pod = { request: GIB, limit: 4 * GIB };
  t.equal(memoryHighOf(pod, 0.8, 26), Math.floor((3.2 * GIB) / 4096) * 4096, 'a share of the limit');
  t.equal(memoryHighOf(pod, 0.9, 27), Math.floor((3.7 * GIB) / 4096) * 4096, 'a share of the way to it');
  t.equal(memoryHighOf(pod, undefined, 37), undefined);
  t.equal(memoryHighOf({ request: 4 * GIB, limit: 4 * GIB }, 0.8, 26), undefined, 'below the request: none');
  t.equal(memoryHighOf({ request: 4 * GIB, limit: 4 * GIB }, 0.9, 27), undefined, 'no band: none');
  t.equal(memoryHighOf({ request: 256 * MIB, limit: 512 * MIB }, 0.9), 510_025_728, 'KEP-2570: whole pages');
  t.equal(memoryHighOf(pod, 0, 30), undefined, 'a factor that the kubelet refuses');
});

t.test('memory.min and memory.low', async (t) => {
  t.equal(protectionOf('Burstable', on, 30), 'min');
  t.equal(protectionOf('BestEffort', on, 30), undefined);
  t.equal(protectionOf('Burstable', none, 30), undefined);
  t.equal(protectionOf('Burstable', on, 36), undefined, 'memoryReservationPolicy is None by default');
  const tiered = { ...on, reservationPolicy: setting('TieredReservation') };
  t.equal(protectionOf('Burstable', tiered, 36), 'low');
  t.equal(protectionOf('Guaranteed', tiered, 37), 'min');
});

t.test('whether the kernel kills all of a container', async (t) => {
  t.same(
    [27, 28, 31, 32, 37].map((minor) => killsAsGroup(none, minor)),
    [false, true, true, true, true],
  );
  const single = { singleProcessOomKill: setting('true') };
  t.same(
    [27, 28, 31, 32, 37].map((minor) => killsAsGroup(single, minor)),
    [false, true, true, false, false],
    'the setting came with 1.32',
  );
});
