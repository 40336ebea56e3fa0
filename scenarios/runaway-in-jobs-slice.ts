import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'A runaway in a slice for jobs, which comes to its own cap first, dies there; the server next to it lives on, also on a kernel that may kill twice.',
  bundle: 'devvm-jobs',
  requires: ['cgroup-v2', 'psi', 'scope-oom-policy'],
  injections: [hog({ comm: 'runaway', target: beyondMax, place: { kind: 'scope', slice: 't3-alice-jobs.slice' } })],
  expect: {
    outcomes: ['contained'],
    killed: 'injections',
    firstKiller: 'kernel',
    longestGapMs: 5_000,
    sameServer: true,
  },
});
