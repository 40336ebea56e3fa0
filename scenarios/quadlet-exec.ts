import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'A runaway that podman exec has started in the container of a quadlet dies at MemoryMax= of its service; the Redis there answers on.',
  bundle: 'quadlet-redis',
  suite: 'full',
  requires: ['cgroup-v2', 'psi', 'quadlets'],
  injections: [hog({ comm: 'runaway', target: beyondMax, origin: 'exec' })],
  expect: { outcomes: ['contained'], killed: 'injections', longestGapMs: 5_000, sameServer: true },
});
