import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'The kernel kills a hog that grows past MemoryMax, and nothing else; the server keeps its process and keeps answering.',
  bundle: 'devvm',
  suite: 'core',
  injections: [hog({ comm: 'runaway', target: beyondMax })],
  expect: {
    outcomes: ['contained'],
    killed: 'injections',
    firstKiller: 'kernel',
    longestGapMs: 5_000,
    sidecarGapMs: 5_000,
    sameServer: true,
  },
});
