import t from 'tap';
import { sleep } from '../core/deadline.js';
import { inParallel } from './parallel.js';

t.test('so many at a time, in their order', async (t) => {
  const begun: number[] = [];
  let [at, most] = [0, 0];
  await inParallel(2, [1, 2, 3, 4, 5], async (item) => {
    begun.push(item);
    at += 1;
    most = Math.max(most, at);
    await sleep(5);
    at -= 1;
  });
  t.same(begun, [1, 2, 3, 4, 5]);
  t.equal(most, 2);
});

t.test('the first error stops what has not begun, and waits for what has', async (t) => {
  const ended: number[] = [];
  const work = inParallel(2, [1, 2, 3, 4], async (item) => {
    await sleep(item * 5);
    if (item === 1) throw new Error('the first');
    ended.push(item);
  });
  await t.rejects(work, { message: 'the first' });
  t.same(ended, [2]);
});

t.test('nothing to do', async () => inParallel(3, [], async () => {}));
