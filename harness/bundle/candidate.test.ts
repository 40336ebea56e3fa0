import t from 'tap';
import { GIB } from '../core/bytes.js';
import { DEVVM_BUNDLES } from '../workload/t3/devvm.js';
import type { Bundle } from './bundle.js';
import { type LimitValues, readLimitValues, withValues } from './candidate.js';
import { diffBundles } from './difference.js';
import { resolveServingUnit } from './serving.js';

const UNIT = 'etc/systemd/system/t3-serve@.service';

const devvm = (): Bundle => {
  const found = DEVVM_BUNDLES.find(({ name }) => name === 'devvm');
  if (!found) throw new Error('there is no devvm bundle');
  return found;
};

t.test('values replace those in effect', async (t) => {
  const candidate = withValues(devvm(), {
    memoryHigh: '20G',
    memoryMax: '75%',
    hostMemory: '32G',
    swap: '8G',
    oomPolicy: 'stop',
  });
  t.match(resolveServingUnit(candidate), { limits: { high: 20 * GIB, max: 24 * GIB, swapMax: 0 }, oomPolicy: 'stop' });
  t.same(diffBundles(devvm(), candidate), [
    'host',
    '-memory 24G',
    '-swap 0',
    '+memory 32G',
    '+swap 8G',
    `${UNIT} [Service]`,
    '-MemoryHigh=infinity',
    '-MemoryMax=16G',
    '-OOMPolicy=continue',
    '+MemoryHigh=20G',
    '+MemoryMax=75%',
    '+OOMPolicy=stop',
  ]);
  t.same(diffBundles(devvm(), withValues(devvm(), { memoryMax: '16G' })), []);
});

t.test('a value of a drop-in is changed in the drop-in, and a missing one is added', async (t) => {
  const path = 'etc/systemd/system/t3-serve@.service.d/10.conf';
  const withDropIn = { ...devvm(), files: [...devvm().files, { path, text: '[Service]\nMemoryMax=12G\n' }] };
  t.equal(resolveServingUnit(withValues(withDropIn, { memoryMax: '20G' })).limits.max, 20 * GIB);
  t.same(diffBundles(withDropIn, withValues(withDropIn, { memoryMax: '20G' })), [
    `${path} [Service]`,
    '-MemoryMax=12G',
    '+MemoryMax=20G',
  ]);
  const bare = { ...devvm(), files: [{ path: UNIT, text: '[Service]\nExecStart=/bin/true\n' }] };
  t.equal(resolveServingUnit(withValues(bare, { memoryMax: '1G' })).limits.max, GIB);
});

t.test('a value is in effect whatever the unit file ends in', async (t) => {
  const text = '[Service]\nExecStart=/bin/true\nMemoryMax=1G';
  for (const end of ['', ' \\', ' \\\n', ' \\\n# c', '\n# c', '\n[Install]\nWantedBy=x.target \\', '\r\n']) {
    const odd = { ...devvm(), files: [{ path: UNIT, text: `${text}${end}` }] };
    const { limits, oomPolicy } = resolveServingUnit(
      withValues(odd, { memoryHigh: '2G', memoryMax: '3G', oomPolicy: 'kill' }),
    );
    t.match({ ...limits, oomPolicy }, { high: 2 * GIB, max: 3 * GIB, oomPolicy: 'kill' }, JSON.stringify(end));
  }
});

t.test('invalid values are rejected', async (t) => {
  const bad: [LimitValues, RegExp][] = [
    [
      { memoryMax: 'lots' },
      /--memory-max must be a size above 0 such as 16G, a percentage up to 100%, or infinity \(got lots\)/,
    ],
    [{ memoryMax: '0' }, /--memory-max must be .* \(got 0\)/],
    [{ memoryHigh: '' }, /--memory-high must be .* \(got ""\)/],
    [{ memorySwapMax: '-1' }, /--memory-swap-max must be 0, .* \(got -1\)/],
    [{ swap: 'infinity' }, /--swap must be a size such as 16G, or 0 \(got infinity\)/],
    [{ hostMemory: '0' }, /--host-memory must be a size above 0, .* \(got 0\)/],
    [{ oomPolicy: 'pray' }, /--oom-policy must be continue, stop or kill \(got pray\)/],
  ];
  for (const [values, message] of bad) t.throws(() => withValues(devvm(), values), { code: 'VALUE_INVALID', message });
});

t.test('limits that contradict each other are named by where they were given', async (t) => {
  const bundle = devvm();
  for (const [values, message] of [
    [{ memoryHigh: '100G' }, '--memory-high 100G lies above MemoryMax=16G of the bundle devvm: it can never act.'],
    [{ memoryHigh: '9G', memoryMax: '8G' }, '--memory-high 9G lies above --memory-max 8G: it can never act.'],
  ] as const)
    t.throws(() => withValues(bundle, values), { code: 'LIMITS_CONTRADICT', message, hint: /Set MemoryHigh below/ });
  t.throws(() => withValues(bundle, { memoryHigh: '20G' }, (_, value) => `--sweep MemoryHigh=${value}`), {
    message: '--sweep MemoryHigh=20G lies above MemoryMax=16G of the bundle devvm: it can never act.',
  });
  const banded = withValues(bundle, { memoryHigh: '12G' });
  t.throws(() => withValues(banded, { memoryMax: '8G' }), {
    message: 'MemoryHigh=12G of the bundle devvm lies above --memory-max 8G: it can never act.',
  });
});

t.test('values are read from a unit file, with the defaults of systemd', async (t) => {
  t.same(readLimitValues('[Service]\nMemoryMax=1G\nMemoryMax=2G\n', 'x.service', devvm()), {
    memoryHigh: 'infinity',
    memoryMax: '2G',
    memorySwapMax: 'infinity',
    oomPolicy: 'stop',
  });
  const policyOf = (text: string, base: Bundle) => readLimitValues(`[Service]\n${text}`, 'x.service', base).oomPolicy;
  t.equal(policyOf('Delegate=yes\n', devvm()), 'continue');
  const kills = { path: 'etc/systemd/system.conf.d/oom.conf', text: '[Manager]\nDefaultOOMPolicy=kill\n' };
  t.equal(policyOf('', { ...devvm(), files: [...devvm().files, kills] }), 'kill', 'the default of the host');
  for (const [line, message] of [
    ['MemoryMax=12GB', 'x.service:2: MemoryMax=12GB is not an amount of memory.'],
    ['MemoryHigh=0', 'x.service:2: MemoryHigh= must be above zero (got 0): systemd ignores this line.'],
    ['OOMPolicy=sometimes', 'x.service:2: OOMPolicy=sometimes is not a valid value: systemd ignores this line.'],
    ['MemoryHigh=9G\nMemoryMax=8G', 'x.service:2: MemoryHigh=9G lies above MemoryMax=8G: it can never act.'],
  ] as const)
    t.throws(() => readLimitValues(`[Service]\n${line}\n`, 'x.service', devvm()), { message }, line);
  t.throws(() => readLimitValues('[Slice]\n', 'x.slice', devvm()), { code: 'UNIT_NOT_A_SERVICE' });
  t.throws(() => readLimitValues('MemoryMax=1G\n', 'x.service', devvm()), { code: 'UNIT_SYNTAX' });
});

/** A container of 4G, without swap, on a host of 8G. */
const docker = (files: Bundle['files'] = []): Bundle => ({
  name: 'cache',
  manifest: {
    description: 'A cache.',
    host: { memory: '8G', swap: '4G', cpus: 2 },
    serving: {
      container: { name: 'cache', image: { packages: ['redis-server'] }, memory: '4G', memorySwap: '4G' },
      port: 6379,
      path: '/',
    },
  },
  files,
});

t.test('of a container they are options of docker run, or a drop-in for its scope', async (t) => {
  const limitsWith = (values: LimitValues) => resolveServingUnit(withValues(docker(), values)).limits;
  t.match(limitsWith({ memoryMax: '3G' }), { max: 3 * GIB, swapMax: 0 }, 'swap stays forbidden');
  t.match(limitsWith({ memoryMax: '50%', hostMemory: '4G' }), { max: 2 * GIB, swapMax: 0 });
  t.match(limitsWith({ memorySwapMax: '1G' }), { max: 4 * GIB, swapMax: GIB });
  t.match(limitsWith({ memorySwapMax: 'infinity' }), { max: 4 * GIB, swapMax: Number.POSITIVE_INFINITY });
  t.match(limitsWith({ memoryMax: 'infinity' }), { max: Number.POSITIVE_INFINITY });
  t.match(limitsWith({ memoryHigh: '3G' }), { high: 3 * GIB, max: 4 * GIB });
  t.same(diffBundles(docker(), withValues(docker(), { memoryMax: '3G', memoryHigh: '2G' })), [
    'container',
    '-memory 4G',
    '-memorySwap 4G',
    '+memory 3G',
    '+memorySwap 3G',
    'etc/systemd/system/docker-.scope.d/zz-set.conf [Scope]',
    '+MemoryHigh=2G',
  ]);
  t.throws(() => withValues(docker(), { oomPolicy: 'kill' }), {
    code: 'CONTAINER_VALUE',
    message: 'A container has no OOMPolicy= (got kill for cache): Docker has systemd leave its scope alone.',
  });
  t.throws(() => withValues(docker(), { memoryHigh: '5G' }), {
    code: 'LIMITS_CONTRADICT',
    message: '--memory-high 5G lies above MemoryMax=4G of the bundle cache: it can never act.',
  });
});
