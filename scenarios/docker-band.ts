import { between, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'A container in a band between MemoryHigh, which a drop-in for docker-.scope sets, and --memory gives its clients no answer while a hog sits there: the incident, in a container.',
  control: true,
  bundle: { from: 'docker-redis', set: { MemoryHigh: '3G' } },
  suite: 'full',
  injections: [hog({ target: between(0.09) })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['livelocked'], killed: 'none' },
});
