import t from 'tap';
import type { BundleFile } from '../bundle/bundle.js';
import type { Entry, EntryOf, Expectation, InjectionProgress } from '../record/schema.js';
import { compose, hogProgress, TIMES } from '../testing/record.js';
import { type HoldingStage, runHold } from './hold.js';
import { createPace } from './pace.js';
import { Watch } from './watch.js';
import { watchdogNamed } from './watchdogs.js';

const GIB = 1024 ** 3;

/** What decides whether a hold ends before its time. */
interface Decidable {
  readonly entries: readonly Entry[];
  readonly from: number;
  readonly fullHold: boolean;
  readonly expect: Partial<Expectation>;
  readonly files: readonly BundleFile[];
}

/** How long a hold of 25 s takes in a guest of 2G that is sampled so, second by second. */
async function hold(
  sampled: (second: number) => { readonly available: number; readonly state?: InjectionProgress['state'] },
  slowness = 1,
  { entries = [], from = 0, fullHold = false, expect = {}, files = [] }: Partial<Decidable> = {},
) {
  const watch = new Watch();
  const said: string[] = [];
  let now = from;
  const see = () => {
    const { available, state = 'ramping' } = sampled((now - from) / 1_000);
    const progress = { hog: { state, value: 1, unit: 'bytes' } };
    watch.see({ type: 'sample', cgroups: {}, progress, memAvailableBytes: available } as unknown as EntryOf<'sample'>);
  };
  const stage = {
    plan: {
      bundle: { manifest: { host: { memory: '2G' } }, files },
      scenario: { injections: [{ name: 'hog' }], phases: { holdMs: 25_000 }, expect },
    },
    recorder: { clock: { now: () => now }, throwIfBroken: () => {}, write: () => {} },
    progress: (line: string) => said.push(line),
    settings: { watchdog: watchdogNamed('heartbeat-20s'), sampleIntervalMs: 100 },
    fullHold,
    pace: createPace(slowness),
    deadline: { postpone: () => {} },
    signal: new AbortController().signal,
  } as unknown as HoldingStage;
  see();
  await runHold(stage, watch, entries, async (ms) => {
    now += ms;
    see();
  });
  return { seconds: (now - from) / 1_000, said: said.length };
}

t.test('a hold lasts as long as its scenario says', async (t) => {
  t.same(await hold(() => ({ available: GIB })), { seconds: 25, said: 1 });
  t.same(await hold(() => ({ available: 0, state: 'holding' })), { seconds: 25, said: 1 }, 'nothing more can happen');
});

t.test('it goes on in a guest that is out of memory until the kernel kills', async (t) => {
  const killed = await hold((second) => ({ available: 0, state: second < 40 ? 'ramping' : 'killed' }));
  t.same(killed, { seconds: 40, said: 2 });
  t.equal((await hold((second) => ({ available: second < 31 ? 0 : GIB }))).seconds, 31, 'or has memory again');
});

t.test('but not for ever', async (t) => {
  t.equal((await hold(() => ({ available: 0 }))).seconds, 25 + 90);
  t.equal((await hold(() => ({ available: 0 }), 2)).seconds, 25 + 180, 'in a guest of half the speed');
});

t.test('it ends when it is decided, unless it must be held in full', async (t) => {
  const killed = compose({
    canary: (due) => ({ t: due + 5, ok: true }),
    progress: (at) => (at < TIMES.injection ? null : hogProgress(at < TIMES.hold ? 'ramping' : 'killed')),
  });
  const decidable = { entries: killed.entries, from: TIMES.hold };
  const healthy = () => ({ available: GIB, state: 'killed' }) as const;
  t.same(await hold(healthy, 1, decidable), { seconds: 5, said: 2 });
  t.equal((await hold(healthy, 1, { ...decidable, fullHold: true })).seconds, 25);
  t.equal((await hold(healthy, 1, { ...decidable, expect: { p90Ms: 200 } })).seconds, 25, 'a percentile is bounded');
  for (const setting of ['ManagedOOMMemoryPressure=kill', 'WatchdogSec=30s', 'RuntimeMaxSec=1min']) {
    const files = [{ path: 'etc/systemd/system/a.service', text: `[Service]\n${setting}\n` }];
    t.equal((await hold(healthy, 1, { ...decidable, files })).seconds, 25, setting);
  }
});
