import t from 'tap';
import { sleep } from '../core/deadline.js';
import { runInParallel } from './parallel.js';

t.test('a limited number of items at the same time, in their order', async (t) => {
  const started: number[] = [];
  let [running, maxRunning] = [0, 0];
  await runInParallel(2, [1, 2, 3, 4, 5], async (item) => {
    started.push(item);
    running += 1;
    maxRunning = Math.max(maxRunning, running);
    await sleep(5);
    running -= 1;
  });
  t.same(started, [1, 2, 3, 4, 5]);
  t.equal(maxRunning, 2);
});

t.test('after the first error nothing is started, and running work is waited for', async (t) => {
  const ended: number[] = [];
  const work = runInParallel(2, [1, 2, 3, 4], async (item) => {
    await sleep(item * 5);
    if (item === 1) throw new Error('the first');
    ended.push(item);
  });
  await t.rejects(work, { message: 'the first' });
  t.same(ended, [2]);
});

t.test('nothing to do', async () => runInParallel(3, [], async () => {}));
