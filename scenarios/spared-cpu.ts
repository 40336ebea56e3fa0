import { cpuHog, defineScenario } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis: 'nginx with TLS answers next to the same job where that is in a slice of its own with CPUWeight=.',
  bundle: 'nginx-tls',
  injections: [cpuHog({ processes: 128, place: { kind: 'scope', slice: 'jobs.slice' } })],
  expect: { outcomes: ['contained'], killed: 'none', longestGapMs: 2_000, sameServer: true },
});
