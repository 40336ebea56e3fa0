import { defineScenario, hog, total } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'With cgroup v2, --memory-reservation limits nothing: above it no task is throttled, and the server answers on.',
  bundle: 'docker-redis-reservation',
  suite: 'full',
  injections: [hog({ target: total('3.09G') })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['contained'], killed: 'none', highEvents: 0, longestGapMs: 2_000, sameServer: true },
});
