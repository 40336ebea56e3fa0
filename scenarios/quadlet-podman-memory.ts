import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'A limit that a quadlet gives to Podman in place of systemd holds the container as well: a runaway dies at it, and the Redis answers on.',
  bundle: 'quadlet-redis-podman',
  suite: 'full',
  requires: ['cgroup-v2', 'psi', 'quadlets'],
  injections: [hog({ comm: 'runaway', target: beyondMax })],
  expect: { outcomes: ['contained'], killed: 'injections', longestGapMs: 5_000, sameServer: true },
});
