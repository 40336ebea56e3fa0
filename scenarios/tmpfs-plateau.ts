import { defineScenario, hog, total } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'Shared memory, which the kernel treats as tmpfs and cannot reclaim without swap, does no harm in the former band.',
  bundle: 'devvm',
  injections: [hog({ comm: 'tmpfs', target: total('12.35G'), memory: 'shared' })],
  expect: {
    outcomes: ['contained'],
    killed: 'none',
    highEvents: 0,
    longestGapMs: 2_000,
    sidecarGapMs: 5_000,
    sameServer: true,
  },
});
