import t from 'tap';
import type { EntryOf, InjectionProgress } from '../record/schema.js';
import { type HoldingStage, runHold } from './hold.js';
import { createPace } from './pace.js';
import { Watch } from './watch.js';

const GIB = 1024 ** 3;

/** How long a hold of 25 s takes in a guest of 2G that is sampled so, second by second. */
async function hold(
  sampled: (second: number) => { readonly available: number; readonly state?: InjectionProgress['state'] },
  slowness = 1,
) {
  const watch = new Watch();
  const said: string[] = [];
  let now = 0;
  const see = () => {
    const { available, state = 'ramping' } = sampled(now / 1_000);
    const progress = { hog: { state, value: 1, unit: 'bytes' } };
    watch.see({ type: 'sample', cgroups: {}, progress, memAvailableBytes: available } as unknown as EntryOf<'sample'>);
  };
  const stage = {
    plan: {
      bundle: { manifest: { host: { memory: '2G' } } },
      scenario: { injections: [{ name: 'hog' }], phases: { holdMs: 25_000 } },
    },
    recorder: { clock: { now: () => now }, throwIfBroken: () => {} },
    progress: (line: string) => said.push(line),
    pace: createPace(slowness),
    deadline: { postpone: () => {} },
    signal: new AbortController().signal,
  } as unknown as HoldingStage;
  see();
  await runHold(stage, watch, async (ms) => {
    now += ms;
    see();
  });
  return { seconds: now / 1_000, said: said.length };
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
