import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { total } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 'tmpfs-plateau',
  hypothesis:
    'Shared memory, which the kernel treats as tmpfs and cannot reclaim without swap, does no harm in the former band.',
  control: false,
  bundle: 'devvm',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'tmpfs', comm: 'tmpfs', target: total('12.35G'), memory: 'shared' })],
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: {
    outcomes: ['contained'],
    killed: 'none',
    highEvents: 0,
    longestGapMs: 2_000,
    sidecarGapMs: 5_000,
    sameServer: true,
  },
});
