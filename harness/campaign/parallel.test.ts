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
    return 'enough';
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
    return 'enough';
  });
  await t.rejects(work, { message: 'the first' });
  t.same(ended, [2]);
});

t.test('fewer at the same time after one that had too little room, and all of them are done', async (t) => {
  const seen: number[] = [];
  const fewer: number[] = [];
  let running = 0;
  const work = async (item: number) => {
    running += 1;
    seen.push(running);
    await sleep(5);
    running -= 1;
    return item === 2 || item === 5 ? 'too-little' : 'enough';
  };
  await runInParallel(3, [1, 2, 3, 4, 5, 6, 7, 8], work, (limit) => fewer.push(limit));
  t.equal(seen.length, 8);
  t.same(fewer, [2, 1]);
  t.ok(
    seen.slice(-2).every((count) => count === 1),
    `${seen}`,
  );
});

t.test('one that is alone never leads to fewer', async (t) => {
  const fewer: number[] = [];
  const done: number[] = [];
  const work = async (item: number) => {
    done.push(item);
    return 'too-little' as const;
  };
  await runInParallel(1, [1, 2], work, (limit) => fewer.push(limit));
  t.same([done, fewer], [[1, 2], []]);
});

t.test('nothing to do', async () => runInParallel(3, [], async () => 'enough'));
