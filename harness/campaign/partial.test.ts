import t from 'tap';
import { keepPartial } from './partial.js';

t.test('what was done before an interruption is kept, with what broke it off', async (t) => {
  const done: string[] = [];
  const interruption = new Error('Interrupted');
  const work = async () => {
    done.push('first');
    throw interruption;
  };
  t.equal(await keepPartial(work, () => done.length > 0), interruption);
  t.same(done, ['first']);
});

t.test('where nothing was done there is nothing to tell', async (t) => {
  const work = async () => {
    throw new Error('the image cannot be built');
  };
  await t.rejects(
    keepPartial(work, () => false),
    { message: 'the image cannot be built' },
  );
  t.match(await keepPartial(work), { message: 'the image cannot be built' }, 'unless the caller tells that as well');
});

t.test('work that comes to its end was not broken off', async (t) => {
  t.equal(await keepPartial(async () => 'done'), undefined);
});
