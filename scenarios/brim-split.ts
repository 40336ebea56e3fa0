import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { CREEP, hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 'brim-split',
  hypothesis:
    'A server in a cgroup of its own, next to its tools below a common cap and protected there by MemoryMin, keeps answering while a tool creeps up to the cap and is killed.',
  control: false,
  bundle: 'devvm-large-server-split',
  requires: ['cgroup-v2', 'psi', 'scope-oom-policy'],
  suite: 'nightly',
  injections: [
    hog({
      name: 'creeper',
      comm: 'creeper',
      target: beyondMax,
      creep: CREEP,
      place: { kind: 'scope', slice: 't3-alice.slice' },
    }),
  ],
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['contained'], killed: 'injections', longestGapMs: 5_000, sameServer: true },
});
