import { defineScenario, diskHog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'Redis that has each write on its disk goes without disk while a job that reads the disk in 64 processes runs in its own cgroup, and memory has no part in it.',
  control: true,
  bundle: 'redis-append',
  injections: [diskHog({ processes: 64 })],
  expect: { outcomes: ['starved'], killed: 'none' },
});
