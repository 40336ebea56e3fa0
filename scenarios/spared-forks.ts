import { defineScenario, forkBomb } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis: 'PostgreSQL answers next to the same job where that is in a slice of its own with TasksMax=.',
  bundle: 'postgresql',
  requires: ['cgroup-v2', 'psi', 'postgresql-17', 'scope-oom-policy'],
  injections: [forkBomb({ processes: 1_000, place: { kind: 'scope', slice: 'jobs.slice' } })],
  expect: { outcomes: ['contained'], killed: 'none', longestGapMs: 2_000, sameServer: true },
});
