import { defineScenario, diskHog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'Redis that has each write on its disk answers next to the same job where that is in a slice of its own with IOReadBandwidthMax=.',
  bundle: 'redis-append',
  injections: [diskHog({ processes: 64, place: { kind: 'scope', slice: 'jobs.slice' } })],
  expect: { outcomes: ['contained'], killed: 'none', longestGapMs: 2_000, sameServer: true },
});
