import { cpuHog, defineScenario } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'nginx with TLS goes without CPU while a job that computes in 128 processes runs in its own cgroup, and memory has no part in it.',
  control: true,
  bundle: 'nginx-tls',
  injections: [cpuHog({ processes: 128 })],
  expect: { outcomes: ['starved'], killed: 'none' },
});
