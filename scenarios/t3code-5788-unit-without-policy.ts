import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 't3code-5788-unit-without-policy',
  hypothesis:
    "An agent's script runs the box out of memory; the kernel kills it alone, and systemd, left to its default, then stops the whole server.",
  control: true,
  bundle: 't3code-5788',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'python3', comm: 'python3', target: beyondMax })],
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['escaped'], sameServer: false },
});
