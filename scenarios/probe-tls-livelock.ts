import { between, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'nginx with TLS in a band between MemoryHigh and MemoryMax gives its clients no answer while a hog sits there.',
  control: true,
  bundle: { from: 'nginx-tls', set: { MemoryHigh: '3G' } },
  suite: 'full',
  injections: [hog({ target: between(0.09) })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['livelocked'], killed: 'none' },
});
