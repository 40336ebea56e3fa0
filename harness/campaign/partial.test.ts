import t from 'tap';
import { keepPartial } from './partial.js';

t.test('results before an interruption are kept, and the interruption is returned', async (t) => {
  const done: string[] = [];
  const interruption = new Error('Interrupted');
  const work = async () => {
    done.push('first');
    throw interruption;
  };
  t.equal(await keepPartial(work, () => done.length > 0), interruption);
  t.same(done, ['first']);
});

t.test('without any result the error is thrown', async (t) => {
  const work = async () => {
    throw new Error('could not build the image');
  };
  await t.rejects(
    keepPartial(work, () => false),
    { message: 'could not build the image' },
  );
  t.match(await keepPartial(work), { message: 'could not build the image' }, 'unless the caller reports that as well');
});

t.test('completed work returns undefined', async (t) => {
  t.equal(await keepPartial(async () => 'done'), undefined);
});
