import t from 'tap';
import type { PlannedDrill } from '../drill/plan.js';
import { findRepeated } from './repeated.js';

/** A plan of a bundle with a hog in a place; `port` stands for all else that a guest is prepared with. */
const plan = (port: number, place?: object): PlannedDrill =>
  ({
    bundle: { manifest: { serving: { port } } },
    workload: { files: [], links: new Map(), start: ['true'], account: undefined },
    injections: [{ injection: { name: String(Math.random()), place } }],
    bystanders: [],
  }) as unknown as PlannedDrill;

t.test('drills are repeated that begin alike, whatever happens in them', async (t) => {
  const [one, other, placed, unlike] = [plan(1), plan(1), plan(1, { kind: 'scope' }), plan(2)];
  const isRepeated = await findRepeated([one, other, placed, unlike], { fromNothing: false });
  t.same([one, other, placed, unlike].map(isRepeated), [true, true, false, false]);
  t.equal(isRepeated(plan(1)), false, 'one that was not asked about');
  t.equal((await findRepeated([unlike, unlike], { fromNothing: false }))(unlike), true, 'the same one twice');
  t.equal((await findRepeated([unlike, unlike], { fromNothing: true }))(unlike), false, 'none begins with it');
});
