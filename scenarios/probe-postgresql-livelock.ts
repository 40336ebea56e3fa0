import { between, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'PostgreSQL, asked SELECT 1, in a band between MemoryHigh and MemoryMax gives its clients no answer while a hog sits there.',
  control: true,
  bundle: { from: 'postgresql', set: { MemoryHigh: '3G' } },
  requires: ['cgroup-v2', 'psi', 'postgresql-17'],
  suite: 'full',
  injections: [hog({ target: between(0.09) })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['livelocked'], killed: 'none' },
});
