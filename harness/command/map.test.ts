import t from 'tap';
import { sweepOf } from './map.js';

t.test('the values of a sweep, five unless --steps says otherwise', async (t) => {
  const sweep = 'MemoryHigh=8G..16G';
  t.equal(sweepOf({ sweep, steps: undefined })?.values.length, 5);
  t.equal(sweepOf({ sweep, steps: '3' })?.values.length, 3);
  t.equal(sweepOf({ sweep: undefined, steps: undefined }), undefined);
  t.throws(() => sweepOf({ sweep: undefined, steps: '3' }), {
    code: 'STEPS_ALONE',
    message: '--steps must be used with --sweep.',
  });
});
