import t from 'tap';
import type { PlannedDrill } from '../drill/plan.js';
import { grownKey, preparationKey } from '../drill/preparation-key.js';
import { planSnapshots } from './snapshots.js';

/** A plan of a bundle with a hog in a place; `port` stands for all else that a guest is prepared with, `sleep` for where it sleeps. */
const plan = (port: number, { place, sleep }: { place?: object; sleep?: string } = {}): PlannedDrill =>
  ({
    bundle: { manifest: { serving: { port } } },
    workload: { files: [], links: new Map(), start: ['true'], account: undefined },
    injections: [{ injection: { name: String(Math.random()), place }, plan: { sleep: sleep && { key: [sleep] } } }],
    bystanders: [],
  }) as unknown as PlannedDrill;

t.test('a settled server is saved for drills that begin alike, whatever happens in them', async (t) => {
  const [one, other, placed, unlike] = [plan(1), plan(1), plan(1, { place: { kind: 'scope' } }), plan(2)];
  const settledOf = async (plans: readonly PlannedDrill[], asked = plans, fromNothing = false) => {
    const snapshotsFor = await planSnapshots(plans, { fromNothing });
    return asked.map((plan) => snapshotsFor(plan).settled);
  };
  const all = [one, other, placed, unlike];
  t.same(await settledOf(all), ['now', 'now', 'second-time', 'second-time']);
  t.same(await settledOf(all, [plan(1)]), ['second-time'], 'one that was not asked about');
  t.same(await settledOf([unlike, unlike], [unlike]), ['now'], 'the same one twice');
  t.same(await settledOf([unlike, unlike], [unlike], true), ['second-time'], 'none begins with it');
});

t.test(
  'none is made of a machine that is to be kept, in which a server that does not start can be looked at',
  async (t) => {
    const asked = plan(1);
    const snapshotsFor = await planSnapshots([asked], { fromNothing: false, keep: async () => {} });
    t.same(snapshotsFor(asked), { settled: 'never', grown: 'never' });
  },
);

t.test('a sleeping hog is saved for several drills that have it in common', async (t) => {
  const [one, other, elsewhere, never] = [
    plan(1, { sleep: 'at 1G' }),
    plan(1, { sleep: 'at 1G' }),
    plan(1, { sleep: 'at 2G' }),
    plan(1),
  ];
  const grownOf = async (plans: readonly PlannedDrill[], asked: PlannedDrill) =>
    (await planSnapshots(plans, { fromNothing: false }))(asked).grown;
  t.equal(await grownOf([one, other, one, other, one, other, one, other], one), 'now');
  t.equal(
    await grownOf([one, other, one, other, one, other, one, elsewhere], one),
    'never',
    'it would cost more than it saves',
  );
  t.equal(await grownOf(Array(8).fill(never), never), 'never', 'one that cannot sleep');
  const [placed] = plan(1, { sleep: 'at 1G', place: { kind: 'scope' } }).injections;
  const [second] = plan(1, { place: { kind: 'scope' } }).injections;
  const inPlace = { ...one, injections: [placed, ...plan(1).injections] } as PlannedDrill;
  const inServer = { ...one, injections: [...one.injections, second] } as PlannedDrill;
  t.equal(await preparationKey(inPlace), await preparationKey(inServer), 'the server settles in the same guest');
  t.not(await grownKey(inPlace), await grownKey(inServer), 'and the hog sleeps in another place of it');
  const fromNothing = await planSnapshots(Array(8).fill(one), { fromNothing: true });
  t.equal(fromNothing(one).grown, 'never');
});
