import { defineScenario, forkBomb } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'PostgreSQL goes without new processes while a fork bomb runs in its own cgroup, and memory has no part in it.',
  control: true,
  bundle: 'postgresql',
  requires: ['cgroup-v2', 'psi', 'postgresql-17'],
  injections: [forkBomb({ processes: 1_000 })],
  expect: { outcomes: ['starved'], killed: 'none' },
});
