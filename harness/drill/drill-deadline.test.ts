import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import t from 'tap';
import { startDrillDeadline } from './drill-deadline.js';

t.test('a drill that is not over in time is broken off, with the time that it had', async (t) => {
  using deadline = startDrillDeadline('night', 1);
  if (!deadline.signal.aborted) await once(deadline.signal, 'abort');
  t.match(deadline.signal.reason, {
    code: 'TIMEOUT',
    message: 'Gave up waiting for the drill night to end after 0.001 s.',
  });
});

t.test('what postpones it counts on top', async (t) => {
  using deadline = startDrillDeadline('night', 0);
  deadline.postpone(3_600_000);
  for (let turns = 0; turns < 100; turns++) await turn();
  t.notOk(deadline.signal.aborted);
});

t.test('after the drill nothing is broken off any more', async (t) => {
  const deadline = startDrillDeadline('night', 0);
  deadline[Symbol.dispose]();
  for (let turns = 0; turns < 100; turns++) await turn();
  t.notOk(deadline.signal.aborted);
});
