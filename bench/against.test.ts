import t from 'tap';
import { compareParts, type Pair } from './against.js';

const pair = (before: Record<string, number>, after: Record<string, number>, outcome = 'contained'): Pair => ({
  scenario: 'x',
  before: { outcome: 'contained', parts: before },
  after: { outcome, parts: after },
});

t.test(
  'each part that both versions have is reported as the ratio of its sums, and what became slower is missed',
  async (t) => {
    const figures = compareParts(
      [
        pair({ whole: 10_000, holdMs: 5_000 }, { whole: 6_000, holdMs: 6_000, newMs: 1 }),
        pair({ whole: 10_000 }, { whole: 6_000 }),
      ],
      'v1',
    );
    t.match(figures, [
      { name: 'whole against v1', measured: '0.6 times (20.0 s -> 12.0 s in 2 drills)', met: true },
      { name: 'holdMs against v1', measured: '1.2 times (5.0 s -> 6.0 s in 1 drills)', met: false },
      { name: 'other outcomes than v1', measured: '0 of 2 drills', met: true },
    ]);
    t.equal(figures.length, 3, 'nothing is said of a part that only one of them has');
  },
);

t.test('a part that took no time before has no ratio', async (t) => {
  t.equal(compareParts([pair({ repairMs: 0 }, { repairMs: 0 })], 'v1').length, 1);
});

t.test('another outcome is reported', async (t) => {
  t.match(compareParts([pair({}, {}, 'livelocked')], 'v1').at(-1), { measured: '1 of 1 drills', met: false });
});
