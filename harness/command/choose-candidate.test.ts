import { join } from 'node:path';
import t from 'tap';
import { chooseCandidate } from './choose-candidate.js';

const none = {
  baseline: undefined,
  memoryHigh: undefined,
  memoryMax: undefined,
  memorySwapMax: undefined,
  oomPolicy: undefined,
  hostMemory: undefined,
  swap: undefined,
};

t.test('what is not there is neither a unit file nor a bundle', async (t) => {
  const file = join(t.testdir(), 'web.service');
  await t.rejects(chooseCandidate(file, none), {
    code: 'BUNDLE_MISSING',
    message: `There is no unit file or bundle at ${file}.`,
    hint: /such as devvm/,
  });
});

t.test('limits without a bundle are put into one, and a note says so', async (t) => {
  const file = join(t.testdir({ 'web.service': '[Service]\nMemoryMax=3G\n' }), 'web.service');
  t.match(await chooseCandidate(file, none), {
    candidate: { name: 'devvm' },
    note: `The limits of ${file} are drilled in t3-serve@alice.service of the bundle devvm.`,
  });
  t.match(await chooseCandidate(undefined, { ...none, memoryMax: '12G' }), {
    note: 'The given limits are drilled in t3-serve@alice.service of the bundle devvm.',
  });
  t.equal((await chooseCandidate('devvm', { ...none, memoryMax: '12G' })).note, undefined);
});

t.test('a limit of a unit file that contradicts a flag is named by its file', async (t) => {
  const file = join(t.testdir({ 'web.service': '[Service]\nMemoryMax=3G\n' }), 'web.service');
  await t.rejects(chooseCandidate(file, { ...none, memoryHigh: '100G' }), {
    code: 'LIMITS_CONTRADICT',
    message: `--memory-high 100G lies above MemoryMax=3G of ${file}: it can never act.`,
  });
});

t.test('something must be given', async (t) => {
  await t.rejects(chooseCandidate(undefined, none), { code: 'NOTHING_TO_VALIDATE' });
});
