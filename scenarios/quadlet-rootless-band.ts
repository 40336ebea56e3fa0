import { between, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'A rootless quadlet with MemoryHigh= below MemoryMax= gives its clients no answer while a hog sits between them: the incident, in a container that no root has started.',
  control: true,
  bundle: { from: 'quadlet-rootless', set: { MemoryHigh: '3G' } },
  suite: 'full',
  requires: ['cgroup-v2', 'psi', 'quadlets'],
  injections: [hog({ target: between(0.09) })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['livelocked'], killed: 'none' },
});
