import { beyondMax, CREEP, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'A server in a cgroup of its own, next to its tools below a common cap and protected there by MemoryMin, keeps answering while a tool creeps up to the cap and is killed.',
  bundle: 'devvm-large-server-split',
  requires: ['cgroup-v2', 'psi', 'scope-oom-policy'],
  injections: [
    hog({
      comm: 'creeper',
      target: beyondMax,
      creep: CREEP,
      place: { kind: 'scope', slice: 't3-alice.slice' },
    }),
  ],
  expect: { outcomes: ['contained'], killed: 'injections', longestGapMs: 5_000, sameServer: true },
});
