import { beyondMax, CREEP, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'A server whose program text is locked into memory keeps answering while a hog creeps up to MemoryMax and is killed.',
  bundle: 'devvm-large-server-locked',
  suite: 'full',
  injections: [hog({ comm: 'creeper', target: beyondMax, creep: CREEP })],
  expect: { outcomes: ['contained'], killed: 'injections', longestGapMs: 5_000, sameServer: true },
});
