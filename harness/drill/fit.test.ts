import t from 'tap';
import type { Bundle } from '../bundle/bundle.js';
import { loadScenarios } from '../campaign/catalogue.js';
import { type Hog, hog } from '../inject/memory-hog/hog.js';
import { between } from '../inject/memory-hog/target.js';
import { fitTo } from './fit.js';

/** A bundle of a web server that is none of ours, on a host of 8G. */
const web = (limits: string, ...more: Bundle['files']): Bundle => ({
  name: 'web',
  manifest: {
    description: 'A web server.',
    host: { memory: '8G', swap: '0', cpus: 4 },
    serving: { unit: 'web.service', port: 8080, path: '/' },
  },
  files: [{ path: 'etc/systemd/system/web.service', text: `[Service]\nExecStart=/usr/bin/web\n${limits}\n` }, ...more],
});
const SWAPLESS = 'MemoryMax=4G\nMemorySwapMax=0\nOOMPolicy=continue';
const cap = (slice: string, path = `${slice}`): Bundle['files'][number] => ({
  path: `etc/systemd/system/${path}`,
  text: '[Slice]\nMemoryMax=2G\n',
});

/** What becomes of every scenario of the catalogue: its hogs' targets, or why it says nothing. */
async function fittedTo(bundle: Bundle) {
  const fits: Record<string, unknown> = {};
  for (const scenario of await loadScenarios()) {
    const fitted = fitTo(bundle, scenario, await scenario.bundle.load());
    if (!scenario.control)
      fits[scenario.name] =
        'unfit' in fitted ? fitted.unfit : fitted.scenario.injections.map((injection) => (injection as Hog).target);
    else t.match(fitted, { unfit: /control/ });
  }
  return fits;
}

t.test('a hard cap alone: sizes keep their share of it, and places without a cap say nothing', async (t) => {
  t.match(await fittedTo(web(SWAPLESS)), {
    '2026-07-02-fixed': [{ kind: 'total', size: '3162M' }],
    '2026-07-02-live-repair': /repairs/,
    'runaway-past-max': [{ kind: 'beyond-max' }],
    'runaway-in-container': /no MemoryMax .* docker\.slice/,
    'runaway-in-session': /no MemoryMax .* user-\.slice/,
  });
});

t.test('a soft band: the hog settles in it, and throttling is not a breach by itself', async (t) => {
  const banded = web(`MemoryHigh=3G\n${SWAPLESS}`);
  t.match(await fittedTo(banded), { '2026-07-02-fixed': [{ kind: 'total', size: '3164M' }] });
  const [scenario] = (await loadScenarios()).filter(({ name }) => name === '2026-07-02-fixed');
  if (!scenario) throw new Error('there is no such scenario');
  const own = await scenario.bundle.load();
  t.match(fitTo(banded, scenario, own), { scenario: { expect: { highEvents: undefined, longestGapMs: 2_000 } } });
  t.match(fitTo(web(SWAPLESS), scenario, own), { scenario: { expect: { highEvents: 0 } } });
  const injections = [hog({ name: 'hog', comm: 'hog', target: between(0.5) })] as const;
  t.match(fitTo(web(SWAPLESS), { ...scenario, injections }, own), { unfit: /there is none/ });
  t.match(fitTo(banded, { ...scenario, injections }, own), {
    scenario: { injections: [{ target: { size: '3584M' } }] },
  });
  t.match(fitTo(web(SWAPLESS), { ...scenario, standIn: { losesListenerAfterOom: true } }, own), { unfit: /stand-in/ });
});

t.test('capped neighbours are drilled; a unit without a cap is not', async (t) => {
  const slices = [cap('docker.slice'), cap('user-.slice', 'user-.slice.d/cap.conf')];
  t.match(await fittedTo(web(SWAPLESS, ...slices)), {
    'runaway-in-container': [{ kind: 'beyond-max' }],
    'runaway-in-session': [{ kind: 'beyond-max' }],
  });
  t.match(await fittedTo(web('')), { 'runaway-past-max': /web\.service/, '2026-07-02-fixed': [{ size: '6323M' }] });
});
