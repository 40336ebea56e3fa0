import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 't3code-5788-unit-without-policy',
  hypothesis:
    "An agent's script uses up the memory of the host; the kernel kills only the script, and systemd, with its default policy, then stops the whole server.",
  control: true,
  bundle: 't3code-5788',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'python3', comm: 'python3', target: beyondMax })],
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['escaped'], sameServer: false },
});
