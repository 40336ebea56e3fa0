import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    "A runaway in the container of a rootless quadlet dies at MemoryMax= of its service in the user's own manager; the Redis next to it answers on.",
  bundle: 'quadlet-rootless',
  suite: 'full',
  requires: ['cgroup-v2', 'psi', 'quadlets'],
  injections: [hog({ comm: 'runaway', target: beyondMax })],
  expect: { outcomes: ['contained'], killed: 'injections', longestGapMs: 5_000, sameServer: true },
});
